"""Silence climbs the ladder: the sweep that fires rungs. A unique row per (deadline, rung) decides, however many
sweeps run; it looks back without limit, and after a long stop climbs one rung a case a day (trust.md §4.8, R7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.escalation import Effect, End, Ladders, Rung, next_look, owed_at, rungs_due
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.office_hours import OfficeHours
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.queries.calendar import load_calendar, load_office
from feedback.queries.ladder import load_ladders
from feedback.services import explanations, history, outbox
from feedback.services.recipients import targets_of_clock
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally

Climbed = Mapping[str, datetime]
"""When each rung of a clock fired, by its key."""
SECOND_AGENCY: Mapping[str, Notice] = {DeadlineKind.CONTRIBUTE.value: Notice.CONTRIBUTION_DUE,
                                       DeadlineKind.TRANSFER_REPLY.value: Notice.TRANSFER_OFFERED}
"""Clocks of an agency that does not hold the case: what its own people are told, for they cannot open the case."""
AT_THE_AGENCY = (Recipient.OFFICER, Recipient.AGENCY_HEAD)

CHAIN_ALONE = "sys:ladder"
"""The history of rungs of clocks that belong to no case."""


def sweep_overdue() -> Tally:
    """Fire every rung that is owed now, case by case, then the clocks that belong to no case."""
    # No limit and no order by case: a plan that walks the cases would read every clock that runs.
    owed = (Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None), Deadline.next_rung_at <= clock.now())
    with_case = select(Deadline.case_id).where(*owed, Deadline.case_id.is_not(None))
    alone = select(Deadline.id).where(*owed, Deadline.case_id.is_(None))
    tally = one_by_one(found(with_case.order_by(Deadline.next_rung_at)), climb)
    more = one_by_one(found(alone.order_by(Deadline.next_rung_at)), climb_alone)
    return Tally(seen=tally.seen + more.seen, acted=tally.acted + more.acted, failed=tally.failed + more.failed,
                 fault=tally.fault or more.fault)


def climb(case_id: int) -> bool:
    """Fire what this case owes now, in the caller's transaction; True when at least one rung fired.

    Reminders go out for each clock. Of the rungs in days after a due date the case climbs one a day, the longest
    overdue clock first; the others stay owed for tomorrow.
    """
    # The row of the case is the lock: two sweeps take turns, and the second finds the first one's rung.
    case = db.session.scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is None:
        return False
    times, climbed = _times(), _climbed(Escalation.case_id == case_id)
    once_a_day = {(kind, rung.key) for kind, ladder in load_ladders(switched_off=True).items() for rung in ladder
                  if _once_a_day(rung)}
    today = clock.local_date(times.now)
    climbs_today = any(clock.local_date(at) >= today and (kind, rung) in once_a_day
                       for (_, kind), rungs in climbed.items() for rung, at in rungs.items())
    fired = False
    for deadline in _clocks_to_look_at(case_id, times.now):
        if case.historical:
            deadline.next_rung_at = None
            continue
        done = climbed.get((deadline.id, deadline.kind), {})
        rung = _climb(case, deadline, done, times, climbs_today=climbs_today)
        fired = fired or rung is not None
        climbs_today = climbs_today or (rung is not None and _once_a_day(rung))
    return fired


def climb_alone(deadline_id: int) -> bool:
    """The same for a clock that belongs to no case (an instruction to an agency), in the caller's transaction:
    who is told is found by the agency that holds the clock."""
    row = db.session.scalar(select(Deadline).where(Deadline.id == deadline_id).with_for_update())
    times = _times()
    if (row is None or row.case_id is not None or row.stopped_at is not None or row.next_rung_at is None
            or row.next_rung_at > times.now):
        return False
    climbed = _climbed(Escalation.deadline_id == row.id)
    return _climb(None, row, climbed.get((row.id, row.kind), {}), times) is not None


@dataclass(frozen=True)
class _Times:
    """What all clocks of one look are measured by."""

    now: datetime
    calendar: WorkingCalendar
    office_hours: OfficeHours
    ladders: Ladders


def _times() -> _Times:
    return _Times(clock.now(), load_calendar(), load_office().hours, load_ladders())


def _once_a_day(rung: Rung) -> bool:
    return not rung.is_reminder and not rung.in_hours


def _climb(case: Case | None, deadline: Deadline, climbed: Climbed, times: _Times, *,
           climbs_today: bool = False) -> Rung | None:
    """Fire the rung that this clock owes now, if any, and say when to look again. ``climbs_today``: a rung in days
    has fired for this case today already."""
    ladder, done = times.ladders[DeadlineKind(deadline.kind)], dict(climbed)
    end, fired = End(deadline.due_on, deadline.due_at), None
    for rung in rungs_due(ladder, end, times.now, times.calendar, done, times.office_hours):
        if climbs_today and _once_a_day(rung):
            continue
        if _fire(case, deadline, rung, owed_at(rung, end, times.calendar, times.office_hours), times.calendar):
            fired = rung
        done[rung.key] = times.now
    deadline.next_rung_at = next_look(ladder, end, times.now, times.calendar, done, times.office_hours)
    return fired


def _fire(case: Case | None, deadline: Deadline, rung: Rung, owed: datetime, calendar: WorkingCalendar) -> bool:
    """Write the rung's row; only who wrote it tells anybody."""
    late = calendar.working_days_between(deadline.due_on, clock.today())
    dialect_insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.session.get_bind().dialect.name]
    row_id = db.session.scalar(
        dialect_insert(Escalation).values(
            deadline_id=deadline.id, case_id=deadline.case_id, rung=rung.key, fired_at=clock.now(), days_late=late,
        ).on_conflict_do_nothing(index_elements=["deadline_id", "rung"]).returning(Escalation.id))
    if row_id is None:
        return False
    history.record(
        chain=f"case:{case.id}" if case else CHAIN_ALONE, type="reminded" if rung.is_reminder else "escalated",
        actor=SYSTEM, role=Role.SYSTEM, agency_id=deadline.agency_id,
        payload={"deadline": deadline.id, "kind": deadline.kind, "rung": rung.key, "days_late": late,
                 "owed_on": clock.local_date(owed).isoformat()})
    notice = Notice.CASE_DUE_SOON if rung.is_reminder else Notice.CASE_OVERDUE
    if rung.tell in AT_THE_AGENCY:
        notice = SECOND_AGENCY.get(deadline.kind, notice)
    about = f"r{deadline.round}.c{case.id}" if case else "r0"
    for target in targets_of_clock(case, rung.tell, held_by=deadline.agency_id):
        outbox.owe(notice=notice, dedupe=f"{rung.key}.{about}.d{deadline.id}.{target.code}",
                   case_id=deadline.case_id, person_id=target.person_id, agency_id=target.agency_id)
    if case is not None and rung.does is Effect.EXPLANATION:
        explanations.demand(case, deadline)
    return True


def _clocks_to_look_at(case_id: int, now: datetime) -> list[Deadline]:
    return list(db.session.scalars(
        select(Deadline).where(Deadline.case_id == case_id, Deadline.stopped_at.is_(None),
                               Deadline.paused_at.is_(None), Deadline.next_rung_at <= now)
        .order_by(Deadline.due_on, Deadline.id)))


def _climbed(whose: ColumnElement[bool]) -> dict[tuple[int, str], dict[str, datetime]]:
    """The rungs that fired, with their instant: by clock (id and kind), then by rung."""
    rungs: dict[tuple[int, str], dict[str, datetime]] = {}
    for row in db.session.execute(
            select(Escalation.deadline_id, Deadline.kind, Escalation.rung, Escalation.fired_at)
            .join(Deadline, Deadline.id == Escalation.deadline_id).where(whose)):
        rungs.setdefault((row.deadline_id, row.kind), {})[row.rung] = row.fired_at
    return rungs
