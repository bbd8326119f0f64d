"""The agency that was named as competent says whether it takes the case: a yes passes it on at once, a no needs
the provision and the fact like the ground itself, and then the common superior decides."""

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, SamePerson, StaleEdit
from feedback.domain.lifecycle import TABLE, Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.passing import posts
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import Role
from feedback.domain.transfers import GROUND_LONGEST, ground_fault
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.reader import TransferRequest
from feedback.queries.superiors import common_superior
from feedback.queries.visibility import facts_of
from feedback.services import clocks, history, outbox
from feedback.services.recipients import at_agency, targets
from feedback.services.transfer_requests import pass_on, written


def may_answer(actor: Actor, case: Case, request: TransferRequest) -> bool:
    """Whether this actor may say yes or no now: the head of the agency that was named or who acts for them, not
    who asked, while nothing is said or decided and no conflict of interest hides the case from them."""
    return (request.decided_at is None and request.answered_at is None and not case.restricted
            and request.to_agency_id in posts(actor) and actor.person_id != request.asked_by_id
            and (Action.TRANSFER, State(case.state)) in TABLE
            and actor.person_id not in facts_of(case).conflict_person_ids)


def accept(case: Case, request: TransferRequest, *, actor: Actor, expected_version: int | None = None) -> None:
    """The agency takes the case: it goes there at once, with the ground, which its sender reads. Raises StaleEdit,
    SamePerson, MoveNotAllowed('role' or 'decided'), BadInput('agency', 'closed' | 'same')."""
    _answered(case, request, actor, expected_version=expected_version)
    now = clock.now()
    request.answered_by_id, request.answered_at, request.accepted = actor.person_id, now, True
    request.decided_by_id, request.decided_at, request.granted = actor.person_id, now, True
    clocks.stop_for(DeadlineKind.TRANSFER_REPLY, subject_id=request.id, kept=True)
    history.record(chain=f"case:{case.id}", type="transfer_accepted", actor=actor, role=Role.AGENCY_HEAD,
                   agency_id=request.to_agency_id, payload={"request": request.id})
    # The accepting agency has no reach of the case until it holds it: the clock moves it, the request is why.
    pass_on(case, request, actor=SYSTEM)


def refuse(case: Case, request: TransferRequest, *, actor: Actor, why: str) -> None:
    """The agency does not take it; who stands above both is told and decides. Raises SamePerson, MoveNotAllowed as
    ``accept``; BadInput('why', 'too_long' or a code of ``domain.transfers.ground_fault``)."""
    _answered(case, request, actor)
    if len(why) > GROUND_LONGEST:
        raise BadInput("why", "too_long")
    names = [db.session.get_one(Agency, one) for one in (request.from_agency_id, request.to_agency_id)]
    if (fault := ground_fault(why, agencies=tuple(n for a in names for n in (a.name_vi, a.name_en)))) is not None:
        raise BadInput("why", fault)
    note = written(case, why, actor)
    request.answered_by_id, request.answered_at, request.accepted = actor.person_id, clock.now(), False
    request.answer_note_id = note.id
    clocks.stop_for(DeadlineKind.TRANSFER_REPLY, subject_id=request.id, kept=True)
    history.record(chain=f"case:{case.id}", type="transfer_refused", actor=actor, role=Role.AGENCY_HEAD,
                   agency_id=request.to_agency_id, payload={"request": request.id, "note": note.id})
    above = common_superior(request.from_agency_id, request.to_agency_id)
    told = at_agency(case, above) if above is not None else targets(case, Recipient.COORDINATOR)
    for target in told:
        outbox.owe(notice=Notice.TRANSFER_REFUSED, dedupe=f"transfer_refused.t{request.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)


def _answered(case: Case, request: TransferRequest, actor: Actor, *, expected_version: int | None = None) -> None:
    """Lock the request: of two who answer at once, the second finds it answered. The case first, like every other
    deed on it: a step of the case lets its request fall."""
    db.session.refresh(case, ["version", "state", "agency_id", "restricted"], with_for_update=True)
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    db.session.refresh(request, with_for_update=True)
    if request.decided_at is not None or request.answered_at is not None:
        raise MoveNotAllowed(action=Action.TRANSFER, state=case.state, why="decided")
    if actor.person_id is None or actor.person_id == request.asked_by_id:
        raise SamePerson("transfer")
    if not may_answer(actor, case, request):
        raise MoveNotAllowed(action=Action.TRANSFER, state=case.state, why="role")
