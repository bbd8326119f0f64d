"""What a morning sheet says: due and late by agency, what nobody opened, instructions due, and what changed since
the last working day. Everything within the actor's reach; restricted cases are in nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, case, cast, func, literal, select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor, Permission
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.columns import Key
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.instructions import Instruction
from feedback.queries.dashboard_counts import count
from feedback.queries.dashboard_lists import Lying, by_age
from feedback.queries.dashboards import EVERYTHING, LOOKED_THROUGH, Block, Moment, among, among_open, any_of
from feedback.queries.instructions import addressed_to, overseen
from feedback.queries.visibility import visible_to

MOST_AGENCIES, MOST_LINES = 20, 8
"""Lines of the sheet, so that it stays on one page."""
CHANGES: Mapping[str, tuple[str, ...]] = {
    "received": (Action.SUBMIT.value,), "answered": (Action.RELEASE.value,), "returned": (Action.RETURN.value,),
    "passed_on": (Action.TRANSFER.value,), "came_back": (Action.OBJECT.value, Action.REOPEN.value),
}
"""What is told of the days since, by the events that it is counted from."""
LOOKED_BACK = 50_000
"""Newest events among which the changes are looked for; a province has some thousands a day."""


@dataclass(frozen=True)
class AtAgency:
    """What presses at one agency; ``agency`` None: no agency has it yet."""

    agency: Agency | None
    today: int
    late: int


@dataclass(frozen=True)
class Sheet:
    """The sheet. ``more_agencies``: how many further lines were left out, ``unopened_count`` and
    ``instruction_count`` how many there are in all, at most 1,001; ``since`` is the instant from which changes are
    counted."""

    agencies: Sequence[AtAgency]
    more_agencies: int
    unopened: Sequence[Lying]
    unopened_count: int
    instructions: Sequence[tuple[Instruction, Agency]]
    instruction_count: int
    changes: Mapping[str, int]
    since: datetime


def sheet(actor: Actor, at: Moment) -> Sheet:
    """Everything for the sheet, in eight statements."""
    agencies = _by_agency(actor, at)
    waiting = (select(Instruction.id).outerjoin(Case, Case.id == Instruction.case_id)
               .where(*_instructions(actor, at)))
    unopened = select(Case.id).where(visible_to(actor), *among(Block.UNOPENED, at))
    numbers = count({"unopened": unopened, "instructions": waiting})
    since = datetime.combine(at.calendar.add_working_days(at.today, -1), time(0), clock.VIETNAM)
    return Sheet(
        agencies=agencies[:MOST_AGENCIES], more_agencies=max(0, len(agencies) - MOST_AGENCIES),
        unopened=by_age(actor, Block.UNOPENED, at, EVERYTHING, size=MOST_LINES).rows,
        unopened_count=numbers["unopened"], instruction_count=numbers["instructions"],
        instructions=[(row.Instruction, row.Agency) for row in db.session.execute(
            select(Instruction, Agency).join(Agency, Agency.id == Instruction.agency_id)
            .outerjoin(Case, Case.id == Instruction.case_id).where(*_instructions(actor, at))
            .order_by(Instruction.due_on, Instruction.id).limit(MOST_LINES))],
        changes=_changes(actor, at, since), since=since)


def _instructions(actor: Actor, at: Moment) -> list[ColumnElement[bool]]:
    """Instructions due today or past due that are not reported, within reach as the lists of instructions have
    it: those to the agencies' tree for a head, all for who oversees."""
    reach = overseen(actor) if actor.can(Permission.CASE_OVERSEE) else addressed_to(actor)
    return [reach, Instruction.ended_at.is_(None), Instruction.reported_at.is_(None),
            Instruction.due_on <= at.today]


def _by_agency(actor: Actor, at: Moment) -> list[AtAgency]:
    """Agencies with something due today or late, by name; nobody is ranked."""
    is_late = case((Deadline.due_at < at.now, 1), else_=0)
    within = (select(Case.agency_id, is_late.label("late"))
              .join(Deadline, and_(Deadline.case_id == Case.id, Deadline.kind == "total",
                                   Deadline.stopped_at.is_(None)))
              .where(visible_to(actor), *_presses(at)).limit(LOOKED_THROUGH).subquery())
    rows = db.session.execute(
        select(Agency, func.count(), func.sum(within.c.late)).select_from(within)
        .outerjoin(Agency, Agency.id == within.c.agency_id).group_by(Agency.id)
        .order_by(Agency.name_vi, Agency.id))
    return [AtAgency(agency, today=number - int(late), late=int(late)) for agency, number, late in rows]


def _presses(at: Moment) -> list[ColumnElement[bool]]:
    return [*among_open(), any_of((Block.TODAY, Block.LATE), at)]


def _changes(actor: Actor, at: Moment, since: datetime) -> dict[str, int]:
    """How many cases of the actor's reach were received, answered and so on, and how many became late."""
    newest = (select(Event.chain, Event.type, Event.at).order_by(Event.seq.desc()).limit(LOOKED_BACK).subquery())
    case_id = cast(case((newest.c.chain.startswith("case:"), func.substr(newest.c.chain, 6)), else_=literal("0")),
                   Key)
    wanted = sorted({type_ for types in CHANGES.values() for type_ in types})
    rows = db.session.execute(
        select(newest.c.type, func.count(func.distinct(Case.id))).join(Case, Case.id == case_id)
        .where(newest.c.at >= since, newest.c.type.in_(wanted), visible_to(actor), Case.restricted.is_(False),
               Case.historical.is_(False)).group_by(newest.c.type))
    found: dict[str, int] = {row[0]: row[1] for row in rows}
    late = count({"late": select(Case.id).where(visible_to(actor), *among(Block.LATE, at), Case.id.in_(
        select(Deadline.case_id).where(Deadline.kind == "total", Deadline.stopped_at.is_(None),
                                       Deadline.due_at >= since)))})
    return {name: sum(found.get(type_, 0) for type_ in types) for name, types in CHANGES.items()} | {
        "became_late": late["late"]}
