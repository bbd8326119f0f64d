"""The one line that everybody may read: does the counter of due dates run? Kept for some seconds, so that a
reader's page costs no statement for it; nothing is counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from feedback import clock
from feedback.domain.health import Fault
from feedback.extensions import db
from feedback.queries.sweeps import clock_jumped, sweep_states

KEPT = timedelta(seconds=30)
STANDS_AFTER = timedelta(hours=1)
"""A counter that was not heard of for so long is said to stand still, and not to be slow."""


class Beat(StrEnum):
    """How the counter of due dates goes."""

    RUNS = "runs"
    SLOW = "slow"
    """It is late, or could not handle everything, or mails lie: dates hold, messages come later."""
    STANDS = "stands"
    """It has not run for long, or overlooks what is owed, or waits because the clock jumped."""


@dataclass(frozen=True)
class Pulse:
    """``at``: when the counter of due dates last began; None: never."""

    beat: Beat
    at: datetime | None


_kept: dict[str, tuple[Any, datetime, Pulse]] = {}
_WATCHED = ("overdue", "outbox")
"""What a citizen notices: due dates that are counted, and messages that go out."""


def pulse() -> Pulse:
    """How it goes now, at most KEPT old; some statements that each find one row."""
    pool, now = db.engine.pool, clock.now()  # a new pool may lead to another database
    held = _kept.get("held")
    if held is None or held[0] is not pool or not timedelta(0) <= now - held[1] < KEPT:
        held = _kept["held"] = (pool, now, _feel(now))
    return held[2]


def _feel(now: datetime) -> Pulse:
    states = {state.sweep.name: state for state in sweep_states(_WATCHED)}
    overdue = states["overdue"]
    at = overdue.run.started_at if overdue.run else None
    if at is None or now - at > STANDS_AFTER or overdue.fault is Fault.SWEEP_EMPTY or clock_jumped():
        return Pulse(Beat.STANDS, at)
    return Pulse(Beat.RUNS if all(state.fault is None for state in states.values()) else Beat.SLOW, at)
