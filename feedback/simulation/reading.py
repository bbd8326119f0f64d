"""The rows of a run as the independent count takes them."""

import json
from bisect import bisect_left
from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.deadlines import Deadline, Escalation, Limit
from feedback.models.events import Event
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
    extended = {}
    for row, amount, unit in rows:
        named = row.due_on if row.limit_id is None or row.replaces_id is not None else None
        began = row.started_at
        if row.replaces_id is not None:
            began = extended[row.replaces_id]
        extended[row.id] = row.stopped_at
        ran = Ran(id=row.id, case_id=row.case_id, kind=row.kind, began=began, zero=day_of(row.started_at),
                  stopped=row.stopped_at, amount=amount, unit=unit or "", named_day=named, due=row.due_at,
                  paused_days=row.paused_days)
        found[row.case_id].append(ran)
    ladders = {kind.value: [Step(rung.key, rung.offset, rung.in_hours) for rung in ladder]
               for kind, ladder in load_ladders().items()}
    sweeps = sorted(world.sweeps)
    for case_id, clocks in found.items():
        questions = _with_last_day(asked.get(case_id, []), clocks, world)
        for ran in clocks:
            if not ran.ends:
                count_ends(ran, questions, world.books)
        first, last = min(ran.began for ran in clocks), max((ran.stopped or world.now) for ran in clocks)
        climb(clocks, sweeps[bisect_left(sweeps, first):bisect_left(sweeps, last) + 1], world.books, ladders)
    return found


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
