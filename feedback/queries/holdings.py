"""The buck-passing ledger read: who held a case and for how many working days, how often it was passed on, where
it went round; and the same as figures of each agency."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median

from sqlalchemy import ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import aliased, joinedload

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.passing import CameBy
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.holdings import Holding
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import place_of
from feedback.queries.plain_rows import plain_rows
from feedback.queries.visibility import visible_to

PAGE = 25
"""Rows of a list page."""


@dataclass(frozen=True)
class Holder:
    """What pages and papers say of an agency that held a case."""

    id: int
    code: str
    name_vi: str
    name_en: str


@dataclass(frozen=True)
class Held:
    """One stretch with one agency. ``days``: working days, up to today while it lasts (``until`` None)."""

    agency: Holder
    came_by: str
    since: datetime
    until: datetime | None
    days: int
    round: int
    loop: bool


@dataclass(frozen=True)
class Passed:
    """One case that was passed on in the period. ``hops``: how often in all rounds; ``last_at``: the last time."""

    case: Case
    held: Sequence[Held]
    hops: int
    loops: int
    last_at: datetime


@dataclass(frozen=True)
class PassedPage:
    """A page by key: ``after`` leads to the next one."""

    rows: Sequence[Passed]
    after: str | None


@dataclass(frozen=True)
class OfAgency:
    """One agency over a period: cases it passed on, of these passed on twice or more in all, transfers that came
    back to it in a loop, and the median of working days it held what ended in the period (None: nothing did)."""

    agency: Agency
    passed_on: int
    twice: int
    loops: int
    median_days: float | None


_STRETCHES = (
    select(Holding.case_id, Holding.came_by, Holding.since, Holding.until, Holding.round, Holding.loop,
           Agency.id, Agency.code, Agency.name_vi, Agency.name_en)
    .join(Agency, Agency.id == Holding.agency_id)
    .where(Holding.case_id.in_(bindparam("cases", expanding=True))).order_by(Holding.case_id, Holding.n))


def held_by(case_id: int) -> list[Held]:
    """Who held the case, the oldest first. One statement beside the calendar."""
    return held_of([case_id]).get(case_id, [])


def held_of(case_ids: Iterable[int]) -> dict[int, list[Held]]:
    """The same of many cases, by case id; one statement beside the calendar."""
    calendar, found = load_calendar(), defaultdict(list)
    for row in plain_rows(_STRETCHES, {"cases": list(case_ids)}):
        found[row.case_id].append(Held(
            Holder(row.id, row.code, row.name_vi, row.name_en), row.came_by, row.since, row.until,
            _days(row.since, row.until, calendar), row.round, row.loop))
    return dict(found)


def hops(held: Sequence[Held]) -> int:
    """How often the case was passed from one agency to another; a reorganisation is nobody's passing."""
    return sum(one.came_by == CameBy.TRANSFERRED for one in held)


def passed_cases(actor: Actor, *, since: date, until: date, loops: bool = False, agency_id: int | None = None,
                 after: str | None = None, size: int = PAGE) -> PassedPage:
    """Cases within reach that were passed on between these days (Viet Nam, both included), the one passed on last
    first; ``loops``: only those that went round; ``agency_id``: only those that lay with this agency. ``after`` is
    the key of the last row seen. Four statements a page."""
    last_at = func.max(Holding.since)
    query = (select(Holding.case_id, last_at.label("at")).join(Case, Case.id == Holding.case_id)
             .where(_in_period(since, until), visible_to(actor)).group_by(Holding.case_id)
             .order_by(last_at.desc(), Holding.case_id.desc()).limit(size + 1))
    if loops:
        query = query.where(Holding.loop.is_(True))
    if agency_id is not None:
        there = aliased(Holding)
        query = query.where(select(there.id).where(
            there.case_id == Holding.case_id, there.agency_id == agency_id).exists())
    if (start := place_of(after)) is not None:
        query = query.having((last_at < start[0]) | and_(last_at == start[0], Holding.case_id < start[1]))
    rows = db.session.execute(query).all()
    shown = rows[:size]
    ids = [row.case_id for row in shown]
    held = held_of(ids)
    cases = {case.id: case for case in db.session.scalars(
        select(Case).where(Case.id.in_(ids)).options(joinedload(Case.agency)))}
    return PassedPage(
        rows=[Passed(cases[row.case_id], held[row.case_id], hops(held[row.case_id]),
                     sum(one.loop for one in held[row.case_id]), row.at) for row in shown],
        after=f"{shown[-1].at.isoformat()}~{shown[-1].case_id}" if len(rows) > size else None)


def by_agency(*, since: date, until: date, actor: Actor | None = None) -> list[OfAgency]:
    """The figures of each agency that passed on, got back or held something to its end between these days; the one
    that passed on most first. ``actor``: only of cases within reach; None: of all (for counted figures)."""
    reach: list[ColumnElement[bool]] = [visible_to(actor)] if actor is not None else []
    before = aliased(Holding)
    passed: dict[int, set[int]] = defaultdict(set)
    loops: Counter[int] = Counter()
    for case_id, from_id, to_id, loop in db.session.execute(
            select(Holding.case_id, before.agency_id, Holding.agency_id, Holding.loop)
            .join(before, and_(before.case_id == Holding.case_id, before.n == Holding.n - 1))
            .join(Case, Case.id == Holding.case_id).where(_in_period(since, until), *reach)):
        passed[from_id].add(case_id)
        loops[to_id] += loop
    often = _often({one for ids in passed.values() for one in ids})
    days = _days_held(since, until, reach)
    agencies = {row.id: row for row in db.session.scalars(
        select(Agency).where(Agency.id.in_({*passed, *loops, *days})))}
    found = [OfAgency(agencies[one], len(passed[one]), len(passed[one] & often), loops[one],
                      float(median(days[one])) if one in days else None) for one in agencies]
    return sorted(found, key=lambda one: (-one.passed_on, -one.loops, one.agency.name_vi))


def passed_totals(*, since: date, until: date, actor: Actor | None = None) -> dict[str, int]:
    """``cases`` passed on between these days, of these ``twice`` or more in all, and ``loops``: cases that came
    back to an agency that had held them. Three statements at most."""
    reach: list[ColumnElement[bool]] = [visible_to(actor)] if actor is not None else []
    rows = db.session.execute(
        select(Holding.case_id, func.max(Holding.n), func.count().filter(Holding.loop.is_(True)))
        .join(Case, Case.id == Holding.case_id)
        .where(_in_period(since, until), *reach).group_by(Holding.case_id)).all()
    return {"cases": len(rows), "twice": len(_often({row[0] for row in rows})),
            "loops": sum(row[2] > 0 for row in rows)}


def _in_period(since: date, until: date) -> ColumnElement[bool]:
    return and_(Holding.came_by == CameBy.TRANSFERRED.value, Holding.since >= _midnight(since),
                Holding.since < _midnight(date.fromordinal(until.toordinal() + 1)))


def _often(case_ids: set[int]) -> set[int]:
    """Those of these cases that were passed on twice or more in all."""
    ids, found = sorted(case_ids), set()
    for start in range(0, len(ids), 500):
        found.update(db.session.scalars(
            select(Holding.case_id).where(Holding.case_id.in_(ids[start:start + 500]),
                                          Holding.came_by == CameBy.TRANSFERRED.value)
            .group_by(Holding.case_id).having(func.count() >= 2)))
    return found


def _days_held(since: date, until: date, reach: Sequence[ColumnElement[bool]]) -> dict[int, list[int]]:
    """Working days of each stretch that ended between these days, by agency. A year has many stretches and few
    pairs of days: each pair is counted once."""
    calendar, found = load_calendar(), defaultdict(list)
    known: dict[tuple[date, date], int] = {}
    for row in db.session.execute(
            select(Holding.agency_id, Holding.since, Holding.until).join(Case, Case.id == Holding.case_id)
            .where(Holding.until >= _midnight(since),
                   Holding.until < _midnight(date.fromordinal(until.toordinal() + 1)), *reach)):
        pair = (clock.local_date(row.since), clock.local_date(row.until))
        if pair not in known:
            known[pair] = calendar.working_days_between(*pair)
        found[row.agency_id].append(known[pair])
    return dict(found)


def _days(since: datetime, until: datetime | None, calendar: WorkingCalendar) -> int:
    last = clock.local_date(until) if until is not None else clock.today()
    return calendar.working_days_between(clock.local_date(since), last)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), clock.VIETNAM)
