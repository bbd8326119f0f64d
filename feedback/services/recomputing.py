"""When the working calendar changes, running clocks move with it (design §3): which did, and to when, is written
into the history of each case.

Only clocks that count days move. A day that somebody named (a promise, an instruction's day, the day to which an
extension was granted) was told to people as a date and stays what it is.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from feedback import clock
from feedback.domain import deadlines
from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.deadlines import end_of_day, give_back
from feedback.domain.limits import DeadlineKind
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS
from feedback.domain.pauses import after_open_time, open_time
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.deadlines import Deadline, Escalation, Limit
from feedback.queries.calendar import load_office, rule_of
from feedback.services import history, registers
from feedback.services.clocks import first_look


@dataclass
class Moved:
    """What a change of the calendar does to running clocks. ``cases``: cases of which a clock moves; ``late``:
    of these, those of which a clock becomes overdue by it; ``saved``: those of which one is overdue no longer.
    ``earlier`` and ``later``: how many clocks of each kind move to an earlier and to a later end, those without a
    case (an instruction about no single one) among them."""

    cases: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    saved: set[int] = field(default_factory=set)
    earlier: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)
    apart: int = 0
    """How many of these clocks are about no single case."""

    @property
    def kinds(self) -> list[str]:
        """The kinds of clocks that move, by name."""
        return sorted(self.earlier.keys() | self.later.keys())


@dataclass(frozen=True)
class _End:
    due_on: date
    due_at: datetime
    provisional: bool


def preview(before: WorkingCalendar, after: WorkingCalendar) -> Moved:
    """What would move, without touching anything."""
    moved = Moved()
    for row, limit in _running(lock=False):
        if (end := _new_end(row, limit, before, after)) is not None:
            _count(moved, row, end)
    return moved


def recompute(before: WorkingCalendar, after: WorkingCalendar, *, actor: Actor) -> Moved:
    """Move every running clock whose end the change touches, write its case's history, and give every clock its
    next day on the ladder. In the caller's transaction."""
    moved = Moved()
    climbed = _climbed()
    for row, limit in _running(lock=True):
        end = _new_end(row, limit, before, after)
        if end is not None:
            _count(moved, row, end)
            _tell(row, end, after.version, actor=actor)
            row.due_on, row.due_at, row.provisional = end.due_on, end.due_at, end.provisional
            row.calendar_version_id = after.version
        else:
            row.provisional = after.provisional_between(row.started_on, row.due_on)
        if row.paused_at is None:
            row.next_rung_at = first_look(DeadlineKind(row.kind), row.due_on, row.due_at,
                                          climbed.get(row.id, frozenset()), after)
    return moved


def _tell(row: Deadline, end: _End, version: int, *, actor: Actor) -> None:
    """A line in the history of the clock's case. A clock without a case has no story of its own: its move is
    counted in the change of the calendar."""
    if row.case_id is None:
        return
    history.record(
        chain=f"case:{row.case_id}", type="due_moved", actor=actor, role=registers.role_of(actor),
        payload={"clock": row.kind, "deadline": row.id, "from": row.due_on.isoformat(),
                 "to": end.due_on.isoformat(), "calendar": version})


def _running(*, lock: bool) -> list[tuple[Deadline, Limit | None]]:
    query = (select(Deadline, Limit).outerjoin(Limit, Limit.id == Deadline.limit_id)
             .where(Deadline.stopped_at.is_(None)).order_by(Deadline.case_id, Deadline.id))
    if lock:
        query = query.with_for_update(of=Deadline)
    return [(row, limit) for row, limit in db.session.execute(query)]


def _new_end(row: Deadline, limit: Limit | None, before: WorkingCalendar, after: WorkingCalendar) -> _End | None:
    """The end under the new calendar, or None when it stays. Compared is what both calendars say, so that a date
    that was moved for another reason is left alone. A date that was promised or granted is nobody's count of days:
    an extended clock may still name its limit, but its end was decided."""
    if limit is None or row.replaces_id is not None:
        return None
    old = _end(row, limit, before)
    if limit.unit == Unit.WORKING_HOURS.value and old.due_at != row.due_at:
        return _rest_of_hours(row, before, after)
    new = _end(row, limit, after)
    return None if new.due_at == old.due_at else new


def _rest_of_hours(row: Deadline, before: WorkingCalendar, after: WorkingCalendar) -> _End | None:
    """A limit in hours that had waited for the sender: the open time that is left now is left again."""
    hours, anchor = load_office().hours, row.paused_at or max(clock.now(), row.started_at)
    left = open_time(anchor, row.due_at, before, hours)
    at = after_open_time(anchor, left, after, hours)
    if not left or at == row.due_at:
        return None
    due_on = clock.local_date(at)
    return _End(due_on, at, after.provisional_between(row.started_on, due_on))


def _end(row: Deadline, limit: Limit, calendar: WorkingCalendar) -> _End:
    # What the clock was given stays: a day zero of its own says that evenings counted as the next day then.
    next_day = row.started_on != clock.local_date(row.started_at)
    needs_hours = next_day or limit.unit == Unit.WORKING_HOURS.value
    hours = load_office().hours if needs_hours else DEFAULT_OFFICE_HOURS
    found = deadlines.due(rule_of(limit), row.started_at, calendar, hours, next_day)
    if not row.paused_days:
        return _End(found.due_on, found.due_at, found.provisional)
    due_on = give_back(found.due_on, row.paused_days, calendar)
    return _End(due_on, end_of_day(due_on), calendar.provisional_between(row.started_on, due_on))


def _count(moved: Moved, row: Deadline, end: _End) -> None:
    now = clock.now()
    (moved.earlier if end.due_at < row.due_at else moved.later)[row.kind] += 1
    if row.case_id is None:
        moved.apart += 1
        return
    moved.cases.add(row.case_id)
    if row.paused_at is None and end.due_at < now <= row.due_at:
        moved.late.add(row.case_id)
    if row.paused_at is None and row.due_at < now <= end.due_at:
        moved.saved.add(row.case_id)


def _climbed() -> dict[int, frozenset[str]]:
    rows = db.session.execute(
        select(Escalation.deadline_id, Escalation.rung).join(Deadline, Deadline.id == Escalation.deadline_id)
        .where(Deadline.stopped_at.is_(None)))
    found: dict[int, set[str]] = {}
    for deadline_id, rung in rows:
        found.setdefault(deadline_id, set()).add(rung)
    return {deadline_id: frozenset(rungs) for deadline_id, rungs in found.items()}
