"""Questions about instructions (chỉ đạo): who sees which, how each stands, lists by due date, one with its
story."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, or_, select

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.conflicts import About
from feedback.domain.deadlines import end_of_day
from feedback.domain.instructions import Outcome
from feedback.domain.permissions import GRANTS, Actor, Permission, only_in
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict
from feedback.models.instructions import Instruction, InstructionEntry
from feedback.models.people import Person
from feedback.queries.agencies import tree_below
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import PAGE
from feedback.queries.visibility import visible_to

COUNTED = 1_000
"""More are not counted: a page says "more than"."""


class Standing(StrEnum):
    """How an instruction stands. LATE: its day has passed and nothing is reported. REPORTED: the office has the
    next word."""

    OPEN = "open"
    LATE = "late"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Show(StrEnum):
    """What a list is narrowed to. RUNNING: all that have not ended; OPEN: those not reported yet, late or not."""

    RUNNING = "running"
    OPEN = "open"
    LATE = "late"
    REPORTED = "reported"
    ENDED = "ended"


@dataclass(frozen=True)
class Filter:
    """``agency_id`` takes everything below it in; ``issued_by_id``: given by this person. None: all."""

    show: Show = Show.RUNNING
    agency_id: int | None = None
    issued_by_id: int | None = None


@dataclass(frozen=True)
class Shown:
    """One instruction. ``case`` is None where it is about none, or about one that the reader may not see.
    ``days``: working days left (open), past its day (late), or that the report came late (reported, accepted)."""

    row: Instruction
    agency: Agency
    issuer: str
    case: Case | None
    standing: Standing
    days: int


@dataclass(frozen=True)
class Page:
    """A page by key."""

    rows: Sequence[Shown]
    after: str | None


@dataclass(frozen=True)
class Counts:
    """How many stand where; each at most ``COUNTED`` + 1. ``late`` ones are among the ``open``."""

    open: int = 0
    late: int = 0
    reported: int = 0


@dataclass(frozen=True)
class OfAgency:
    """The instructions of one agency: not reported yet, late among these, reports that wait for a word, and of the
    accepted ones those reported in time and too late."""

    agency: Agency
    open: int
    late: int
    reported: int
    in_time: int
    too_late: int


FIGURES = ("open", "late", "reported", "in_time", "too_late")


def overseen(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Instruction`` outer-joined to its ``Case``: what a supervisor may see. About a case: only
    where they see that case, so that whoever is named in a conflict sees neither."""
    ways = [visible_to(only_in(actor, role)) for role in sorted(actor.roles)
            if Permission.CASE_OVERSEE in GRANTS[role]]
    return or_(Instruction.case_id.is_(None), *ways) if ways else Instruction.id.is_(None)


def addressed_to(actor: Actor) -> ColumnElement[bool]:
    """The same for who stands for the head of an agency: theirs and those of the agencies below, an ended agency's
    with its successor. Never one about a case that names them, nor about one that their level is taken out of."""
    if Role.AGENCY_HEAD not in actor.roles or not actor.agency_tree:
        return Instruction.id.is_(None)
    mine = sorted(actor.deputy_at or ({actor.agency_id} if actor.agency_id is not None else set()))
    named = exists(select(Conflict.id).where(
        Conflict.case_id == Instruction.case_id, Conflict.person_id == actor.person_id))
    gives_way = and_(Case.moved_up.contains(About.HEAD.value), Case.agency_id.in_(mine))
    return and_(Instruction.agency_id.in_(sorted(with_ended(actor.agency_tree))),
                or_(Instruction.case_id.is_(None),
                    and_(Case.restricted.is_(False), not_(named), not_(gives_way))))


def with_ended(agency_ids: frozenset[int]) -> frozenset[int]:
    """These agencies and those that ended into one of them."""
    found, news = set(agency_ids), set(agency_ids)
    while news:
        news = set(db.session.scalars(select(Agency.id).where(
            Agency.successor_id.in_(sorted(news)), Agency.valid_to < clock.today()))) - found
        found |= news
    return frozenset(found)


def listed(who: ColumnElement[bool], actor: Actor, by: Filter, *, after: str | None = None,
           size: int = PAGE) -> Page:
    """One page: what runs by due date, what has ended newest first. ``who`` is ``overseen`` or
    ``addressed_to``."""
    query = _base(who).where(*_conditions(by))
    place = _place(after)
    if by.show is Show.ENDED:
        query = query.order_by(Instruction.id.desc())
        query = query.where(Instruction.id < place[1]) if place else query
    else:
        query = query.order_by(Instruction.due_on, Instruction.id)
        if place:
            query = query.where(or_(Instruction.due_on > place[0],
                                    and_(Instruction.due_on == place[0], Instruction.id > place[1])))
    rows = _shown(query.limit(size + 1), actor)
    last = rows[size - 1].row if len(rows) > size else None
    return Page(rows=rows[:size], after=f"{last.due_on.isoformat()}~{last.id}" if last else None)


def one(who: ColumnElement[bool], actor: Actor, instruction_id: int) -> Shown | None:
    """One instruction; None when there is none or it is out of reach."""
    found = _shown(_base(who).where(Instruction.id == instruction_id), actor)
    return found[0] if found else None


def of_case(actor: Actor, case_id: int) -> list[Shown]:
    """The instructions about a case that this supervisor may see, the newest first; at most 10."""
    return _shown(_base(overseen(actor)).where(Instruction.case_id == case_id)
                  .order_by(Instruction.id.desc()).limit(10), actor)


def entries_of(instruction_id: int) -> list[tuple[InstructionEntry, str]]:
    """The story of an instruction, oldest first, each entry with its author's name."""
    return [(row.InstructionEntry, row.display_name) for row in db.session.execute(
        select(InstructionEntry, Person.display_name).join(Person, Person.id == InstructionEntry.author_id)
        .where(InstructionEntry.instruction_id == instruction_id).order_by(InstructionEntry.id))]


def counts(who: ColumnElement[bool]) -> Counts:
    """How many are not reported yet, late among them, and how many reports wait for a word."""
    def number(show: Show) -> int:
        ids = select(Instruction.id).outerjoin(Case, Case.id == Instruction.case_id).where(
            who, *_conditions(Filter(show=show))).limit(COUNTED + 1)
        return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    return Counts(open=number(Show.OPEN), late=number(Show.LATE), reported=number(Show.REPORTED))


def by_agency(actor: Actor, *, since: date) -> list[OfAgency]:
    """Per agency how the instructions given from this day on (Viet Nam) stand, for supervisors; those with most
    late ones first. Withdrawn ones and those about cases out of reach are left out. Two statements."""
    rows = db.session.execute(
        select(Instruction.agency_id, Instruction.due_on, Instruction.reported_at, Instruction.ended_at)
        .outerjoin(Case, Case.id == Instruction.case_id)
        .where(overseen(actor), Instruction.issued_at >= end_of_day(since - timedelta(days=1)),
               Instruction.outcome != Outcome.WITHDRAWN.value)).all()
    agencies = {row.id: row for row in db.session.scalars(
        select(Agency).where(Agency.id.in_({row.agency_id for row in rows})))} if rows else {}
    found: dict[int, Counter[str]] = {}
    for row in rows:
        count = found.setdefault(row.agency_id, Counter())
        if row.reported_at is None:
            count.update(["open", *(["late"] if row.due_on < clock.today() else [])])
        elif row.ended_at is None:
            count["reported"] += 1
        else:
            count["in_time" if clock.local_date(row.reported_at) <= row.due_on else "too_late"] += 1
    told = [OfAgency(agencies[agency_id], **{name: count[name] for name in FIGURES})
            for agency_id, count in found.items()]
    return sorted(told, key=lambda one: (-one.late, -one.open, one.agency.name_vi))


def _conditions(by: Filter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = {
        Show.RUNNING: [Instruction.ended_at.is_(None)],
        Show.OPEN: [Instruction.ended_at.is_(None), Instruction.reported_at.is_(None)],
        Show.LATE: [Instruction.ended_at.is_(None), Instruction.reported_at.is_(None),
                    Instruction.due_on < clock.today()],
        Show.REPORTED: [Instruction.ended_at.is_(None), Instruction.reported_at.is_not(None)],
        Show.ENDED: [Instruction.ended_at.is_not(None)],
    }[by.show]
    if by.agency_id is not None:
        wanted.append(Instruction.agency_id.in_(sorted(tree_below(by.agency_id))))
    if by.issued_by_id is not None:
        wanted.append(Instruction.issued_by_id == by.issued_by_id)
    return wanted


def _base(who: ColumnElement[bool]) -> Select[tuple[Instruction, Agency, str, Case]]:
    return (select(Instruction, Agency, Person.display_name, Case)
            .join(Agency, Agency.id == Instruction.agency_id).join(Person, Person.id == Instruction.issued_by_id)
            .outerjoin(Case, Case.id == Instruction.case_id).where(who))


def _shown(query: Select[tuple[Instruction, Agency, str, Case]], actor: Actor) -> list[Shown]:
    """The rows with how each stands. The case is shown to who sees it: it may be with another agency by now."""
    found, calendar = db.session.execute(query).all(), load_calendar()
    ids = {case.id for *_rest, case in found if case is not None}
    seen = set(db.session.scalars(select(Case.id).where(Case.id.in_(ids), visible_to(actor)))) if ids else set()
    return [Shown(row, agency, issuer, case if case is not None and case.id in seen else None,
                  *_standing(row, calendar)) for row, agency, issuer, case in found]


def _standing(row: Instruction, calendar: WorkingCalendar) -> tuple[Standing, int]:
    today = clock.today()
    if row.outcome == Outcome.WITHDRAWN.value:
        return Standing.WITHDRAWN, 0
    if row.reported_at is not None:
        late = max(0, calendar.working_days_between(row.due_on, clock.local_date(row.reported_at)))
        return (Standing.REPORTED if row.ended_at is None else Standing.ACCEPTED), late
    if row.due_on < today:
        return Standing.LATE, calendar.working_days_between(row.due_on, today)
    return Standing.OPEN, calendar.working_days_between(today, row.due_on)


def _place(after: str | None) -> tuple[date, int] | None:
    """The day and the id in a list's key; None for no key or a mangled one."""
    day, _, number = (after or "").partition("~")
    try:
        return (date.fromisoformat(day), int(number)) if number.isascii() and len(number) <= 18 else None
    except ValueError:
        return None
