"""A request to pass a case on falls when nobody could decide it any more: the case has left the place from which
it could be passed on, or the agency that was named holds it already."""

from sqlalchemy import select, update

from feedback import clock
from feedback.domain.lifecycle import TABLE, Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.reader import TransferRequest
from feedback.queries.transfer_requests import open_request
from feedback.services import clocks, history


def lapse(case: Case, *, came_from: State | None) -> None:
    """Deny, in the name of the clock, the open request of a case that has just moved: answered, withdrawn, asked
    of its sender, or given to another agency otherwise. Only a case that could have been passed on has one."""
    if (Action.TRANSFER, came_from) not in TABLE:
        return
    waiting = open_request(case.id)
    stays = (Action.TRANSFER, State(case.state)) in TABLE
    if waiting is None or (stays and waiting.from_agency_id == case.agency_id
                           and waiting.to_agency_id != case.agency_id):
        return
    _fall(waiting)


def follow(agency_id: int, successor_id: int) -> int:
    """An agency ended: the open requests that name it name who took over, with the clock of its reply, and those
    of its own cases are now the successor's. One that leads nowhere any more falls. How many there were."""
    named = list(db.session.scalars(
        select(TransferRequest).where(
            TransferRequest.decided_at.is_(None),
            (TransferRequest.to_agency_id == agency_id) | (TransferRequest.from_agency_id == agency_id))
        .order_by(TransferRequest.id).with_for_update()))
    moved = 0
    for one in named:
        holder = db.session.scalar(select(Case.agency_id).where(Case.id == one.case_id))
        if one.from_agency_id == agency_id and holder != agency_id:
            one.from_agency_id = successor_id  # else its case has not moved yet; the request goes with it
            moved += 1
        if one.to_agency_id == agency_id:
            one.to_agency_id = successor_id
            moved += 1
            db.session.execute(
                update(Deadline).where(Deadline.kind == DeadlineKind.TRANSFER_REPLY.value,
                                       Deadline.subject_id == one.id, Deadline.stopped_at.is_(None))
                .values(agency_id=successor_id).execution_options(synchronize_session=False))
        if one.to_agency_id in (one.from_agency_id, holder):
            _fall(one)
    return moved


def _fall(one: TransferRequest) -> None:
    one.decided_at, one.granted = clock.now(), False
    clocks.stop_for(DeadlineKind.TRANSFER_REPLY, subject_id=one.id, kept=False)
    history.record(chain=f"case:{one.case_id}", type="transfer_lapsed", actor=SYSTEM, role=Role.SYSTEM,
                   agency_id=one.from_agency_id, payload={"request": one.id})
