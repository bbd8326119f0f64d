"""Who holds a case says that another agency is competent, on a ground. That agency says within its days whether it
takes the case (``transfer_replies``); when it refuses or is silent, the common superior decides.

A record of its own, never a state: the clocks go on while it waits (design §2). One open request a case. The
coordinating office may decide at any time; between two units of one department its head may too.
"""

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing, SamePerson, StaleEdit
from feedback.domain.lifecycle import TABLE, Action, Move, State, find_move
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.passing import posts
from feedback.domain.permissions import SYSTEM, Actor, CaseFacts, acting_role, only_in, roles_filled, within_reach
from feedback.domain.roles import Role
from feedback.domain.transfers import GROUND_LONGEST, ground_fault
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Note
from feedback.models.reader import TransferRequest
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.superiors import common_superior
from feedback.queries.transfer_requests import open_request
from feedback.queries.visibility import facts_of
from feedback.services import cases, clocks, history, outbox
from feedback.services.recipients import at_agency, targets

KIND = "transfer"
"""Kind of the notes: the ground and the reason of a decision."""


def asking_role(actor: Actor, case: Case, facts: CaseFacts) -> Role | None:
    """The role in which this actor may ask now, or None: the officer whose case it is (any officer of the agency
    while it is nobody's) or the head of the holding agency, from whom a conflict has not taken the case."""
    if (case.historical or case.agency_id is None or actor.person_id is None
            or (Action.TRANSFER, State(case.state)) not in TABLE):
        return None
    if Role.OFFICER in actor.roles and facts.officer_id in (None, actor.person_id) and within_reach(
            only_in(actor, Role.OFFICER), facts):
        return Role.OFFICER
    at_head = case.agency_id in (actor.deputy_at | {actor.agency_id})
    if (Role.AGENCY_HEAD in actor.roles and at_head and within_reach(only_in(actor, Role.AGENCY_HEAD), facts)
            and Role.AGENCY_HEAD in roles_filled(actor, Role.AGENCY_HEAD, facts)):
        return Role.AGENCY_HEAD
    return None


def ask(case: Case, *, to_agency_id: int | None, ground: str, actor: Actor,
        expected_version: int | None = None) -> TransferRequest:
    """Ask to pass the case on; the agency that is named is told, and its clock to reply starts. Raises StaleEdit;
    MoveNotAllowed('role', or 'transfer_open' while another request waits); BadInput: ('agency', 'missing' |
    'closed' | 'same'), ('ground', 'too_long' or a code of ``domain.transfers.ground_fault``)."""
    # One request at a time, and about the case as it stands: in a state that it has left meanwhile the request
    # could be decided by nobody and would never fall.
    db.session.refresh(case, ["version", "state", "agency_id", "officer_id"], with_for_update=True)
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    role = asking_role(actor, case, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action=Action.TRANSFER, state=case.state, why="role")
    if open_request(case.id) is not None:
        raise MoveNotAllowed(action=Action.TRANSFER, state=case.state, why="transfer_open")
    agency = _competent(case, to_agency_id)
    if len(ground) > GROUND_LONGEST:
        raise BadInput("ground", "too_long")
    if (fault := ground_fault(ground, agencies=(agency.name_vi, agency.name_en))) is not None:
        raise BadInput("ground", fault)
    note = written(case, ground, actor)
    assert case.agency_id is not None  # asking_role saw to it
    assert actor.person_id is not None  # and to this
    request = TransferRequest(case_id=case.id, from_agency_id=case.agency_id, to_agency_id=agency.id,
                              note_id=note.id, asked_by_id=actor.person_id, asked_at=clock.now())
    db.session.add(request)
    db.session.flush()  # the event names the request
    history.record(chain=f"case:{case.id}", type="transfer_asked", actor=actor, role=role,
                   agency_id=case.agency_id,
                   payload={"request": request.id, "note": note.id, "to_agency": agency.id})
    clocks.start_for(case, DeadlineKind.TRANSFER_REPLY, subject_id=request.id, agency_id=agency.id)
    for target in at_agency(case, agency.id):
        outbox.owe(notice=Notice.TRANSFER_OFFERED, dedupe=f"transfer_offered.t{request.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)
    return request


def may_decide(actor: Actor, case: Case, asked_by_id: int, *, to_agency_id: int | None = None,
               facts: CaseFacts | None = None) -> bool:
    """Whether this actor may grant or deny it: who may pass the case on, or the head of the agency that stands
    above both, and did not ask."""
    return _deciding(actor, case, asked_by_id, to_agency_id, facts or facts_of(case)) is not None


def grant(case: Case, request: TransferRequest, *, actor: Actor, expected_version: int | None = None) -> None:
    """The other agency is competent: the case goes there with the ground, which its sender reads. Raises
    StaleEdit, SamePerson, MoveNotAllowed('role' or 'decided'), BadInput('agency', 'closed' | 'same')."""
    role = _decided(case, request, actor, expected_version=expected_version)
    request.decided_by_id, request.decided_at, request.granted = actor.person_id, clock.now(), True
    history.record(chain=f"case:{case.id}", type="transfer_granted", actor=actor, role=role,
                   agency_id=request.from_agency_id, payload={"request": request.id})
    # A head between two units has no row in the table of moves: the request is the ground, the clock passes it on.
    of_the_office = Role.COORDINATOR in roles_filled(actor, role, facts_of(case))
    pass_on(case, request, actor=actor if of_the_office else SYSTEM)


def pass_on(case: Case, request: TransferRequest, *, actor: Actor) -> None:
    """Give the case to the agency of a request that was granted or accepted, with its ground. Raises
    BadInput('agency', 'closed' | 'same')."""
    clocks.stop_for(DeadlineKind.TRANSFER_REPLY, subject_id=request.id, kept=False)
    db.session.flush()  # the move looks for an open request
    ground = db.session.get_one(Note, request.note_id)
    note = cases.transfer(case, db.session.get_one(Agency, request.to_agency_id), actor=actor, why=ground.body)
    note.author_id = note.author_id or request.asked_by_id  # a note without an author would be the sender's


def deny(case: Case, request: TransferRequest, *, actor: Actor, why: str) -> None:
    """The agency goes on with it; who works on the case there is told, with the reason. Raises ReasonMissing,
    SamePerson, MoveNotAllowed as ``grant``."""
    if not why.strip():
        raise ReasonMissing("transfer")
    role = _decided(case, request, actor)
    note = written(case, why, actor)
    request.decided_by_id, request.decided_at, request.granted = actor.person_id, clock.now(), False
    request.decision_note_id = note.id
    clocks.stop_for(DeadlineKind.TRANSFER_REPLY, subject_id=request.id, kept=False)
    history.record(chain=f"case:{case.id}", type="transfer_denied", actor=actor, role=role,
                   agency_id=request.from_agency_id, payload={"request": request.id, "note": note.id})
    people = dict.fromkeys([*targets(case, Recipient.OFFICER), *targets(case, Recipient.AGENCY_HEAD)])
    for target in people:
        outbox.owe(notice=Notice.TRANSFER_DENIED, dedupe=f"transfer_denied.t{request.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)


def offered(case: Case) -> list[Agency]:
    """The agencies that can be named: those that exist today, without the holding one."""
    return [agency for agency in open_agencies() if agency.id != case.agency_id]


def _competent(case: Case, agency_id: int | None) -> Agency:
    agency = agency_by_id(agency_id) if agency_id is not None else None
    if agency is None:
        raise BadInput("agency", "missing")
    if agency.id == case.agency_id:
        raise BadInput("agency", "same")
    if agency.id not in {one.id for one in open_agencies()}:
        raise BadInput("agency", "closed")
    return agency


def _decided(case: Case, request: TransferRequest, actor: Actor, *, expected_version: int | None = None) -> Role:
    """The role in which the actor decides; of two who decide at once, the second finds it decided. The case is
    locked first, like in every other deed on it: a step of the case lets its request fall."""
    db.session.refresh(case, ["version", "state", "agency_id", "officer_id"], with_for_update=True)
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    db.session.refresh(request, with_for_update=True)
    if request.decided_at is not None:
        raise MoveNotAllowed(action=Action.TRANSFER, state=case.state, why="decided")
    if actor.person_id is None or actor.person_id in (request.asked_by_id, request.answered_by_id):
        raise SamePerson("transfer")
    role = _deciding(actor, case, request.asked_by_id, request.to_agency_id, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action=Action.TRANSFER, state=case.state, why="role")
    return role


def _deciding(actor: Actor, case: Case, asked_by_id: int, to_agency_id: int | None,
              facts: CaseFacts) -> Role | None:
    if actor.person_id == asked_by_id or (Action.TRANSFER, State(case.state)) not in TABLE:
        return None
    move: Move = find_move(Action.TRANSFER, State(case.state))
    if (role := acting_role(actor, move, facts)) is not None:
        return role
    if case.agency_id is None or to_agency_id is None or not within_reach(only_in(actor, Role.AGENCY_HEAD), facts):
        return None
    above = common_superior(case.agency_id, to_agency_id)
    return Role.AGENCY_HEAD if above is not None and above in posts(actor) else None


def written(case: Case, words: str, actor: Actor) -> Note:
    """Keep the ground or a reason as an erasable note that the sender is not told."""
    note = Note(case_id=case.id, author_id=actor.person_id, kind=KIND, body=words.strip(), told_sender=False,
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the rows and the event name the note
    return note
