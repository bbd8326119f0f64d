"""Every door of the house, tried by everybody: the policy is written by hand in access/*.csv, one file a desk.

A route that is not in the table fails, so nobody can add a page without saying who may open it. What is refused
writes nothing and shows nothing.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from flask import Flask
from sqlalchemy import select, text

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.people import Person
from feedback.services import accounts, citizen
from feedback.web.guards import PLUMBING, access_of
from tests import factories
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client, Reply
from tests.house import access_ids

TABLES = sorted(Path(__file__).with_name("access").glob("*.csv"))
ROWS = [row for table in TABLES for row in csv.DictReader(
    line for line in table.read_text(encoding="utf-8").splitlines() if line[0] != "#")]
PEOPLE = [name for name in ROWS[0] if name not in ("method", "rule", "case", "data")]

SECRET = "nhà tôi ở cạnh chợ nổi Cái Răng"
"""Only in the sender's own words, never in the copy that intake made for the agency."""
IDENTITY = ("Nguyễn Văn An", "0912345678", "an@thu.example", "12 đường Hùng Vương")
MAY_READ_ORIGINAL = {"holder", "intake", "coordinator"}


@dataclass
class Stage:
    """The cases everybody tries to open, and whose they are."""

    cast: Cast
    references: dict[str, str]
    keys: dict[str, str]
    people: dict[str, Member]


@pytest.fixture
def stage(app: Flask, cast: Cast, an: Citizen, binh: Citizen, answering_vault: None) -> Stage:
    """An's case with Chi (and a wish to withdraw it), one at the gate, a restricted one, a public one; Bình's."""
    ours = an.complains(narrative=f"{factories.NARRATIVE} Xin lưu ý {SECRET}.")
    gate, public = an.complains(), an.complains()
    restricted = an.complains(category=Category.UNOFFICIAL_COST)
    others = binh.complains()
    with app.app_context():
        with writing():
            case = factories.walk(ours, Action.TAKE, hands=cast.hands)
            case.masked = factories.NARRATIVE
            named = factories.member("Trương Văn Nể", Role.OFFICER, agency_id=cast.building)
            factories.hide_from(case, db.session.get_one(Person, named.id))
            citizen.ask_to_withdraw(case, actor=citizen.as_sender(case.id), why="Tôi đã được giải quyết.")
            factories.walk(gate, Action.APPROVE, hands=cast.hands)
            settled = factories.walk(public, Action.RELEASE, hands=cast.hands)
        with writing():
            factories.publish(settled, first=cast.publisher, second=cast.second_publisher)
        with writing():
            accounts.sign_in(cast.second_intake.email, cast.second_intake.password, now=clock.now())
            people = {
                "colleague": factories.member("Phan Thị Hoa", Role.OFFICER, agency_id=cast.building),
                "disabled": factories.member("Mai Văn Nghỉ", Role.COORDINATOR, agency_id=cast.office),
                "stale": factories.member("Vũ Văn Đổi", Role.COORDINATOR, agency_id=cast.office),
                "conflicted": named,
            }
    staff = {"intake": cast.intake, "officer": cast.chi, "other_officer": cast.dung, "head": cast.chi_head,
             "other_head": cast.dung_head, "coordinator": cast.ha, "publisher": cast.publisher,
             "leader": cast.leader, "restricted": cast.restricted, "auditor": cast.auditor,
             "administrator": cast.quan, **people}
    references = {"ours": ours.reference, "gate": gate.reference, "public": public.reference,
                  "restricted": restricted.reference}
    with app.app_context(), writing():
        access_ids.furnish(cast, case_of(ours))
    return Stage(cast, references, {"holder": ours.key, "other_holder": others.key}, staff)


@pytest.fixture
def enter(app: Flask, stage: Stage, new_client, sign_in) -> Callable[[str], Client]:
    """Call it with a column's name: that person's browser."""

    def as_(name: str) -> Client:
        if name == "anonymous" or name in stage.keys:
            own = new_client()
            own.looks = False
            if name in stage.keys:
                own.submit(own.get("/track"), field="key", follow=False, key=stage.keys[name])
            return own
        member = stage.people[name]
        own = sign_in(member)
        own.looks = False
        with app.app_context(), writing():
            person = db.session.get_one(Person, member.id)
            if name == "disabled":
                accounts.disable(person, actor=actor_of(stage.cast.quan))
            elif name == "stale":
                # The role went a moment ago, and the browser still has its cookie.
                db.session.execute(text("UPDATE role_grant SET revoked_at = granted_at WHERE person_id = :id"),
                                   {"id": member.id})
        return own

    return as_


def _address(row: dict[str, str], stage: Stage, app: Flask) -> str:
    path = row["rule"].replace("<reference>", stage.references.get(row["case"], ""))
    with app.app_context():  # the first session is somebody else's
        for placeholder in re.findall(r"<[^>]+>", path):
            path = path.replace(placeholder, access_ids.value_of(placeholder))
    assert "<" not in path, f"say in the test what to put for {path}"
    return path


def _data(row: dict[str, str], stage: Stage, token: str, app: Flask) -> dict[str, str]:
    """What the form carries: the case's version among it, as if the page had just been read."""
    given = dict(parse_qsl(row["data"], keep_blank_values=True))
    with app.app_context():
        given["version"] = str(db.session.scalar(
            select(Case.version).where(Case.reference == stage.references.get(row["case"]))))
    ids = {"LAND": stage.cast.land, "COLLEAGUE": stage.people["colleague"].id}
    return {"csrf_token": token, **{name: str(ids.get(value, value)) for name, value in given.items()}}


def _token(browser: Client) -> str:
    """A token that the form checks accept, so that what refuses is the guard and nothing else."""
    for page in ("/account/sessions", "/track"):
        reply = browser.get(page, status=(200, 302, 403))
        if reply.is_page:
            found = [v for form in reply.page.forms() for v in form.values.get("csrf_token", [])]
            if found:
                return found[0]
    return ""


def _outcome(reply: Reply) -> str:
    if reply.status in (302, 303) and "done=" not in reply.location:
        where = reply.location.split("?")[0]
        if where.endswith("/sign-in") or where.endswith("/track"):
            return "in" if where.endswith("/sign-in") else "key"
    return str(reply.status) if reply.status in (403, 404, 409) else "ok"


def _contents(app: Flask) -> dict[str, list]:
    """Everything in every table, except when a session was last used and what somebody has read."""
    with app.app_context():
        found = {table.name: sorted(map(repr, db.session.execute(table.select())))
                 for table in db.metadata.sorted_tables if table.name not in ("staff_session", "seen_case")}
        db.session.rollback()
        return found


DENIED = {"in", "key", "403", "404", "409"}
NEW_COOKIE = ("/account/second-step/codes",)
"""What gives the browser another cookie value, to which its forms are bound."""
LAST = ("/sign-out", "/track/leave", "/complain/leave")


def _in_order(rows: list[dict[str, str]], name: str) -> list[dict[str, str]]:
    """What is refused first, so that nothing was changed by what is allowed; what ends a session last."""
    return sorted(rows, key=lambda row: (row["method"] != "GET", row[name] not in DENIED, row["rule"] in LAST))


@pytest.mark.parametrize("name", PEOPLE)
def test_each_door_opens_for_whom_it_should_and_for_nobody_else(app, stage, enter, name):
    own = enter(name)
    token = _token(own)
    wrong, leaks, written = [], [], []
    contents = _contents(app)
    for row in _in_order(ROWS, name):
        path, expected = _address(row, stage, app), row[name]
        reply = own.open(row["method"], path, status=tuple(range(200, 600)),
                         **({"data": _data(row, stage, token, app)} if row["method"] == "POST" else {}))
        found = _outcome(reply)
        if found != expected or (reply.status >= 500 and row["rule"] != "/healthz"):
            wrong.append(f"{row['method']} {row['rule']} {row['case']}: {expected} expected, {reply.status}")
        if row["rule"] in NEW_COOKIE:
            token = _token(own)
        if row["method"] == "POST":
            before, contents = contents, _contents(app)
            if found in DENIED and contents != before:
                written.append(path)
        seen = reply.body.decode("utf-8", "replace")
        if SECRET in seen and name not in MAY_READ_ORIGINAL:
            leaks.append(path)
        leaks += [f"{path}: {value}" for value in IDENTITY if value in seen]
    assert (wrong, leaks, written) == ([], [], [])


def test_every_route_is_in_the_table(app):
    routes = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in rule.methods or ()
              if method not in ("HEAD", "OPTIONS") and rule.endpoint not in PLUMBING}
    table = {(row["method"], _rule(row["rule"])) for row in ROWS}
    assert routes - table == set(), "say in access/<desk>.csv who may open these"
    assert table - routes == set(), "these are gone"


def _rule(written: str) -> str:
    """The table names one action where the route takes any."""
    return re.sub(r"(/desk/cases/<reference>)/(transfer|allot|take|restrict)$", r"\1/<action>", written)


def test_every_route_says_who_may_open_it(app):
    assert [rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None] == []


def test_a_view_that_nobody_classified_is_not_there(settings):
    from tests.fixtures.application import assemble

    other = assemble(settings)
    other.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert other.test_client().get("/forgotten", base_url="http://localhost").status_code == 404


@pytest.mark.parametrize("disguise", ["head", "slash", "upper", "override", "english"])
def test_a_disguise_opens_no_door(app, stage, client, disguise):
    for row in ROWS:
        if row["anonymous"] != "in" or row["method"] != "GET":
            continue
        path, headers, method = _address(row, stage, app), {}, "GET"
        if disguise == "head":
            method = "HEAD"
        elif disguise == "slash":
            path = path.rstrip("/") + "//"
        elif disguise == "upper":
            path = path.upper()
        elif disguise == "override":
            headers, method = {"X-HTTP-Method-Override": "GET", "X-Original-URL": "/"}, "POST"
        else:
            path = f"/en{path}"
        reply = client.open(method, path, status=tuple(range(300, 500)), headers=headers)
        assert reply.status in (302, 303, 308, 404, 405, 400), (path, reply.status)
