"""Joint handling: one agency leads and answers, others contribute something concrete by a day of their own. The
lead's clock goes on; who contributes sees what is asked and the masked complaint, and nothing else of the case."""

from datetime import date, timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach, StaleEdit
from feedback.domain.lifecycle import ENDED, TABLE, Action, State, find_move
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.passing import posts
from feedback.domain.permissions import Actor, CaseFacts, acting_role
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Note
from feedback.models.holdings import Contribution
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.visibility import facts_of
from feedback.services import clocks, history, outbox, transfer_requests
from feedback.services.recipients import at_agency, targets

KIND = "contribution"
"""Kind of the notes: what is wanted, and what was given."""
ASKED_LONGEST = 2_000
GIVEN_LONGEST = 8_000
"""Characters."""
FARTHEST_DAYS = 366
"""Calendar days from today after which a due date orders nothing any more."""
FEWEST_WORDS = 5
"""Words of what is wanted: less than that asks for nothing concrete."""


def leading_role(actor: Actor, case: Case, facts: CaseFacts) -> Role | None:
    """The role in which this actor may ask a second agency, or take that back, or None: who may ask to pass the
    case on, or the coordinating office, while an agency works on it. Never of a restricted case."""
    if case.restricted or case.historical or case.agency_id is None or (
            (Action.TRANSFER, State(case.state)) not in TABLE):
        return None
    return (transfer_requests.asking_role(actor, case, facts)
            or acting_role(actor, find_move(Action.TRANSFER, State(case.state)), facts))


def giving_role(actor: Actor, agency_id: int) -> Role | None:
    """The role in which this actor may give for this agency: its officers, its head and who acts for the head."""
    if agency_id in posts(actor):
        return Role.AGENCY_HEAD
    return Role.OFFICER if Role.OFFICER in actor.roles and actor.agency_id == agency_id else None


def ask(case: Case, *, agency_id: int | None, wanted: str, due_on: date | None = None, actor: Actor,
        expected_version: int | None = None) -> Contribution:
    """Ask a second agency for its part; ``due_on`` None: under the limit of the province. The agency is told and
    its clock starts. Raises StaleEdit; MoveNotAllowed('role'); BadInput: ('agency', 'missing' | 'closed' | 'same'
    | 'asked'), ('wanted', 'missing' | 'too_short' | 'too_long'), ('due_on', 'past' | 'too_far')."""
    db.session.refresh(case, ["version", "state", "agency_id", "officer_id", "restricted"], with_for_update=True)
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    role = leading_role(actor, case, facts_of(case))
    if role is None or actor.person_id is None:
        raise MoveNotAllowed(action="contribute", state=case.state, why="role")
    agency = _second(case, agency_id)
    _check(wanted)
    if due_on is not None and due_on < clock.today():
        raise BadInput("due_on", "past")
    if due_on is not None and due_on > clock.today() + timedelta(days=FARTHEST_DAYS):
        raise BadInput("due_on", "too_far")
    note = _written(case, wanted, actor)
    asked = Contribution(case_id=case.id, agency_id=agency.id, asked_note_id=note.id, asked_by_id=actor.person_id,
                         asked_at=clock.now())
    db.session.add(asked)
    db.session.flush()  # the clock and the event name it
    clocks.start_for(case, DeadlineKind.CONTRIBUTE, subject_id=asked.id, agency_id=agency.id, due_on=due_on)
    history.record(chain=f"case:{case.id}", type="contribution_asked", actor=actor, role=role, agency_id=agency.id,
                   payload={"contribution": asked.id, "note": note.id, "lead": case.agency_id})
    for target in at_agency(case, agency.id):
        outbox.owe(notice=Notice.CONTRIBUTION_ASKED, dedupe=f"contribution_asked.k{asked.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)
    return asked


def give(contribution_id: int, *, text: str, actor: Actor) -> None:
    """Give what was asked; the lead is told, the clock stops, and the words stand as they are. Raises OutOfReach
    for another agency's or a hidden one; MoveNotAllowed('contribution_over') when it was given or taken back;
    BadInput('text', 'missing' | 'too_long')."""
    asked, case = _locked(contribution_id)
    role = giving_role(actor, asked.agency_id)
    if role is None or case.restricted or actor.person_id in facts_of(case).conflict_person_ids:
        raise OutOfReach("no such contribution")
    if asked.ended_at is not None or State(case.state) in ENDED:
        raise MoveNotAllowed(action="contribute", state=case.state, why="contribution_over")
    if not text.strip():
        raise BadInput("text", "missing")
    if len(text) > GIVEN_LONGEST:
        raise BadInput("text", "too_long")
    note = _written(case, text, actor)
    asked.given_note_id, asked.given_by_id, asked.ended_at = note.id, actor.person_id, clock.now()
    clocks.stop_for(DeadlineKind.CONTRIBUTE, subject_id=asked.id, kept=True)
    history.record(chain=f"case:{case.id}", type="contribution_given", actor=actor, role=role,
                   agency_id=asked.agency_id, payload={"contribution": asked.id, "note": note.id})
    for target in targets(case, Recipient.OFFICER):
        outbox.owe(notice=Notice.CONTRIBUTION_GIVEN, dedupe=f"contribution_given.k{asked.id}.{target.code}",
                   case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)


def take_back(contribution_id: int, *, actor: Actor) -> None:
    """The lead does not need it any more: the clock ends uncounted. Raises MoveNotAllowed('role' or
    'contribution_over')."""
    asked, case = _locked(contribution_id)
    role = leading_role(actor, case, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action="contribute", state=case.state, why="role")
    if asked.ended_at is not None:
        raise MoveNotAllowed(action="contribute", state=case.state, why="contribution_over")
    asked.ended_at = clock.now()
    clocks.stop_for(DeadlineKind.CONTRIBUTE, subject_id=asked.id, kept=False)
    history.record(chain=f"case:{case.id}", type="contribution_taken_back", actor=actor, role=role,
                   agency_id=asked.agency_id, payload={"contribution": asked.id})


def _second(case: Case, agency_id: int | None) -> Agency:
    agency = agency_by_id(agency_id) if agency_id is not None else None
    if agency is None:
        raise BadInput("agency", "missing")
    if agency.id == case.agency_id:
        raise BadInput("agency", "same")
    if agency.id not in {one.id for one in open_agencies()}:
        raise BadInput("agency", "closed")
    waiting = db.session.scalar(select(Contribution.id).where(
        Contribution.case_id == case.id, Contribution.agency_id == agency.id, Contribution.ended_at.is_(None)))
    if waiting is not None:
        raise BadInput("agency", "asked")
    return agency


def _check(wanted: str) -> None:
    if not wanted.strip():
        raise BadInput("wanted", "missing")
    if len(wanted) > ASKED_LONGEST:
        raise BadInput("wanted", "too_long")
    if len(wanted.split()) < FEWEST_WORDS:
        raise BadInput("wanted", "too_short")


def _locked(contribution_id: int) -> tuple[Contribution, Case]:
    """The row, held: of two who give or take back at once, the second finds it over. The case first, like every
    other deed on it."""
    case_id = db.session.scalar(select(Contribution.case_id).where(Contribution.id == contribution_id))
    if case_id is None:
        raise OutOfReach("no such contribution")
    case = db.session.scalars(select(Case).where(Case.id == case_id).with_for_update()).one()
    asked = db.session.scalars(select(Contribution).where(Contribution.id == contribution_id).with_for_update()
                               .execution_options(populate_existing=True)).one()
    return asked, case


def _written(case: Case, words: str, actor: Actor) -> Note:
    note = Note(case_id=case.id, author_id=actor.person_id, kind=KIND, body=words.strip(), told_sender=False,
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the row and the event name the note
    return note
