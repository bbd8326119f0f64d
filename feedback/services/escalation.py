"""Silence climbs the ladder: the sweep that fires rungs. A unique row per (deadline, rung) decides, however many
sweeps run; it looks back without limit, and after a long stop climbs one rung a case a day (trust.md §4.8, R7)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.escalation import End, Rung, next_look, owed_at, rungs_due
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.queries.calendar import load_calendar
from feedback.queries.ladder import load_ladders
from feedback.services import history, outbox
from feedback.services.recipients import targets
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally

Climbed = Mapping[str, datetime]
"""When each rung of a clock fired, by its key."""


def sweep_overdue() -> Tally:
    """Fire every rung that is owed now, case by case."""
    # No limit and no order by case: a plan that walks the cases would read every clock that runs.
    return one_by_one(found(
        select(Deadline.case_id).where(Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None),
                                       Deadline.next_rung_at <= clock.now(), Deadline.case_id.is_not(None))
        .order_by(Deadline.next_rung_at)), climb)


def climb(case_id: int) -> bool:
    """Fire what this case owes now, in the caller's transaction; True when at least one rung fired.

    Reminders go out for each clock. Of the rungs in days after a due date the case climbs one a day, the longest
    overdue clock first; the others stay owed for tomorrow.
    """
    # The row of the case is the lock: two sweeps take turns, and the second finds the first one's rung.
    case = db.session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is None:
        return False
    now, calendar, ladders = clock.now(), load_calendar(), load_ladders()
    climbed = _climbed(case_id)
    reminders = {(kind, rung.key) for kind, ladder in ladders.items() for rung in ladder
                 if rung.is_reminder or rung.in_hours}
    climbs_today = any(clock.local_date(at) >= clock.today() and (DeadlineKind(kind), rung) not in reminders
                       for (_, kind), rungs in climbed.items() for rung, at in rungs.items())
    fired = False
    for deadline in _clocks_to_look_at(case_id, now):
        if case.historical:
            deadline.next_rung_at = None
            continue
        kind = DeadlineKind(deadline.kind)
        done, end = dict(climbed.get((deadline.id, kind), {})), End(deadline.due_on, deadline.due_at)
        for rung in rungs_due(ladders[kind], end, now, calendar, done):
            once_a_day = not rung.is_reminder and not rung.in_hours
            if once_a_day and climbs_today:
                continue
            if _fire(case, deadline, rung, owed_at(rung, end, calendar), calendar):
                fired = True
                climbs_today = climbs_today or once_a_day
            done[rung.key] = now
        deadline.next_rung_at = next_look(ladders[kind], end, now, calendar, done)
    return fired


def _fire(case: Case, deadline: Deadline, rung: Rung, owed: datetime, calendar: WorkingCalendar) -> bool:
    """Write the rung's row; only who wrote it tells anybody."""
    late = calendar.working_days_between(deadline.due_on, clock.today())
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
                 "owed_on": clock.local_date(owed).isoformat()})
    notice = Notice.CASE_DUE_SOON if rung.is_reminder else Notice.CASE_OVERDUE
    for target in targets(case, rung.tell):
        outbox.owe(notice=notice, dedupe=f"{rung.key}.r{deadline.round}.c{case.id}.d{deadline.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)
    return True


def _clocks_to_look_at(case_id: int, now: datetime) -> list[Deadline]:
    return list(db.session.scalars(
        select(Deadline).where(Deadline.case_id == case_id, Deadline.stopped_at.is_(None),
                               Deadline.paused_at.is_(None), Deadline.next_rung_at <= now)
        .order_by(Deadline.due_on, Deadline.id)))


def _climbed(case_id: int) -> dict[tuple[int, str], dict[str, datetime]]:
    """The rungs of this case that fired, with their instant: by clock (id and kind), then by rung."""
    rungs: dict[tuple[int, str], dict[str, datetime]] = {}
    for row in db.session.execute(
            select(Escalation.deadline_id, Deadline.kind, Escalation.rung, Escalation.fired_at)
            .join(Deadline, Deadline.id == Escalation.deadline_id).where(Escalation.case_id == case_id)):
        rungs.setdefault((row.deadline_id, row.kind), {})[row.rung] = row.fired_at
    return rungs
