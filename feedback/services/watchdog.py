"""Proof that the sweeps run, and a guard against a clock that jumps.

A sweep that is late, or saw nothing where there was something, is itself a fault that people are shown. What a
wrong clock did (a rung fired, a case closed) cannot be taken back, so a jump stops it first (trust.md §4.8, R6).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from feedback.domain.sweeps import TICK, Sweep
from feedback.extensions import db
from feedback.models.outbox import ClockGuard, SweepRun

MOST_FORWARD = timedelta(minutes=10)
MOST_BACK = timedelta(minutes=1)
MOST_APART = timedelta(minutes=1)
"""How far the database's clock and this machine's may differ."""
STABLE_TICKS = 3

_GUARD_ID = 1


@dataclass
class Tally:
    """What one run of a sweep saw and did. ``failed`` cases were logged and stopped nobody."""

    seen: int = 0
    acted: int = 0
    failed: int = 0
    fault: str | None = None


def begin(sweep: Sweep, *, now: datetime) -> bool:
    """Take this sweep's turn, in the caller's transaction: True for one caller in each span of its rhythm,
    however many ask. The times stand in the database: neither an emptied queue nor a long stop loses one."""
    # Half a tick of grace: a tick that comes a moment early must not wait for the one after it.
    due = or_(SweepRun.started_at <= now - sweep.every + TICK / 2, SweepRun.started_at > now + MOST_BACK)
    taken = db.session.scalar(
        update(SweepRun).where(SweepRun.name == sweep.name, due).values(started_at=now)
        .returning(SweepRun.name).execution_options(synchronize_session=False))
    if taken is not None:
        return True
    return _insert(SweepRun, "name", name=sweep.name, started_at=now, seen=0, acted=0, failed=0)


def waiting(sweep: Sweep, *, now: datetime, started: datetime | None) -> bool:
    """Whether ``begin`` would very likely say yes; asked first, because asking is only a read."""
    return started is None or started <= now - sweep.every + TICK / 2 or started > now + MOST_BACK


def last_starts() -> dict[str, datetime]:
    """When each sweep last began, by name."""
    return {row.name: row.started_at for row in db.session.execute(select(SweepRun.name, SweepRun.started_at))}


def finish(sweep: Sweep, tally: Tally, *, now: datetime, seconds: float) -> None:
    """Write down what the run saw and did."""
    db.session.execute(update(SweepRun).where(SweepRun.name == sweep.name).values(
        finished_at=now, seconds=round(seconds, 3), seen=tally.seen, acted=tally.acted, failed=tally.failed,
        fault=tally.fault).execution_options(synchronize_session=False))


def see(now: datetime, *, database_now: datetime | None = None) -> bool:
    """Look at the clock, once a tick, in the caller's transaction; False while irreversible sweeps must wait.

    A step of more than 10 minutes forward (also a long stop) or 1 minute back since the last look, or a database
    that disagrees by more than a minute, is a jump. It is over after three ticks in a row that fit, or when
    somebody confirms the time.
    """
    guard = db.session.scalar(select(ClockGuard).where(ClockGuard.id == _GUARD_ID).with_for_update())
    if guard is None:
        _insert(ClockGuard, "id", id=_GUARD_ID, seen_at=now, stable_ticks=0)
        return True
    step = now - guard.seen_at
    apart = abs(now - database_now) if database_now is not None else timedelta(0)
    if step > MOST_FORWARD or step < -MOST_BACK or apart > MOST_APART:
        guard.jumped_at, guard.stable_ticks, guard.seen_at = now, 0, now
    elif step >= TICK / 2:  # several workers tick: looks in the same moment count once
        guard.seen_at = now
        guard.stable_ticks += 1
        if guard.stable_ticks >= STABLE_TICKS:
            guard.jumped_at = None
    return guard.jumped_at is None


def confirm_clock(*, now: datetime) -> None:
    """An operator says that this is the right time: what waited goes on."""
    _insert(ClockGuard, "id", id=_GUARD_ID, seen_at=now, stable_ticks=0)
    db.session.execute(update(ClockGuard).where(ClockGuard.id == _GUARD_ID).values(
        seen_at=now, jumped_at=None, stable_ticks=STABLE_TICKS).execution_options(synchronize_session=False))


def is_trusted() -> bool:
    """Whether the clock is trusted, as far as the last look says."""
    jumped = db.session.execute(select(ClockGuard.jumped_at).where(ClockGuard.id == _GUARD_ID)).one_or_none()
    return jumped is None or jumped.jumped_at is None


def database_clock() -> datetime | None:
    """The time on the database's machine; None for the embedded one, which has no other clock than ours."""
    if db.session.get_bind().dialect.name != "postgresql":
        return None
    return db.session.scalar(select(func.clock_timestamp()))


def _insert(model: type, key: str, **values: object) -> bool:
    """Insert unless the row is there; whether this call did."""
    dialect_insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[db.session.get_bind().dialect.name]
    column = getattr(model, key)
    return db.session.scalar(
        dialect_insert(model).values(**values).on_conflict_do_nothing(index_elements=[key])
        .returning(column)) is not None
