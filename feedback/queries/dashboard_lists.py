"""The lists behind the dashboards' numbers: by due date, by how long they lie, and late cases by holder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.people import Person
from feedback.queries.cases import PAGE, Page, case_list, key_of, place_of
from feedback.queries.dashboards import LOOKED_THROUGH, Block, Moment, Narrow, among, since_when
from feedback.queries.deadlines import Due, as_due, clocks_of
from feedback.queries.oversight import CLOCKS
from feedback.queries.visibility import visible_to


@dataclass(frozen=True)
class Lying:
    """One case that lies: since when, how many working days, and the citizen's clock."""

    case: Case
    since: datetime
    days: int
    total: Due | None


@dataclass(frozen=True)
class LyingPage:
    """A page by key."""

    rows: Sequence[Lying]
    after: str | None


@dataclass(frozen=True)
class LateWith:
    """Late cases in one pair of hands; ``officer`` None: with nobody yet; ``oldest_on``: the earliest due date."""

    agency: Agency | None
    officer: Person | None
    late: int
    oldest_on: date


def by_due_date(actor: Actor, block: Block, at: Moment, by: Narrow, *, after: str | None = None,
                size: int = PAGE) -> Page:
    """A page of a block, the most urgent first."""
    return case_list(actor, where=among(block, at, by), holder_kinds=CLOCKS, after=after, now=at.now, size=size)


def by_age(actor: Actor, block: Block, at: Moment, by: Narrow, *, after: str | None = None,
           size: int = PAGE) -> LyingPage:
    """A page of a block of ``dashboards.DAYS``, what lies longest first. Two statements and the calendar."""
    since = since_when(block)
    query = (select(Case, since.label("since")).where(visible_to(actor), *among(block, at, by))
             .options(joinedload(Case.agency), joinedload(Case.officer), joinedload(Case.procedure))
             .order_by(since, Case.id).limit(size + 1))
    if (start := place_of(after)) is not None:
        query = query.where(or_(since > start[0], (since == start[0]) & (Case.id > start[1])))
    found = db.session.execute(query).all()
    shown = found[:size]
    clocks = clocks_of([row.Case.id for row in shown], ["total"])
    rows = []
    for row in shown:
        total = clocks.get((row.Case.id, "total"))
        rows.append(Lying(row.Case, row.since, _days_since(row.since, at),
                          as_due(total, at.calendar) if total is not None else None))
    last = key_of(shown[-1].since, shown[-1].Case.id) if len(found) > size else None
    return LyingPage(rows, last)


def late_by_holder(actor: Actor, at: Moment) -> list[LateWith]:
    """Late cases by agency and officer, in the order of the agencies' and the officers' names: nobody is ranked.
    Two statements."""
    within = (select(Case.agency_id, Case.officer_id, Deadline.due_on)
              .join(Deadline, (Deadline.case_id == Case.id) & (Deadline.kind == "total")
                    & Deadline.stopped_at.is_(None))
              .where(visible_to(actor), *among(Block.LATE, at)).limit(LOOKED_THROUGH).subquery())
    rows = db.session.execute(
        select(Agency, Person, func.count(), func.min(within.c.due_on)).select_from(within)
        .outerjoin(Agency, Agency.id == within.c.agency_id).outerjoin(Person, Person.id == within.c.officer_id)
        .group_by(Agency.id, Person.id).order_by(Agency.name_vi, Person.display_name, Agency.id, Person.id))
    return [LateWith(agency, officer, late, oldest) for agency, officer, late, oldest in rows]


def _days_since(since: datetime, at: Moment) -> int:
    return max(0, at.calendar.working_days_between(clock.local_date(since), at.today))
