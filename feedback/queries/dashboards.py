"""What stands on the dashboards: each block is a condition on open cases, so that its number and the list behind
it can never differ. Restricted cases are in none, and nobody counts a case that is hidden from them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.lifecycle import OPEN, Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.roles import Role
from feedback.models.answers import Answer, Review
from feedback.models.cases import Case, Conflict
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.holdings import Holding
from feedback.models.people import Person, RoleGrant
from feedback.models.reader import Commitment
from feedback.queries.agencies import tree_below
from feedback.queries.calendar import load_calendar
from feedback.queries.climbed import on_the_chairmans_list
from feedback.queries.visibility import moved_up_to_leader

LOOKED_THROUGH = 20_000
"""Open cases, the oldest first, among which those are looked for that nobody touched; a province has some
thousands."""
WITH_OFFICE = tuple(sorted(state.value for state in OPEN - {State.AWAITING_SUBMITTER, State.AWAITING_DETAILS}))
"""Open states in which nobody waits for the sender."""


class Block(StrEnum):
    """The lists of the dashboards."""

    TODAY = "today"
    """The citizen's clock ends today."""
    WEEK = "week"
    """It ends later this week, Sunday at the latest."""
    LATE = "late"
    UNOPENED = "unopened"
    """With an agency, and no officer took it for ``days`` working days."""
    HELD = "held"
    """With the same agency for ``days`` working days."""
    STUCK = "stuck"
    """Nobody did anything for ``days`` working days; what the clock does is not counted."""
    RETURNED = "returned"
    """The gate returned an answer in this round (``times``: how often)."""
    BROKEN = "broken_promises"
    LOOPS = "loops"
    """It came back by transfer to an agency that had held it before."""
    NOBODY_LEFT = "nobody_left"
    """Its agency has no officer who may take it: all wrote an earlier answer, are in conflict, or have left."""
    PASSED_ON = "passed_on"
    CHAIRMAN = "chairman"
    """A rung that tells the chairman has fired on a clock that still runs."""
    MOVED_UP = "moved_up"
    """A conflict of interest gave its decisions to the leader."""


DAYS = {Block.UNOPENED: 2, Block.HELD: 10, Block.STUCK: 5}
"""Working days from which a case stands in these lists; a reader may ask for another number."""
OFTEN = 3
"""Returned so often or more is one class."""


@dataclass(frozen=True)
class Moment:
    """Now, with the calendar that distances are counted in."""

    now: datetime
    today: date
    calendar: WorkingCalendar

    def before(self, days: int) -> datetime:
        """What happened before this instant is at least ``days`` working days old."""
        back = days - 1 if self.calendar.is_working(self.today) else days
        return datetime.combine(self.calendar.add_working_days(self.today, -back), time(0), clock.VIETNAM)


@dataclass(frozen=True)
class Narrow:
    """What a list is narrowed to. ``agency_id`` takes everything below it in; ``officer_id`` 0: nobody has it;
    ``times``: 1, 2 or 3 for three and more; None: all."""

    agency_id: int | None = None
    officer_id: int | None = None
    category: str | None = None
    times: int | None = None
    days: int | None = None


EVERYTHING = Narrow()


def this_moment() -> Moment:
    """Now; asks for the calendar."""
    return Moment(clock.now(), clock.today(), load_calendar())


def among_open() -> list[ColumnElement[bool]]:
    """What every case of a dashboard is: open, ours, and not restricted."""
    return [Case.historical.is_(False), Case.restricted.is_(False), Case.state.in_(_OPEN)]


def among(block: Block, at: Moment, by: Narrow = EVERYTHING) -> list[ColumnElement[bool]]:
    """The block as conditions on ``Case``; ``visible_to`` is the caller's to add."""
    wanted = [*among_open(), _CONDITIONS[block](at, by)]
    if by.agency_id is not None:
        wanted.append(Case.agency_id.in_(sorted(tree_below(by.agency_id))))
    if by.officer_id is not None:
        wanted.append(Case.officer_id == by.officer_id if by.officer_id else Case.officer_id.is_(None))
    if by.category is not None:
        wanted.append(Case.category == by.category)
    return wanted


def since_when(block: Block) -> Any:
    """For the blocks of ``DAYS``: since when, as a value of each case."""
    if block is Block.HELD:
        found = select(Holding.since).where(Holding.case_id == Case.id, Holding.until.is_(None))
    elif block is Block.UNOPENED:
        found = select(func.min(Deadline.started_at)).where(Deadline.case_id == Case.id, *_AGENCYS_CLOCK)
    else:
        found = select(func.coalesce(func.max(Event.at), Case.entered_at)).where(
            Event.chain == _CHAIN, Event.actor_type != "system")
    return found.correlate(Case).scalar_subquery()


_OPEN = tuple(sorted(state.value for state in OPEN))
_CHAIN = literal("case:") + cast(Case.id, String)
_AGENCYS_CLOCK = (Deadline.kind.in_((DeadlineKind.HANDLE.value, DeadlineKind.REDO.value)),
                  Deadline.stopped_at.is_(None))


def _total(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    """The citizen's clock runs, does not wait for the sender, and ``more`` holds of it."""
    return Case.id.in_(select(Deadline.case_id).where(
        Deadline.kind == DeadlineKind.TOTAL.value, Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None),
        *more))


def _days(block: Block, by: Narrow) -> int:
    return DAYS[block] if by.days is None else by.days


def _today(at: Moment, _by: Narrow) -> ColumnElement[bool]:
    return _total(Deadline.due_on == at.today, Deadline.due_at >= at.now)


def _week(at: Moment, _by: Narrow) -> ColumnElement[bool]:
    sunday = at.today + timedelta(days=6 - at.today.weekday())
    return _total(Deadline.due_on > at.today, Deadline.due_on <= sunday, Deadline.due_at >= at.now)


def _late(at: Moment, _by: Narrow) -> ColumnElement[bool]:
    return _total(Deadline.due_at < at.now)


def _unopened(at: Moment, by: Narrow) -> ColumnElement[bool]:
    return and_(Case.state == State.ASSIGNED.value, Case.id.in_(select(Deadline.case_id).where(
        *_AGENCYS_CLOCK, Deadline.started_at < at.before(_days(Block.UNOPENED, by)))))


def _held(at: Moment, by: Narrow) -> ColumnElement[bool]:
    return Case.id.in_(select(Holding.case_id).where(
        Holding.until.is_(None), Holding.since < at.before(_days(Block.HELD, by))))


def _stuck(at: Moment, by: Narrow) -> ColumnElement[bool]:
    touched = exists().where(Event.chain == _CHAIN, Event.actor_type != "system",
                             Event.at >= at.before(_days(Block.STUCK, by)))
    oldest = (select(Case.id).where(Case.state.in_(WITH_OFFICE), Case.historical.is_(False)).order_by(Case.id)
              .limit(LOOKED_THROUGH).correlate(None).subquery())
    return and_(Case.state.in_(WITH_OFFICE), Case.id.in_(select(oldest.c.id)), ~touched)


def _returned(_at: Moment, by: Narrow) -> ColumnElement[bool]:
    of = Case.__table__.alias("returned_case")
    times = func.count(Review.id)
    often = {None: times >= 1, OFTEN: times >= OFTEN}.get(by.times, times == by.times)
    return Case.id.in_(
        select(Answer.case_id).join(Review, Review.answer_id == Answer.id).join(of, of.c.id == Answer.case_id)
        .where(Review.action == Action.RETURN.value, Answer.round == of.c.round, of.c.state.in_(_OPEN))
        .group_by(Answer.case_id).having(often))


def _broken(_at: Moment, _by: Narrow) -> ColumnElement[bool]:
    return Case.id.in_(select(Commitment.case_id).where(Commitment.broken_at.is_not(None)))


def _loops(_at: Moment, _by: Narrow) -> ColumnElement[bool]:
    return exists().where(Holding.case_id == Case.id, Holding.round == Case.round, Holding.loop.is_(True))


def _passed_on(_at: Moment, _by: Narrow) -> ColumnElement[bool]:
    return exists().where(Holding.case_id == Case.id, Holding.round == Case.round,
                          Holding.came_by == "transferred")


def _nobody_left(_at: Moment, _by: Narrow) -> ColumnElement[bool]:
    """Twin of ``acting_role`` for TAKE: an objection is read by who drafted none of the answers before it."""
    wrote = exists().where(Answer.case_id == Case.id, Answer.author_id == Person.id)
    hidden = exists().where(Conflict.case_id == Case.id, Conflict.person_id == Person.id)
    may_take = exists().where(
        Person.agency_id == Case.agency_id, Person.disabled_at.is_(None), RoleGrant.person_id == Person.id,
        RoleGrant.role == Role.OFFICER.value, RoleGrant.revoked_at.is_(None), ~hidden,
        or_(Case.objected.is_(False), ~wrote))
    return and_(Case.state == State.ASSIGNED.value, ~may_take)


_CONDITIONS: dict[Block, Callable[[Moment, Narrow], ColumnElement[bool]]] = {
    Block.TODAY: _today, Block.WEEK: _week, Block.LATE: _late, Block.UNOPENED: _unopened, Block.HELD: _held,
    Block.STUCK: _stuck, Block.RETURNED: _returned, Block.BROKEN: _broken, Block.LOOPS: _loops,
    Block.PASSED_ON: _passed_on, Block.NOBODY_LEFT: _nobody_left,
    Block.CHAIRMAN: lambda _at, _by: on_the_chairmans_list(),
    Block.MOVED_UP: lambda _at, _by: moved_up_to_leader(),
}


def any_of(blocks: Iterable[Block], at: Moment) -> ColumnElement[bool]:
    """True where at least one of the blocks holds."""
    return or_(*(_CONDITIONS[block](at, Narrow()) for block in blocks))
