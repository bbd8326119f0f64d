"""P8 and P13: counted, so free of noise: commits, network calls and statements; OFFSET and endless counts.

The pages are opened in this process on the filled database; what signs in or submits does so on a copy.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.selectable import Select

from feedback.extensions import db
from feedback.models.people import Person
from feedback.web.guards import PLUMBING, access_of
from tests.bench.generator import Facts
from tests.bench.measured import Bench, Measured
from tests.factories import Member
from tests.fixtures.application import watching
from tests.fixtures.client import Client, sign_in_as
from tests.web.counting import (
    CASE_PAGE,
    INBOX,
    REGISTER_LIST,
    SEARCH,
    connections,
    cost,
    last_page,
    reads_without_end,
    send_unclosed,
)

DEEP = 5
"""Pages that are walked on from the first one of a list."""
INBOXES = {"officer": ("/desk/inbox", "/desk/inbox?show=late", "/desk/inbox?show=mine"),
           "agency_head": ("/desk/inbox", "/desk/inbox?show=unassigned"),
           "coordinator": ("/supervision/gate",)}


def measure(bench: Bench) -> list[Measured]:
    """What P8 and P13 ask for."""
    with bench.app() as app:
        large = _public_costs(app, bench.facts)
        walked, faults = _walk(app, bench.facts)
    with bench.sized(bench.scale.small) as small, small.app() as app:
        little = _public_costs(app, small.facts)
    found = []
    for what, most in (("list", REGISTER_LIST), ("detail", CASE_PAGE), ("search", SEARCH)):
        found.append(_statements(bench, f"public {what}", large[what], most))
        # A list that fits on its page need not be counted: one statement less.
        # Likewise a case without promises needs no calendar, and which cases are asked for is chance.
        grown = max(0, *(many - few for many, few in zip(
            sorted(large[what].values()), sorted(little[what].values()), strict=True)))
        found.append(Measured("P8", f"public {what}: statements more among {bench.cases:,} cases than among "
                              f"{bench.scale.small:,}", bench.database, grown, "count",
                              ("<=", 0 if what == "detail" else 1)))
    with bench.copy() as copied, copied.app() as app:
        found += _submission(copied, app)
        found.append(_statements(copied, "staff queue", _staff_costs(app, copied.facts), INBOX))
    return [*found,
            Measured("P13", f"statements with OFFSET on {len(walked)} public pages", bench.database,
                     faults["OFFSET"], "count", ("=", 0), raw={"pages": len(walked)}),
            Measured("P13", f"counts without an end on {len(walked)} public pages", bench.database,
                     faults["count"], "count", ("=", 0), raw={"pages": sorted(walked)[:200]})]


def _statements(bench: Bench, what: str, costs: dict[str, int], most: int) -> Measured:
    return Measured("P8", f"{what}: most SQL statements of one page", bench.database, max(costs.values()), "count",
                    ("<=", most), raw=costs)


def _public_costs(app: Flask, facts: Facts) -> dict[str, dict[str, int]]:
    common, rare = quote_plus(next(iter(facts.common))), quote_plus(next(iter(facts.phrases)))
    pages = {
        "list": {"newest": "/register", "agency": f"/register?agency={facts.agencies[0]}",
                 "two filters": f"/register?category={facts.categories[0]}&month={facts.months[0]}"},
        "detail": {f"case {n}": f"/register/{reference}" for n, reference in enumerate(
            [*facts.references[:3], *facts.references[-3:]], start=1)},
        "search": {"common": f"/register?q={common}", "best match": f"/register?q={common}&sort=best",
                   "rare": f"/register?q={rare}", "phrase": f"/register?q=%22{common}%22",
                   "never": f"/register?q={quote_plus(facts.never)}",
                   "with a filter": f"/register?q={common}&agency={facts.agencies[0]}"}}
    client = _reader(app)
    with _log_of(app) as log:
        return {what: {name: cost(log, client, path)[0] for name, path in paths.items()}
                for what, paths in pages.items()}


def _staff_costs(app: Flask, facts: Facts) -> dict[str, int]:
    with app.app_context():
        people = {row.id: row for row in db.session.scalars(select(Person).where(
            Person.id.in_(facts.people.values())))}
        members = {role: Member(id_, people[id_].email, people[id_].display_name, people[id_].agency_id)
                   for role, id_ in facts.people.items()}
        db.session.rollback()
    found = {}
    for role, paths in INBOXES.items():
        own = sign_in_as(_reader(app), members[role])
        with _log_of(app) as log:
            found.update({f"{role} {path}": cost(log, own, path)[0] for path in paths})
    return found


def _submission(bench: Bench, app: Flask) -> list[Measured]:
    client = _reader(app)
    page = last_page(client)
    with _log_of(app) as log:
        client.submit(page, action="/complain", status=303, follow=False)
        commits = log.commits
    client = _reader(app)
    page = last_page(client, mode="confidential", name="Nguyễn Văn An", email="an@thu.example")
    with connections() as calls:
        status, before = send_unclosed(app, client, page, calls)
    void = "" if status.startswith("303") else f"the submission was answered {status}"
    return [Measured("P8", "commits of one accepted submission", bench.database, commits, "count", ("=", 1)),
            Measured("P8", "network calls of a submission before its 303 has been sent", bench.database,
                     len(before), "count", ("=", 0), void=void, raw={"calls": before})]


def _walk(app: Flask, facts: Facts) -> tuple[set[str], Counter[str]]:
    """Open every public page without a form, and each list a few pages deep; what was opened, and the faults."""
    client, faults, walked = _reader(app), Counter[str](), set[str]()
    waiting = [*_addresses(app, facts), *_lists(facts)]
    with _log_of(app) as log, _skips(app) as skipped:
        for start in waiting:
            path: str | None = start
            for _ in range(DEEP):
                if path is None or path in walked:
                    break
                walked.add(path)
                reply = client.get(path, status=(*range(200, 500), 503))  # no sweep runs here, and health says so
                path = _older(reply.text if reply.is_page else "")
        faults["OFFSET"] = skipped[0]
        faults.update(wrong for statement in log.statements if (wrong := reads_without_end(statement)))
    return walked, faults


def _addresses(app: Flask, facts: Facts) -> Iterator[str]:
    """Every address that anybody may open, of one case where it is about a case."""
    with app.app_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            access = access_of(app, rule.endpoint)
            if access is None or access.kind != "public" or "GET" not in (rule.methods or ()):
                continue
            if rule.arguments <= {"reference"} and rule.endpoint not in PLUMBING:
                yield adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, facts.references[0]))


def _lists(facts: Facts) -> Iterator[str]:
    common = quote_plus(next(iter(facts.common)))
    asked = ["", f"agency={facts.agencies[0]}", f"procedure={facts.procedures[0]}", "returned=1", "late=1",
             f"category={facts.categories[0]}&month={facts.months[1]}", "historical=before", f"q={common}",
             f"q={common}&sort=best", f"q=%22{common}%22", f"q={quote_plus(facts.never)}"]
    for at in ("/register", "/register.atom", "/api/v1/cases", "/en/register"):
        yield from (f"{at}?{one}" for one in asked if at == "/register" or "sort" not in one)
    yield from ("/open311/v2/requests.json", f"/open311/v2/requests.json?service_code={facts.categories[0]}",
                "/overdue", "/statistics")


def _older(page: str) -> str | None:
    """Where a list goes on; None on its last page."""
    for piece in page.split('href="')[1:]:
        target = piece.partition('"')[0].replace("&amp;", "&")
        if "older=" in target or "shown=" in target or "/overdue?after=" in target:
            return target
    return None


def _reader(app: Flask) -> Client:
    client = Client(app, set())
    client.looks = False
    return client


@contextmanager
def _log_of(app: Flask) -> Iterator[Any]:
    with app.app_context():
        engine = db.engine
    with watching(engine) as log:
        yield log


@contextmanager
def _skips(app: Flask) -> Iterator[list[int]]:
    """How many statements were built with an OFFSET, also on SQLite, where each LIMIT is written with one."""
    found = [0]

    def look(_connection: Any, statement: Any, _many: Any, _params: Any, _options: Any) -> None:
        parts: Sequence[Any] = list(visitors.iterate(statement)) if hasattr(statement, "get_children") else ()
        found[0] += any(isinstance(part, Select) and part._offset_clause is not None for part in parts)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_execute", look)
    try:
        yield found
    finally:
        event.remove(engine, "before_execute", look)
