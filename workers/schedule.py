"""The sweeps as data: each name with its deed (its rhythm stands in ``feedback.domain.sweeps``), and one tick."""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from feedback import clock
from feedback.domain.sweeps import SWEEPS, Sweep
from feedback.extensions import db, writing
from feedback.services import (
    calendar_reminding,
    draft_expiry,
    escalation,
    file_reconciling,
    lapsing,
    publication_rescan,
    retention,
    standing,
    taking_over,
    watchdog,
)
from feedback.services.watchdog import Tally

log = logging.getLogger(__name__)

DEEDS: Mapping[str, Callable[[], Tally]] = {
    "overdue": escalation.sweep_overdue,
    "outbox": standing.sweep_outbox,
    "supply": lapsing.sweep_supply,
    "commitments": lapsing.sweep_commitments,
    "close": lapsing.sweep_close,
    "publish": standing.sweep_publish,
    "successors": taking_over.sweep_successors,
    "counts": standing.sweep_counts,
    "drafts": draft_expiry.sweep_drafts,
    "identities": retention.sweep_identities,
    "checkpoint": standing.sweep_checkpoint,
    "calendar": calendar_reminding.sweep_calendar,
    "rescan": publication_rescan.sweep_rescan,
    "files": file_reconciling.sweep_files,
    "open_data": standing.sweep_open_data,
    "first_numbers": standing.sweep_first_numbers,
}
"""Each may run twice at the same time, or twice in a row, and acts once."""


def tick(*, leave_out: Collection[str] = (),
         database_clock: Callable[[], datetime | None] | None = None) -> list[str]:
    """Run every sweep whose turn has come; the names of those that ran. While the clock is not trusted, those
    that cannot be taken back wait. A simulation leaves some out, and asks no other clock than its own."""
    now = clock.now()
    with writing():
        trusted = watchdog.see(now, database_now=(database_clock or watchdog.database_clock)())
    started = watchdog.last_starts()
    db.session.rollback()
    ran = []
    for name, sweep in SWEEPS.items():
        if name in leave_out or (sweep.irreversible and not trusted):
            continue
        if not watchdog.waiting(sweep, now=now, started=started.get(name)):
            continue
        with writing():
            ours = watchdog.begin(sweep, now=now)
        if ours:
            _run(sweep)
            ran.append(name)
    return ran


def run_by_hand(name: str) -> Tally:
    """Run this sweep now, whoever's turn it is. Raises KeyError for an unknown name, PermissionError while the
    clock is not trusted and the sweep could not be taken back."""
    sweep = SWEEPS[name]
    if sweep.irreversible and not watchdog.is_trusted():
        raise PermissionError("the clock jumped; check it, then run: feedback clock confirm")
    with writing():
        watchdog.begin(sweep, now=clock.now())
    return _run(sweep)


def _run(sweep: Sweep) -> Tally:
    """Run the deed and write down what came of it; a sweep that breaks does not stop the next one."""
    began = time.monotonic()
    try:
        tally = DEEDS[sweep.name]()
    except Exception as fault:
        db.session.rollback()
        log.exception("a sweep broke off", extra={"sweep": sweep.name})
        tally = Tally(failed=1, fault=type(fault).__name__)
    with writing():
        watchdog.finish(sweep, tally, now=clock.now(), seconds=time.monotonic() - began)
    return tally
