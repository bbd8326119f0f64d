"""The rows of a run as the independent count takes them."""

import json
from bisect import bisect_left
from collections import defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.deadlines import Deadline, Escalation, Limit
from feedback.models.events import Event
from feedback.models.reader import Commitment
from feedback.queries.ladder import load_ladders
from feedback.simulation.counter import day_of, day_over
from feedback.simulation.expected import Ran, Step, climb, count_ends
from feedback.simulation.world import World

Asked = tuple[datetime, datetime | None, datetime | None]
_WENT_ON = ("supplement", "resume", "withdraw")


def clocks_by_case(world: World) -> dict[int, list[Ran]]:
    """Every clock of every case, with its ends and the rungs that had to fire as counted here."""
    asked, found = _asked(), defaultdict(list)
    rows = db.session.execute(
        select(Deadline, Limit.amount, Limit.unit).outerjoin(Limit, Limit.id == Deadline.limit_id)
        .where(Deadline.case_id.is_not(None)).order_by(Deadline.case_id, Deadline.id))
    promised = dict(db.session.execute(select(Commitment.deadline_id, Commitment.promised_on)).all())
    granted, by_id = _granted(), dict[int, Ran]()
    extended: list[tuple[Ran, int]] = []
    for row, amount, unit in rows:
        ran = Ran(id=row.id, case_id=row.case_id, kind=row.kind, began=row.started_at, zero=day_of(row.started_at),
                  stopped=row.stopped_at, amount=amount, unit=unit or "", named_day=promised.get(row.id),
                  due=row.due_at, paused_days=row.paused_days)
        if row.replaces_id is not None:
            extended.append((ran, row.replaces_id))
        found[row.case_id].append(ran)
        by_id[row.id] = ran
    for ran, before in extended:
        began = by_id[before].stopped
        assert began is not None  # an extension stops the clock that it goes on from
        ran.began = began
    goes_on = {ran.id: before for ran, before in extended}
    ladders = {kind.value: [Step(rung.key, rung.offset, rung.in_hours) for rung in ladder]
               for kind, ladder in load_ladders().items()}
    sweeps = sorted(world.sweeps)
    for case_id, clocks in found.items():
        questions = _with_last_day(asked.get(case_id, []), clocks, world)
        for ran in clocks:
            if ran.id in goes_on:
                _go_on(ran, by_id[goes_on[ran.id]], granted[case_id], world)
            if not ran.ends:
                count_ends(ran, questions, world.books)
        first, last = min(ran.began for ran in clocks), max((ran.stopped or world.now) for ran in clocks)
        climb(clocks, sweeps[bisect_left(sweeps, first):bisect_left(sweeps, last) + 1], world.books, ladders)
    return found


def _granted() -> dict[int, list[tuple[datetime, date, int]]]:
    """When more time was granted to each case, until which day and by how many working days, from the history."""
    found: dict[int, list[tuple[datetime, date, int]]] = defaultdict(list)
    for chain, at, payload in db.session.execute(
            select(Event.chain, Event.at, Event.payload).where(Event.type == "extension_granted")):
        said = json.loads(payload)
        found[int(chain.removeprefix("case:"))].append((at, date.fromisoformat(said["to"]), said["days"]))
    return found


def _go_on(ran: Ran, before: Ran, granted: list[tuple[datetime, date, int]], world: World) -> None:
    """An extended clock ends on the day that was granted; the agency's own by as many working days later."""
    _, until, days = next(one for one in granted if one[0] == ran.began)
    book = next(book for at, book in reversed(world.books) if at <= ran.began)
    ran.named_day = until if ran.kind == "total" else book.working(before.ends[-1][1], days)
    ran.carried = before.given_back + before.carried


def _asked() -> dict[int, list[tuple[datetime, datetime | None]]]:
    """When the sender of each case was asked, and when the case went on, from the history alone."""
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for chain, kind, at in db.session.execute(
            select(Event.chain, Event.type, Event.at).where(Event.type.in_(("ask_submitter", *_WENT_ON)))
            .order_by(Event.seq)):
        case_id = int(chain.removeprefix("case:"))
        if kind == "ask_submitter":
            found[case_id].append((at, None))
        elif found[case_id] and found[case_id][-1][1] is None:
            found[case_id][-1] = (found[case_id][-1][0], at)
    return found


def _with_last_day(asked: list[tuple[datetime, datetime | None]], clocks: list[Ran], world: World) -> list[Asked]:
    """The questions with the end of the time to reply, counted here as well."""
    questions: list[Asked] = []
    for at, went_on in asked:
        supply = next((ran for ran in clocks if ran.kind == "supply" and ran.began == at), None)
        last = None
        if supply is not None:
            count_ends(supply, [], world.books)
            last = day_over(supply.ends[-1][1]) - timedelta(minutes=1)
        questions.append((at, went_on, last))
    return questions


def fired() -> dict[tuple[int, str], list[datetime]]:
    """Each rung of each clock with the instants at which its row says that it fired."""
    found: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    for row in db.session.execute(select(Escalation.deadline_id, Escalation.rung, Escalation.fired_at)):
        found[(row.deadline_id, row.rung)].append(row.fired_at)
    return found


def told() -> dict[tuple[int, str], int]:
    """How often the history tells of each rung of each clock."""
    found: dict[tuple[int, str], int] = defaultdict(int)
    for payload in db.session.scalars(select(Event.payload).where(Event.type.in_(("reminded", "escalated")))):
        said = json.loads(payload)
        found[(said["deadline"], said["rung"])] += 1
    return found
