"""How each sweep last ran, and whether what it should have found still lies there.

A sweep that says "seen: 0" may be right, or may have lost its eyes. So what it should have seen is asked for
independently of it: something that was owed before its last run began, and is owed still after it ended.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select

from feedback import clock
from feedback.domain.health import Fault
from feedback.domain.lifecycle import State
from feedback.domain.limits import DeadlineKind
from feedback.domain.sweeps import SWEEPS, Sweep
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import CalendarVersion, Deadline
from feedback.models.outbox import ClockGuard, Outbox, SweepRun
from feedback.models.publications import PublicationDraft

MAIL_LIES_AFTER = timedelta(minutes=5)
"""A mail that is ripe for so long, and in nobody's hands, was overlooked; two leases fit into it."""
OF_ITS_OWN = or_(Outbox.bundle.is_(None), Outbox.bundle == Outbox.dedupe)
"""A condition on mails: it does not go out with another one, whose turn it would wait for."""
_AWAITING = (State.AWAITING_SUBMITTER.value, State.AWAITING_DETAILS.value)


def _overdue(began: datetime) -> Select[tuple[int]]:
    """Clocks whose next look had come before the run began. What was entered, or moved by a new calendar, after
    that may be owed from an earlier moment on, and is for the next run."""
    calendar_changed = select(CalendarVersion.id).where(CalendarVersion.at >= began)
    return (select(Deadline.id).outerjoin(Case, Case.id == Deadline.case_id)
            .where(Deadline.next_rung_at.is_not(None), Deadline.next_rung_at <= began,
                   Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None), Deadline.started_at < began,
                   or_(Case.id.is_(None), Case.entered_at < began), ~calendar_changed.exists()))


def _outbox(began: datetime) -> Select[tuple[int]]:
    ripe = began - MAIL_LIES_AFTER
    return select(Outbox.id).where(
        Outbox.sent_at.is_(None), Outbox.dead_at.is_(None), Outbox.next_try <= ripe, OF_ITS_OWN,
        or_(Outbox.lease_until.is_(None), Outbox.lease_until <= ripe))


def _supply(began: datetime) -> Select[tuple[int]]:
    return _run_out(DeadlineKind.SUPPLY, began).join(Case, Case.id == Deadline.case_id).where(
        Case.state.in_(_AWAITING))


def _commitments(began: datetime) -> Select[tuple[int]]:
    return _run_out(DeadlineKind.COMMITMENT, began)


def _publish(began: datetime) -> Select[tuple[int]]:
    return select(PublicationDraft.id).where(PublicationDraft.status == "approved",
                                             PublicationDraft.publish_after <= began)


def _run_out(kind: DeadlineKind, began: datetime) -> Select[tuple[int]]:
    return select(Deadline.id).where(Deadline.kind == kind.value, Deadline.stopped_at.is_(None),
                                     Deadline.due_at < began)


EXPECTED: Mapping[str, Callable[[datetime], Select[tuple[int]]]] = {
    "overdue": _overdue, "outbox": _outbox, "supply": _supply, "commitments": _commitments, "publish": _publish}
"""By sweep: what a run that began at this instant has to have seen."""


@dataclass(frozen=True)
class SweepState:
    """One sweep and its last run. ``fault`` None: all is well. ``run`` None: it never ran."""

    sweep: Sweep
    run: SweepRun | None
    fault: Fault | None


def sweep_states(names: Collection[str] = SWEEPS) -> list[SweepState]:
    """Every sweep (or those of these names), in the order in which a tick runs them."""
    now = clock.now()
    runs = {run.name: run for run in db.session.scalars(select(SweepRun))}
    waits = clock_jumped()
    return [SweepState(sweep, runs.get(name), _fault(sweep, runs.get(name), now, waits and sweep.irreversible))
            for name, sweep in SWEEPS.items() if name in names]


def clock_jumped() -> bool:
    """Whether the clock jumped, so that what cannot be taken back waits."""
    return db.session.scalar(select(ClockGuard.id).where(ClockGuard.jumped_at.is_not(None)).limit(1)) is not None


def _fault(sweep: Sweep, run: SweepRun | None, now: datetime, waits: bool) -> Fault | None:
    if run is None:
        return Fault.SWEEP_MISSING
    if now - run.started_at > sweep.late_after:
        return Fault.SWEEP_LATE
    if run.finished_at is not None and now - run.finished_at > sweep.late_after + sweep.every:
        return Fault.SWEEP_UNFINISHED
    if run.failed:
        return Fault.SWEEP_FAILING
    return Fault.SWEEP_EMPTY if not waits and _overlooks(sweep, run) else None


def _overlooks(sweep: Sweep, run: SweepRun) -> bool:
    """Whether a run that came to its end saw nothing although something was owed. One row is looked for, by the
    index of what is owed: this may be asked often."""
    expected = EXPECTED.get(sweep.name)
    if expected is None or run.seen or run.finished_at is None or run.finished_at < run.started_at:
        return False
    return db.session.scalar(expected(run.started_at).limit(1)) is not None
