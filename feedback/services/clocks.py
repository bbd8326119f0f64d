"""Starting and stopping the clocks of a case. Every clock is a ``Deadline`` row with its own limit version."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select

from feedback import clock
from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.clocks import CLOCKS, HELD_BY_AGENCY, STARTS_IN
from feedback.domain.deadlines import Due, due, end_of_day, give_back, received_on
from feedback.domain.errors import BadInput
from feedback.domain.escalation import End, first_owed
from feedback.domain.lifecycle import Action, Move
from feedback.domain.limits import DeadlineKind, Facts
from feedback.domain.pauses import resumed
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Limit
from feedback.queries.calendar import (
    Office,
    facts_of,
    limit_in_force,
    load_calendar,
    load_office,
    only_of,
    rule_of,
    tier_of,
)
from feedback.queries.ladder import load_ladders

_NEW_CLOCK = insert(Deadline.__table__)


def turn(case: Case, move: Move) -> dict[str, int | str | bool | None]:
    """Do to the clocks of a case what ``domain.clocks`` says for this move. Historical cases have none. What the
    history keeps of it: from which to which day the citizen's due date moved when days were given back."""
    if case.historical:
        return {}
    change = CLOCKS[move.action]
    now = clock.now()
    running = {DeadlineKind(row.kind): row for row in running_clocks(case) if not row.subject_id}
    calendar = load_calendar()
    asked = running.get(DeadlineKind.SUPPLY)
    # The sender has until a day to reply. What lies beyond it is no pause any more, however late we notice.
    pause_ended = now if asked is None else min(now, asked.due_at - timedelta(microseconds=1))
    for kind in change.stop & running.keys():
        _resume(running[kind], pause_ended, calendar)  # who withdraws while being asked gets the days back, too
        _stop(running.pop(kind), now, kept=change.counts_as_kept)
    for kind in change.pause & running.keys():
        if now > running[kind].due_at:
            continue  # asking the sender must not hide that the time had run out before
        running[kind].paused_at = now
        running[kind].next_rung_at = None
    told: dict[str, int | str | bool | None] = {}
    for kind in change.resume & running.keys():
        before, days = running[kind].due_on, running[kind].paused_days
        _resume(running[kind], pause_ended, calendar)
        if kind is DeadlineKind.TOTAL and running[kind].due_on != before:
            told = {"due_from": before.isoformat(), "due_to": running[kind].due_on.isoformat(),
                    "given_back": running[kind].paused_days - days}
    starts = STARTS_IN.get(move.action, {}).get(move.to.value, change.start)
    if starts:
        db.session.flush()  # a stopped clock frees its place in the unique index of running ones
    for kind in starts:
        if kind not in running:
            # Only the first reading counts from the day of receipt; one after the sender's reply begins with that.
            start(case, kind, calendar=calendar, from_receipt=move.action is Action.SUBMIT)
    return told


def begin(case: Case) -> None:
    """Start the clocks of a case made in this transaction, with one statement."""
    db.session.connection().execute(_NEW_CLOCK, [
        {"case_id": case.id, "round": case.round, "subject_id": 0, "agency_id": None, "paused_days": 0,
         **_started(case, kind, from_receipt=True)} for kind in CLOCKS[Action.SUBMIT].start])


def start(case: Case, kind: DeadlineKind, *, calendar: WorkingCalendar | None = None,
          from_receipt: bool = False) -> Deadline:
    """Start a clock of this kind now, under the limit in force for a case like this one. ``from_receipt``:
    ``total`` and ``receive`` run from the day of receipt, also when staff entered the complaint later."""
    columns = _started(case, kind, from_receipt=from_receipt, calendar=calendar)
    row = Deadline(case_id=case.id, round=case.round, subject_id=0,
                   agency_id=case.agency_id if kind in HELD_BY_AGENCY else None, **columns)
    db.session.add(row)
    return row


def _started(case: Case, kind: DeadlineKind, *, from_receipt: bool,
             calendar: WorkingCalendar | None = None) -> dict[str, object]:
    """The columns of a clock that starts now, besides whose it is (``start``)."""
    calendar, office, now = calendar or load_calendar(), load_office(), clock.now()
    limit = limit_in_force(kind.value, clock.today(), facts_of(case))
    started_at = now
    counts_from_receipt = from_receipt and kind in (DeadlineKind.TOTAL, DeadlineKind.RECEIVE)
    if counts_from_receipt and case.received_on is not None and case.received_on < clock.local_date(now):
        # Noon of the day of receipt: before closing time whatever the province's setting for evenings is.
        started_at = datetime.combine(case.received_on, time(12), clock.VIETNAM)
    return _columns(kind, started_at=started_at, started_on=_day_zero(limit, started_at, calendar, office),
                    ends=_due(limit, started_at, calendar, office), limit=limit, calendar=calendar)


def fit(case: Case) -> Deadline | None:
    """Give the citizen's running clock the limit of a case like this one, now that it has been read and given to
    an agency: complexity, kind, category and tier were not known when it came in. The limit is the one that was in
    force when the clock began. The clock when its limit changed, else None; whoever calls writes the history."""
    row = running_total(case)
    if case.historical or row is None or row.replaces_id is not None or row.limit_id is None:
        return None
    began = case.entered_at if row.round == 0 else row.started_at
    limit = limit_in_force(row.kind, clock.local_date(began), facts_of(case))
    if only_of(limit) == only_of(db.session.get_one(Limit, row.limit_id)):
        return None  # amended since, on the same day: the clock keeps the version it was given
    calendar, office = load_calendar(), load_office()
    ends = _due(limit, row.started_at, calendar, office)
    row.limit_id, row.calendar_version_id = limit.id, calendar.version or None
    row.started_on = _day_zero(limit, row.started_at, calendar, office)
    row.due_on, row.due_at, row.provisional = ends.due_on, ends.due_at, ends.provisional
    if row.paused_days:
        row.due_on = give_back(row.due_on, row.paused_days, calendar)
        row.due_at = end_of_day(row.due_on)
    if row.paused_at is None:
        row.next_rung_at = first_look(DeadlineKind.TOTAL, row.due_on, row.due_at, frozenset(), calendar)
    return row


def running_total(case: Case) -> Deadline | None:
    """The citizen's clock while it runs."""
    return db.session.scalar(select(Deadline).where(
        Deadline.case_id == case.id, Deadline.kind == DeadlineKind.TOTAL.value, Deadline.stopped_at.is_(None)))


def _due(limit: Limit, started_at: datetime, calendar: WorkingCalendar, office: Office) -> Due:
    return due(rule_of(limit), started_at, calendar, office.hours, office.after_hours_next_day)


def _day_zero(limit: Limit, started_at: datetime, calendar: WorkingCalendar, office: Office) -> date:
    """The day that is not counted yet. Later it tells which setting for evenings the clock was given."""
    if limit.unit == Unit.WORKING_HOURS.value:
        return clock.local_date(started_at)
    return received_on(started_at, calendar, office.hours, office.after_hours_next_day)


def start_commitment(case: Case, promised_on: date) -> Deadline:
    """An answer promised something by a day: that day becomes a clock (design §13.7). Raises BadInput when the
    day has passed."""
    if promised_on < clock.today():
        raise BadInput("due_on", "past")
    calendar = load_calendar()
    ends = Due(due_on=promised_on, due_at=end_of_day(promised_on),
               provisional=calendar.provisional_between(clock.today(), promised_on))
    return _add(case, DeadlineKind.COMMITMENT, started_at=clock.now(), started_on=clock.today(), ends=ends,
                limit=None, calendar=calendar)


def stop_commitment(row: Deadline) -> None:
    """A promise was reported as kept: its clock stops, in time while its day is not over."""
    _stop(row, clock.now(), kept=True)


def running_clocks(case: Case) -> list[Deadline]:
    """The clocks of a case that have not stopped."""
    return list(db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.stopped_at.is_(None))))


def start_for(case: Case | None, kind: DeadlineKind, *, subject_id: int, agency_id: int | None,
              due_on: date | None = None) -> Deadline:
    """Start a clock that belongs to a row of its own (contribution, explanation, instruction, transfer request,
    extension), held by ``agency_id`` (None: the coordinating office), under the limit in force for its kind or
    until 24:00 of ``due_on``. Raises BadInput('due_on', 'past')."""
    calendar, office, now = load_calendar(), load_office(), clock.now()
    limit, started_on = None, clock.today()
    if due_on is None:
        facts = replace(facts_of(case) if case is not None else Facts(), tier=tier_of(agency_id))
        limit = limit_in_force(kind.value, clock.today(), facts)
        ends, started_on = _due(limit, now, calendar, office), _day_zero(limit, now, calendar, office)
    elif due_on < clock.today():
        raise BadInput("due_on", "past")
    else:
        ends = Due(due_on=due_on, due_at=end_of_day(due_on),
                   provisional=calendar.provisional_between(clock.today(), due_on))
    return _add(case, kind, started_at=now, started_on=started_on, ends=ends, limit=limit, calendar=calendar,
                subject_id=subject_id, agency_id=agency_id)


def start_for_each(kind: DeadlineKind, subjects: Sequence[tuple[Case, int, int]]) -> None:
    """``start_for`` for many rows at once, each with its case, its id and the agency that holds its clock, under
    the limits in force: written with one statement, and counted once for all that get the same limit."""
    if not subjects:
        return
    calendar, office, now, today = load_calendar(), load_office(), clock.now(), clock.today()
    counted: dict[Facts, dict[str, object]] = {}
    rows = []
    for case, subject_id, agency_id in subjects:
        facts = replace(facts_of(case), tier=tier_of(agency_id))
        if facts not in counted:
            limit = limit_in_force(kind.value, today, facts)
            counted[facts] = _columns(kind, started_at=now, started_on=_day_zero(limit, now, calendar, office),
                                      ends=_due(limit, now, calendar, office), limit=limit, calendar=calendar)
        rows.append({**counted[facts], "case_id": case.id, "round": case.round, "subject_id": subject_id,
                     "agency_id": agency_id})
    db.session.connection().execute(_NEW_CLOCK, rows)


def stop_for(kind: DeadlineKind, *, subject_id: int, kept: bool) -> Deadline | None:
    """Stop the clock that belongs to a row of its own; ``kept``: whether stopping in time keeps the limit. None
    when none runs."""
    row = db.session.scalar(select(Deadline).where(
        Deadline.kind == kind.value, Deadline.subject_id == subject_id, Deadline.stopped_at.is_(None)))
    if row is not None:
        _stop(row, clock.now(), kept=kept)
    return row


def first_look(kind: DeadlineKind, due_on: date, due_at: datetime, climbed: frozenset[str],
               calendar: WorkingCalendar) -> datetime | None:
    """When the sweep first has something to do for this clock, or None when the ladder is climbed."""
    end, hours = End(due_on, due_at), load_office().hours
    return first_owed((rung for rung in load_ladders()[kind] if rung.key not in climbed), end, calendar, hours)


def _add(case: Case | None, kind: DeadlineKind, *, started_at: datetime, started_on: date, ends: Due,
         limit: Limit | None, calendar: WorkingCalendar, subject_id: int = 0,
         agency_id: int | None = None) -> Deadline:
    if agency_id is None and case is not None and kind in HELD_BY_AGENCY:
        agency_id = case.agency_id
    row = Deadline(case_id=case.id if case else None, round=case.round if case else 0, subject_id=subject_id,
                   agency_id=agency_id, **_columns(kind, started_at=started_at, started_on=started_on, ends=ends,
                                                   limit=limit, calendar=calendar))
    db.session.add(row)
    return row


def _columns(kind: DeadlineKind, *, started_at: datetime, started_on: date, ends: Due, limit: Limit | None,
             calendar: WorkingCalendar) -> dict[str, object]:
    """What a new clock is besides whose it is."""
    return {"kind": kind.value, "started_at": started_at, "started_on": started_on, "due_at": ends.due_at,
            "due_on": ends.due_on, "provisional": ends.provisional, "limit_id": limit.id if limit else None,
            "calendar_version_id": calendar.version or None,
            "next_rung_at": first_look(kind, ends.due_on, ends.due_at, frozenset(), calendar)}


def _stop(row: Deadline, now: datetime, *, kept: bool) -> None:
    row.stopped_at = now
    row.met = (now <= row.due_at) if kept else None
    row.next_rung_at = None
    row.paused_at = None


def go_on(row: Deadline, *, due_on: date) -> Deadline:
    """An extension was granted: this clock stops, uncounted, and a new row goes on from it until ``due_on``, begun
    on the same day under the same limit, at the same time of day. Returns the new row."""
    calendar = load_calendar()
    _stop(row, clock.now(), kept=False)
    db.session.flush()  # a stopped clock frees its place in the unique index of running ones
    kind, due_at = DeadlineKind(row.kind), row.due_at + (due_on - row.due_on)
    after = Deadline(
        case_id=row.case_id, round=row.round, kind=row.kind, subject_id=row.subject_id, agency_id=row.agency_id,
        started_at=row.started_at, started_on=row.started_on, due_at=due_at, due_on=due_on,
        provisional=calendar.provisional_between(row.started_on, due_on), limit_id=row.limit_id,
        calendar_version_id=calendar.version or None, paused_days=row.paused_days, replaces_id=row.id,
        next_rung_at=first_look(kind, due_on, due_at, frozenset(), calendar))
    db.session.add(after)
    return after


def _resume(row: Deadline, ended: datetime, calendar: WorkingCalendar) -> None:
    if row.paused_at is None:
        return
    limit = db.session.get(Limit, row.limit_id) if row.limit_id is not None else None
    # A clock that was ahead when the sender was asked, and is right again, must not refuse the reply.
    after = resumed(due_on=row.due_on, due_at=row.due_at, began=row.paused_at, calendar=calendar,
                    ended=max(ended, row.paused_at),
                    office_hours=load_office().hours,
                    unit=Unit(limit.unit) if limit is not None else Unit.WORKING_DAYS)
    row.paused_days += after.days
    row.due_on, row.due_at = after.due_on, after.due_at
    row.paused_at = None
    row.next_rung_at = first_look(DeadlineKind(row.kind), row.due_on, row.due_at, frozenset(), calendar)
