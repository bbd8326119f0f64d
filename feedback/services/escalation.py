"""Silence climbs the ladder: the sweep that fires rungs. A unique row per (deadline, rung) decides, however many
sweeps run; it looks back without limit, and after a long stop climbs one rung a case a day (trust.md §4.8, R7)."""

from collections.abc import Set
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.escalation import LADDERS, Rung, rung_day, rungs_due
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.queries.calendar import load_calendar
from feedback.services import history, outbox
from feedback.services.recipients import targets
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally

_REMINDERS = frozenset(rung.key for ladder in LADDERS.values() for rung in ladder if rung.is_reminder)


def sweep_overdue() -> Tally:
    """Fire every rung that is owed today, case by case."""
    # No limit and no order by case: a plan that walks the cases would read every clock that runs.
    return one_by_one(found(
        select(Deadline.case_id).where(Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None),
                                       Deadline.next_rung_on <= clock.today())
        .order_by(Deadline.next_rung_on)), climb)


def climb(case_id: int) -> bool:
    """Fire what this case owes today, in the caller's transaction; True when at least one rung fired.

    Reminders go out for each clock. Of the rungs after a due date the case climbs one a day, the longest overdue
    clock first; the others stay owed for tomorrow.
    """
    # The row of the case is the lock: two sweeps take turns, and the second finds the first one's rung.
    case = db.session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is None:
        return False
    today, calendar = clock.today(), load_calendar()
    climbed = _climbed(case_id)
    climbs_today = any(on >= today and rung not in _REMINDERS
                       for rungs in climbed.values() for rung, on in rungs.items())
    fired = False
    for deadline in _clocks_to_look_at(case_id, today):
        if case.historical:
            deadline.next_rung_on = None
            continue
        kind, done = DeadlineKind(deadline.kind), climbed.get(deadline.id, {})
        due = rungs_due(kind, deadline.due_on, today, calendar, done.keys(), max(done.values(), default=None))
        for rung in due:
            if not rung.is_reminder and climbs_today:
                continue
            if _fire(case, deadline, rung, today, calendar):
                fired = True
                climbs_today = climbs_today or not rung.is_reminder
            done = {**done, rung.key: today}
        deadline.next_rung_on = _next_look(kind, deadline.due_on, done.keys(), today, calendar)
    return fired


def _fire(case: Case, deadline: Deadline, rung: Rung, today: date, calendar: WorkingCalendar) -> bool:
    """Write the rung's row; only who wrote it tells anybody."""
    late = calendar.working_days_between(deadline.due_on, today)
    dialect_insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.session.get_bind().dialect.name]
    row_id = db.session.scalar(
        dialect_insert(Escalation).values(
            deadline_id=deadline.id, case_id=case.id, rung=rung.key, fired_at=clock.now(), days_late=late,
        ).on_conflict_do_nothing(index_elements=["deadline_id", "rung"]).returning(Escalation.id))
    if row_id is None:
        return False
    history.record(
        chain=f"case:{case.id}", type="reminded" if rung.is_reminder else "escalated", actor=SYSTEM,
        role=Role.SYSTEM, agency_id=deadline.agency_id,
        payload={"deadline": deadline.id, "kind": deadline.kind, "rung": rung.key, "days_late": late,
                 "owed_on": rung_day(rung, deadline.due_on, calendar).isoformat()})
    notice = Notice.CASE_DUE_SOON if rung.is_reminder else Notice.CASE_OVERDUE
    for target in targets(case, rung.tell):
        outbox.owe(notice=notice, dedupe=f"{rung.key}.r{deadline.round}.c{case.id}.d{deadline.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)
    return True


def _next_look(kind: DeadlineKind, due_on: date, done: Set[str], today: date,
               calendar: WorkingCalendar) -> date | None:
    """The next day on which this clock may owe a rung; None when its ladder is climbed."""
    days = [rung_day(rung, due_on, calendar) for rung in LADDERS[kind]
            if rung.key not in done and not (rung.is_reminder and today >= due_on)]
    return max(min(days), today + timedelta(days=1)) if days else None


def _clocks_to_look_at(case_id: int, today: date) -> list[Deadline]:
    return list(db.session.scalars(
        select(Deadline).where(Deadline.case_id == case_id, Deadline.stopped_at.is_(None),
                               Deadline.paused_at.is_(None), Deadline.next_rung_on <= today)
        .order_by(Deadline.due_on, Deadline.id)))


def _climbed(case_id: int) -> dict[int, dict[str, date]]:
    """The rungs of this case that fired, with their day: by deadline, then by rung."""
    rungs: dict[int, dict[str, date]] = {}
    for row in db.session.execute(select(Escalation.deadline_id, Escalation.rung, Escalation.fired_at)
                                  .where(Escalation.case_id == case_id)):
        rungs.setdefault(row.deadline_id, {})[row.rung] = clock.local_date(row.fired_at)
    return rungs
