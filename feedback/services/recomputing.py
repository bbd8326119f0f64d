"""When the working calendar changes, running clocks move with it (design §3): which did, and to when, is written
into the history of each case."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from feedback import clock
from feedback.domain import deadlines
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.deadlines import end_of_day, give_back
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.deadlines import Deadline, Escalation, Limit
from feedback.queries.calendar import rule_of
from feedback.services import history, registers
from feedback.services.clocks import first_look


@dataclass
class Moved:
    """What a change of the calendar does to running clocks. ``cases``: cases of which a clock moves; ``late``:
    of these, those of which a clock becomes overdue by it; ``saved``: those of which one is overdue no longer.
    ``by_clock``: how many of each kind move to an earlier and to a later day."""

    cases: set[int] = field(default_factory=set)
    late: set[int] = field(default_factory=set)
    saved: set[int] = field(default_factory=set)
    earlier: Counter[str] = field(default_factory=Counter)
    later: Counter[str] = field(default_factory=Counter)

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
            assert row.case_id is not None  # clocks of no case have no limit to be counted from
            history.record(
                chain=f"case:{row.case_id}", type="due_moved", actor=actor, role=registers.role_of(actor),
                payload={"clock": row.kind, "from": row.due_on.isoformat(), "to": end.due_on.isoformat(),
                         "calendar": after.version})
            row.due_on, row.due_at, row.provisional = end.due_on, end.due_at, end.provisional
            row.calendar_version_id = after.version
        else:
            row.provisional = after.provisional_between(row.started_on, row.due_on)
        if row.paused_at is None:
            row.next_rung_at = first_look(DeadlineKind(row.kind), row.due_on, row.due_at,
                                          climbed.get(row.id, frozenset()), after)
    return moved


def _running(*, lock: bool) -> list[tuple[Deadline, Limit | None]]:
    query = (select(Deadline, Limit).outerjoin(Limit, Limit.id == Deadline.limit_id)
             .where(Deadline.stopped_at.is_(None)).order_by(Deadline.case_id, Deadline.id))
    if lock:
        query = query.with_for_update(of=Deadline)
    return [(row, limit) for row, limit in db.session.execute(query)]


def _new_end(row: Deadline, limit: Limit | None, before: WorkingCalendar, after: WorkingCalendar) -> _End | None:
    """The end under the new calendar, or None when it stays. Compared is what both calendars say, so that a date
    that was moved for another reason is left alone. A promised date is nobody's count of days."""
    if limit is None:
        return None
    new = _end(row, limit, after)
    return None if new.due_at == _end(row, limit, before).due_at else new


def _end(row: Deadline, limit: Limit, calendar: WorkingCalendar) -> _End:
    found = deadlines.due(rule_of(limit), row.started_at, calendar)
    if not row.paused_days:
        return _End(found.due_on, found.due_at, found.provisional)
    due_on = give_back(found.due_on, row.paused_days, calendar)
    return _End(due_on, end_of_day(due_on), calendar.provisional_between(row.started_on, due_on))


def _count(moved: Moved, row: Deadline, end: _End) -> None:
    now = clock.now()
    assert row.case_id is not None  # clocks of no case have no limit to be counted from
    moved.cases.add(row.case_id)
    (moved.earlier if end.due_at < row.due_at else moved.later)[row.kind] += 1
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
