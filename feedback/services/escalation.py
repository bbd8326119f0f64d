"""Silence climbs the ladder: the sweep that fires rungs. A unique row per (deadline, rung) decides, however many
sweeps run; it looks back without limit, and after a long stop climbs one rung a case a day (trust.md §4.8, R7)."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from feedback import clock
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.services import climbing
from feedback.services.climbing import Firing, Times
from feedback.services.sweeping import found, one_by_one, some_at_once
from feedback.services.watchdog import Tally

ByClock = dict[tuple[int, str], dict[str, datetime]]
"""When each rung fired: by clock (id and kind), then by rung."""

# What is asked of some cases at once, put together once; by whether it waits for who holds a row.
_WHICH = bindparam("cases", expanding=True)
_ALL = select(Case).where(Case.id.in_(_WHICH))
_CASES = {True: _ALL.with_for_update(), False: _ALL.with_for_update(skip_locked=True)}
_OWING = select(Deadline).where(
    Deadline.case_id.in_(_WHICH), Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None),
    Deadline.next_rung_at <= bindparam("now")).order_by(Deadline.due_on, Deadline.id)
_TO_LOOK_AT = {True: _OWING, False: _OWING.with_for_update(nowait=True)}
_RUNGS, _CLOCKS = Escalation.__table__, Deadline.__table__
_CLIMBED = select(_RUNGS.c.case_id, _RUNGS.c.deadline_id, _CLOCKS.c.kind, _RUNGS.c.rung, _RUNGS.c.fired_at).join(
    _CLOCKS, _CLOCKS.c.id == _RUNGS.c.deadline_id)
_CLIMBED_OF = _CLIMBED.where(_RUNGS.c.case_id.in_(_WHICH))


def sweep_overdue() -> Tally:
    """Fire every rung that is owed now, some cases in a transaction, then the clocks that belong to no case."""
    # No limit and no order by case: a plan that walks the cases would read every clock that runs.
    owed = (Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None), Deadline.next_rung_at <= clock.now())
    with_case = select(Deadline.case_id).where(*owed, Deadline.case_id.is_not(None))
    alone = select(Deadline.id).where(*owed, Deadline.case_id.is_(None))
    tally = some_at_once(found(with_case.order_by(Deadline.next_rung_at)), climb_some, alone=climb)
    more = one_by_one(found(alone.order_by(Deadline.next_rung_at)), climb_alone)
    return Tally(seen=tally.seen + more.seen, acted=tally.acted + more.acted, failed=tally.failed + more.failed,
                 fault=tally.fault or more.fault)


def climb(case_id: int) -> bool:
    """Fire what this case owes now, in the caller's transaction; True when at least one rung fired.

    Reminders go out for each clock. Of the rungs in days after a due date the case climbs one a day, the longest
    overdue clock first; the others stay owed for tomorrow.
    """
    return case_id in _climb_all([case_id], waits=True)[0]


def climb_some(case_ids: Sequence[int]) -> tuple[int, list[int]]:
    """``climb`` for some cases in one transaction. It waits for nobody: whoever holds many rows and waits for one
    more could wait in a ring. For how many a rung fired, and the cases that somebody else is writing to. Raises
    OperationalError where somebody holds another row of theirs."""
    fired, reached = _climb_all(case_ids, waits=False)
    return len(fired), [case_id for case_id in case_ids if case_id not in reached]


def climb_alone(deadline_id: int) -> bool:
    """The same for a clock that belongs to no case (an instruction to an agency), in the caller's transaction:
    who is told is found by the agency that holds the clock."""
    row = db.session.scalar(select(Deadline).where(Deadline.id == deadline_id).with_for_update())
    times = climbing.times_now()
    if (row is None or row.case_id is not None or row.stopped_at is not None or row.next_rung_at is None
            or row.next_rung_at > times.now):
        return False
    climbed = _climbed(db.session.connection().execute(_CLIMBED.where(_RUNGS.c.deadline_id == row.id)))
    rung, at = climbing.owed_by(row, climbed.get(None, {}).get((row.id, row.kind), {}), times)
    climbing.look_again([(row, at)])
    return rung is not None and bool(climbing.fire([Firing(None, row, rung)], times))


def _climb_all(case_ids: Sequence[int], *, waits: bool) -> tuple[set[int], set[int]]:
    """The cases for which a rung fired, and those that we reached: gone, or locked by us."""
    # The row of the case is the lock: two sweeps take turns, and the second finds the first one's rung.
    cases = {case.id: case for case in db.session.scalars(_CASES[waits], {"cases": [*case_ids]})}
    if not cases:
        return set(), set()
    times = climbing.times_now()
    climbed = _climbed(db.session.connection().execute(_CLIMBED_OF, {"cases": [*cases]}))
    clocks: dict[int, list[Deadline]] = {}
    for deadline in _clocks_to_look_at(cases, times.now, waits=waits):
        clocks.setdefault(deadline.case_id or 0, []).append(deadline)
    firings: list[Firing] = []
    looks: list[tuple[Deadline, datetime | None]] = []
    for case_id in case_ids:  # in the order in which they fell due
        if case_id in cases:
            _owed_by(cases[case_id], clocks.get(case_id, []), climbed.get(case_id, {}), times, firings, looks)
    climbing.look_again(looks)
    return {one.deadline.case_id or 0 for one in climbing.fire(firings, times, waits=waits)}, set(cases)


def _owed_by(case: Case, clocks: Sequence[Deadline], climbed: ByClock, times: Times, firings: list[Firing],
             looks: list[tuple[Deadline, datetime | None]]) -> None:
    """Add what this case owes now to the ``firings``, and when to look at its clocks again to the ``looks``."""
    today = clock.local_date(times.now)
    climbs_today = any((kind, rung) in times.once_a_day and clock.local_date(at) >= today
                       for (_, kind), rungs in climbed.items() for rung, at in rungs.items())
    for deadline in clocks:
        if case.historical:
            looks.append((deadline, None))
            continue
        done = climbed.get((deadline.id, deadline.kind), {})
        rung, at = climbing.owed_by(deadline, done, times, climbs_today=climbs_today)
        looks.append((deadline, at))
        if rung is not None:
            firings.append(Firing(case, deadline, rung))
            climbs_today = climbs_today or climbing.once_a_day(rung)


def _clocks_to_look_at(case_ids: Collection[int], now: datetime, *, waits: bool) -> list[Deadline]:
    return list(db.session.scalars(_TO_LOOK_AT[waits], {"cases": [*case_ids], "now": now}))


def _climbed(fired: Iterable[Row[Any]]) -> dict[int | None, ByClock]:
    """The rungs that fired, with their instant: by case, then by clock (id and kind), then by rung."""
    rungs: dict[int | None, ByClock] = {}
    for row in fired:
        rungs.setdefault(row.case_id, {}).setdefault((row.deadline_id, row.kind), {})[row.rung] = row.fired_at
    return rungs
