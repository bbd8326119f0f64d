"""Everything of the province by due date: who holds it, what is late, what waits for a second person, whether the
clock's work is done."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import OPEN, State
from feedback.domain.permissions import Permission
from feedback.domain.roles import Role
from feedback.domain.sweeps import SWEEPS
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.cases import PAGE, open_proposals
from feedback.queries.gate import often_returned
from feedback.queries.oversight import COUNTED, Filter, how_many, moved_up, open_cases
from feedback.queries.overview import load, sweeps
from feedback.queries.papers import COUNTED as MOST_TOLD
from feedback.queries.papers import unseen_count
from feedback.queries.transfer_requests import waiting_count
from feedback.web.case_columns import case_columns
from feedback.web.csv_lists import BATCH, csv_wanted, every_page, send_csv
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.numbers import whole
from feedback.web.supervision import bp
from feedback.web.supervision.blocks import sections

SWEEP_NAMES = {
    "overdue": _l("Overdue cases and reminders"),
    "outbox": _l("Mails that are owed"),
    "supply": _l("Senders who did not answer in time"),
    "commitments": _l("Promises whose day has passed"),
    "close": _l("Answers that nobody objected to"),
    "publish": _l("Publication"),
    "successors": _l("Cases of agencies that have ended"),
    "counts": _l("Counting for the public pages"),
    "drafts": _l("Drafts whose writer did not come back"),
    "identities": _l("Forgetting who sent cases that ended long ago"),
    "checkpoint": _l("Checkpoint of the history"),
    "calendar": _l("Reminder to load the calendar"),
    "rescan": _l("Published cases read again"),
    "files": _l("Do files and their rows fit together"),
    "open_data": _l("Files of open data"),
    "first_numbers": _l("Numbers by agency, procedure and category"),
}


FIRST = 10
"""Cases below the dashboard while nothing is narrowed: on a telephone each is a card, and the blocks go first."""


@bp.get("/")
@requires(Permission.CASE_OVERSEE)
def overview() -> ResponseReturnValue:
    """What has to be done today, in numbers that lead to their lists (left out while a filter is in force); then
    open cases, the most urgent first, 25 by key ``after``; the load of each agency, and the sweeps. Filters:
    ``agency`` (with all below it), ``state``, ``category``, ``late=1``, ``urgent=1``; what is none of ours is left
    out. ``format=csv``: the whole list as a file. Steps that wait for a second person are listed for who may
    decide them; for the leader, cases whose decisions moved up and those whose answer keeps coming back."""
    actor = current_actor()
    by = asked_filter()
    if csv_wanted(request.args):
        return send_csv("province", case_columns(_l("Clock of who holds it")), every_page(
            lambda after: open_cases(actor, by, after=after, size=BATCH)))
    after = request.args.get("after")
    page = open_cases(actor, by, after=after, size=PAGE if after or filter_words(by) else FIRST)
    number = how_many(actor, by, now=clock.now())
    may_decide = actor.can(Permission.CASE_ACT) and actor.can(Permission.CASE_READ_ORIGINAL)
    kept = filter_words(by)
    papers, asked = unseen_count(actor), waiting_count(actor)
    return render_template(
        "supervision/overview.html", page=page, by=by, load=_load(), sweeps=_sweeps(), counted=COUNTED,
        today=clock.today(), papers=papers, asked=asked, most=MOST_TOLD,
        sections=[] if kept or request.args.get("after") else sections(actor),
        number=number, chips=_chips(by), quick=_quick(by), kept=kept,
        proposals=open_proposals(actor) if may_decide else [],
        moved=moved_up(actor) if Role.LEADER in actor.roles else None,
        returned=often_returned(actor) if Role.LEADER in actor.roles else [],
        agencies=[{"value": str(a.id), "label": name_of(a)} for a in open_agencies()],
        states=[{"value": s.value, "label": FILTERS["state"](s.value)} for s in State if s in OPEN],
        categories=[{"value": c.value, "label": FILTERS["category"](c.value)} for c in Category],
        file_url=url_for("supervision.overview", format="csv", **kept),
        older_url=url_for("supervision.overview", after=page.after, **kept) if page.after else "")


def asked_filter() -> Filter:
    """The filter that stands in the address; values that are none of ours count as not given."""
    state, category = request.args.get("state", ""), request.args.get("category", "")
    return Filter(
        agency_id=whole(request.args.get("agency", "")), late=request.args.get("late") == "1",
        state=State(state) if state in {s.value for s in OPEN} else None,
        category=category if category in {c.value for c in Category} else None,
        urgent=request.args.get("urgent") == "1")


def filter_words(by: Filter) -> dict[str, str]:
    """The filter as it stands in an address."""
    given = {"agency": str(by.agency_id or ""), "state": by.state.value if by.state else "",
             "category": by.category or "", "late": "1" if by.late else "", "urgent": "1" if by.urgent else ""}
    return {name: value for name, value in given.items() if value}


def _chips(by: Filter) -> list[dict[str, str]]:
    """The choices in force that are not shown by the quick links, each with the address without it."""
    agency = agency_by_id(by.agency_id) if by.agency_id is not None else None
    said = {"agency": (gettext("Agency"), name_of(agency) if agency else gettext("unknown")),
            "state": (gettext("Where it is"), FILTERS["state"](by.state.value if by.state else None)),
            "category": (gettext("Category"), FILTERS["category"](by.category))}
    kept = filter_words(by)
    return [{"label": label, "value": value,
             "remove_url": url_for("supervision.overview", **{k: v for k, v in kept.items() if k != name})}
            for name, (label, value) in said.items() if name in kept]


def _quick(by: Filter) -> list[dict[str, Any]]:
    """All, late, urgent: one click each, the other choices stay."""
    rest = {name: value for name, value in filter_words(by).items() if name not in ("late", "urgent")}
    return [{"label": label, "url": url_for("supervision.overview", **rest, **more), "current": current}
            for label, more, current in (
                (gettext("All open"), {}, not by.late and not by.urgent),
                (gettext("Late"), {"late": "1"}, by.late), (gettext("Urgent"), {"urgent": "1"}, by.urgent))]


def _load() -> dict[str, Any]:
    """What the last count found, each number with the list behind it."""
    counted = load()
    return {
        "counted_at": counted.counted_at, "silent": sum(one.late for one in counted.agencies),
        "agencies": [{"agency": one.agency, "open": one.open, "late": one.late,
                      "url": url_for("supervision.overview", agency=one.agency.id)} for one in counted.agencies],
        "states": [{"state": name, "number": number, "url": url_for("supervision.overview", state=name)}
                   for name, number in counted.states.items()]}


def _sweeps() -> list[dict[str, Any]]:
    """The sweeps by name, and whether each ran lately enough."""
    return [{"name": SWEEP_NAMES[run.name], "at": run.started_at, "seen": run.seen, "acted": run.acted,
             "failed": run.failed, "late": clock.now() - run.started_at > SWEEPS[run.name].late_after}
            for run in sweeps() if run.name in SWEEPS]
