"""What was asked of a second agency falls when the case has ended, or when that agency leads it by now."""

from sqlalchemy import select, update

from feedback import clock
from feedback.domain.lifecycle import ENDED, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.holdings import Contribution
from feedback.services import clocks, history


def lapse(case: Case) -> None:
    """End, in the name of the clock, what nobody waits for any more of a case that has just moved."""
    over = State(case.state) in ENDED
    for one in db.session.scalars(
            select(Contribution).where(Contribution.case_id == case.id, Contribution.ended_at.is_(None))
            .order_by(Contribution.id)):
        if over or one.agency_id == case.agency_id:
            _fall(one)


def follow(agency_id: int, successor_id: int) -> int:
    """An agency ended: what is asked of it is asked of who took over, until the same day. What the successor would
    owe to itself falls. How many moved."""
    open_ones = list(db.session.scalars(
        select(Contribution).where(Contribution.agency_id == agency_id, Contribution.ended_at.is_(None))
        .order_by(Contribution.id).with_for_update()))
    for one in open_ones:
        one.agency_id = successor_id
        db.session.execute(
            update(Deadline).where(Deadline.kind == DeadlineKind.CONTRIBUTE.value, Deadline.subject_id == one.id,
                                   Deadline.stopped_at.is_(None))
            .values(agency_id=successor_id).execution_options(synchronize_session=False))
        if db.session.scalar(select(Case.agency_id).where(Case.id == one.case_id)) == successor_id:
            _fall(one)
    return len(open_ones)


def _fall(one: Contribution) -> None:
    one.ended_at = clock.now()
    clocks.stop_for(DeadlineKind.CONTRIBUTE, subject_id=one.id, kept=False)
    history.record(chain=f"case:{one.case_id}", type="contribution_lapsed", actor=SYSTEM, role=Role.SYSTEM,
                   agency_id=one.agency_id, payload={"contribution": one.id})
