"""What the clock does by itself when a time has run out: the case goes on without the sender's reply, closes when
nobody objected, comes back when a promise was broken. Each through the one door, in the name of SYSTEM."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from feedback import clock
from feedback.adapters.mail_templates import broken_promise
from feedback.domain.lifecycle import Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.reader import Commitment
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.queries.commitments import settled_on
from feedback.queries.deadlines import has_open_commitment
from feedback.services import citizen, commitments, lifecycle
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally

AWAITING = (State.AWAITING_SUBMITTER.value, State.AWAITING_DETAILS.value)


def sweep_supply() -> Tally:
    """Senders who were asked for something and stayed silent past the day: who asked goes on without it."""
    return one_by_one(found(
        select(Case.id).join(Deadline, Deadline.case_id == Case.id).where(
            Case.state.in_(AWAITING), *_lapsed(DeadlineKind.SUPPLY))), resume)


def sweep_commitments() -> Tally:
    """Promises whose day has passed without a report that they were kept: the case comes back in a new round."""
    return one_by_one(found(select(Deadline.case_id).where(*_lapsed(DeadlineKind.COMMITMENT))), reopen)


def sweep_close() -> Tally:
    """Answers that nobody objected to in the time for it. One whose promise is open stays (design §13.7); after
    the last promise was kept that time begins on the day of the report."""
    until = datetime.combine(_last_day_released() + timedelta(days=1), time(0), clock.VIETNAM)
    open_promise = select(Deadline.id).where(
        Deadline.case_id == Case.id, Deadline.kind == DeadlineKind.COMMITMENT.value, Deadline.stopped_at.is_(None))
    kept_lately = select(Commitment.id).where(Commitment.case_id == Case.id, Commitment.kept_at >= until)
    return one_by_one(found(
        select(Case.id).where(Case.state == State.ANSWERED.value, Case.historical.is_(False),
                              Case.answered_at < until, ~open_promise.exists(), ~kept_lately.exists())), close)


def resume(case_id: int) -> bool:
    """Let the case go on, in the caller's transaction; False when somebody was quicker."""
    case = _locked(case_id)
    if case.state not in AWAITING or not _has_lapsed(case_id, DeadlineKind.SUPPLY):
        return False
    lifecycle.advance(case, Action.RESUME, actor=SYSTEM)
    return True


def reopen(case_id: int) -> bool:
    """Take the agency at its word, in the caller's transaction; the sender's one objection stays unused
    (design §13.7). False when somebody was quicker."""
    case = _locked(case_id)
    if case.state not in (State.ANSWERED.value, State.CLOSED.value) or not _has_lapsed(
            case_id, DeadlineKind.COMMITMENT):
        return False
    commitments.come_back(case, why=broken_promise(case.language))
    return True


def close(case_id: int) -> bool:
    """Close it, in the caller's transaction; a case with an open promise stays open (design §13.7)."""
    case = _locked(case_id)
    if (case.state != State.ANSWERED.value or case.historical or has_open_commitment(case_id)
            or case.answered_at is None or settled_on(case, case.answered_at) > _last_day_released()):
        return False
    citizen.close(case, actor=SYSTEM)
    return True


def _locked(case_id: int) -> Case:
    return db.session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()


def _last_day_released() -> date:
    """The newest day of release whose time for objections is over: its last day, carried past rest days, lies
    before today."""
    limit, calendar, today = limit_in_force("objection", clock.today()), load_calendar(), clock.today()
    day = today - timedelta(days=limit.amount + 1)
    while calendar.add_calendar_days(day, limit.amount) >= today:
        day -= timedelta(days=1)
    return day


def _lapsed(kind: DeadlineKind) -> tuple[ColumnElement[bool], ...]:
    """What is true of a clock of this kind that has run out."""
    return (Deadline.stopped_at.is_(None), Deadline.kind == kind.value, Deadline.due_at < clock.now())


def _has_lapsed(case_id: int, kind: DeadlineKind) -> bool:
    return db.session.scalar(
        select(Deadline.id).where(Deadline.case_id == case_id, *_lapsed(kind)).limit(1)) is not None
