"""Instructions (chỉ đạo) to an agency's head: given with a due date, reported, sent back or accepted, withdrawn.

The clock counts to the report: while the office reads it, it stands still, and once accepted it was kept when the
report came in time. Sent back, it goes on to the same day: a poor report wins no time.
"""

from datetime import date, timedelta

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.answers.blanks import blanks
from feedback.domain.answers.model import shipped
from feedback.domain.answers.verdict import Mark, read_answer
from feedback.domain.errors import BadInput, MoveNotAllowed, NotPermitted, OutOfReach, ReasonMissing, StaleEdit
from feedback.domain.instructions import FARTHEST_DAYS, LONGEST, Entry, Outcome, fault
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import Actor, CaseFacts, only_in, roles_filled, within_reach
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.instructions import Instruction, InstructionEntry
from feedback.models.people import Person, RoleGrant
from feedback.queries.agencies import open_agencies, tree_above
from feedback.queries.calendar import load_calendar
from feedback.queries.instructions import with_ended
from feedback.queries.visibility import facts_of
from feedback.services import clocks, history, outbox
from feedback.services.agency_recipients import told_at
from feedback.services.recipients import Target, at_agency, targets

ISSUERS = (Role.COORDINATOR, Role.LEADER)


class EmptyReport(BadInput):
    """The report surely says nothing that was done; the reader's marks say why. A written reason gets around
    it."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        super().__init__("text", "vague")
        self.marks = marks


def issuing_role(actor: Actor, facts: CaseFacts | None) -> Role | None:
    """The role in which this actor may instruct (about this case, or about an agency's work); None for everybody
    else. Who is named in a conflict sees the case no more; where the whole office is, the
    leader alone instructs. About a restricted case nobody does: no agency may learn of it (design §13.8)."""
    for role in ISSUERS:
        if role not in actor.roles:
            continue
        if facts is None or (not facts.restricted and within_reach(only_in(actor, role), facts) and (
                role is Role.LEADER or Role.COORDINATOR in roles_filled(actor, role, facts))):
            return role
    return None


def deciding_role(actor: Actor, row: Instruction, facts: CaseFacts | None) -> Role | None:
    """The role in which this actor says whether it was carried out, or takes it back: the office or the leader,
    and of what the leader ordered the leader alone."""
    role = issuing_role(actor, facts)
    if role is None or not _ordered_by_leader(row):
        return role
    return issuing_role(only_in(actor, Role.LEADER), facts) if Role.LEADER in actor.roles else None


def _ordered_by_leader(row: Instruction) -> bool:
    """Whether who gave it was a leader and never a coordinator: only the one role can have given it."""
    roles = set(db.session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == row.issued_by_id)))
    return Role.LEADER.value in roles and Role.COORDINATOR.value not in roles


def reporting_role(actor: Actor, row: Instruction, facts: CaseFacts | None) -> Role | None:
    """The role in which this actor may report: the head of the agency, their deputy, a head above; about a case
    with a head in conflict, whoever stands in for that head."""
    if actor.person_id is None:
        return None
    if facts is not None and (facts.restricted or actor.person_id in facts.conflict_person_ids):
        return None
    if Role.AGENCY_HEAD in actor.roles and row.agency_id in with_ended(actor.agency_tree) and (
            facts is None or Role.AGENCY_HEAD in roles_filled(actor, Role.AGENCY_HEAD, facts)):
        return Role.AGENCY_HEAD
    if facts is None or facts.agency_id != row.agency_id:
        return None
    return next((role for role in ISSUERS if role in actor.roles and within_reach(only_in(actor, role), facts)
                 and Role.AGENCY_HEAD in roles_filled(actor, role, facts)), None)


def facts_about(row: Instruction) -> CaseFacts | None:
    """The facts of the case that it is about; None where it is about none."""
    return facts_of(db.session.get_one(Case, row.case_id)) if row.case_id is not None else None


def issue(*, actor: Actor, agency_id: int | None, body: str, due_on: date | None,
          case: Case | None = None) -> Instruction:
    """Instruct the head of an agency. The same words to the same agency with the same day, still running, are the
    same instruction: pressed twice, there is one. ``case`` is one that the actor reaches.

    Raises NotPermitted for who may not instruct (about this case), BadInput: ('agency', 'missing' | 'closed' |
    'not_its_case'), ('body', a code of ``domain.instructions.fault``), ('due_on', 'missing' | 'past' |
    'too_far')."""
    role = issuing_role(actor, facts_of(case) if case is not None else None)
    if role is None or actor.person_id is None or (case is not None and case.historical):
        raise NotPermitted("who instructs is the province office or its leader")
    agency = _addressed(agency_id, case)
    if (wrong := fault(body)) is not None:
        raise BadInput("body", wrong)
    if due_on is None:
        raise BadInput("due_on", "missing")
    if due_on < clock.today():
        raise BadInput("due_on", "past")
    if due_on > clock.today() + timedelta(days=FARTHEST_DAYS):
        raise BadInput("due_on", "too_far")
    # The person's row is the lock: a double click takes turns with itself, and the second finds the first.
    db.session.execute(select(Person.id).where(Person.id == actor.person_id).with_for_update())
    same = db.session.scalar(select(Instruction).where(
        Instruction.agency_id == agency.id, Instruction.case_id == (case.id if case else None),
        Instruction.ended_at.is_(None), Instruction.body == body.strip(), Instruction.due_on == due_on,
        Instruction.issued_by_id == actor.person_id))
    if same is not None:
        return same
    row = Instruction(case_id=case.id if case else None, agency_id=agency.id, body=body.strip(), due_on=due_on,
                      issued_by_id=actor.person_id, issued_at=clock.now())
    db.session.add(row)
    db.session.flush()  # the clock, the event and the mails name the row
    clocks.start_for(case, DeadlineKind.INSTRUCTION, subject_id=row.id, agency_id=agency.id, due_on=due_on)
    _record(row, "instructed", actor, role)
    _tell_heads(row, Notice.INSTRUCTION_GIVEN, f"instruction-given.i{row.id}", actor)
    return row


def report(instruction_id: int, *, actor: Actor, text: str, anyway: str = "", seen: int | None = None
           ) -> Instruction:
    """Report what was done. ``anyway``: why it is a report although the reader finds nothing in it. Who gave the
    instruction is told. Raises OutOfReach, StaleEdit, MoveNotAllowed('moved') when it is reported or has ended,
    BadInput('text', 'missing' | 'too_long' | 'unfilled'), EmptyReport."""
    row = _held(instruction_id, seen)
    role = reporting_role(actor, row, facts_about(row))
    if role is None:
        raise OutOfReach("another agency's instruction")
    if row.ended_at is not None or row.reported_at is not None:
        raise MoveNotAllowed(action="report", state=row.outcome or "reported", why="moved")
    words = _words("text", text)
    if blanks(words):
        raise BadInput("text", "unfilled")
    if not anyway.strip():
        verdict = read_answer(row.body, words)
        if verdict.hard or verdict.probability >= shipped().close:
            raise EmptyReport(verdict.marks)
    row.reported_at = clock.now()
    running = _clock_of(row)
    if running is not None:
        running.paused_at, running.next_rung_at = clock.now(), None
    entry = _entry(row, Entry.REPORT, words, actor)
    if anyway.strip():
        _entry(row, Entry.NOTE, _words("anyway", anyway), actor)
    _record(row, "instruction_reported", actor, role)
    if row.issued_by_id != actor.person_id:
        outbox.owe(notice=Notice.INSTRUCTION_REPORTED, case_id=row.case_id, person_id=row.issued_by_id,
                   dedupe=f"instruction-reported.e{entry.id}.p{row.issued_by_id}")
    return row


def send_back(instruction_id: int, *, actor: Actor, why: str, seen: int | None = None) -> Instruction:
    """The report does not do: the head is told why, and the clock goes on to the same day. Raises OutOfReach,
    StaleEdit, ReasonMissing, MoveNotAllowed('moved' | 'own_report'), BadInput('why', 'too_long')."""
    row, role = _judged(instruction_id, actor, seen)
    words = _reason(why)
    row.reported_at = None
    running = _clock_of(row)
    if running is not None:
        running.paused_at = None
        running.next_rung_at = clocks.first_look(DeadlineKind.INSTRUCTION, running.due_on, running.due_at,
                                                 frozenset(), load_calendar())
    entry = _entry(row, Entry.SENT_BACK, words, actor)
    _record(row, "instruction_sent_back", actor, role)
    _tell_heads(row, Notice.INSTRUCTION_DECIDED, f"instruction-decided.e{entry.id}", actor)
    return row


def accept(instruction_id: int, *, actor: Actor, seen: int | None = None) -> Instruction:
    """It is carried out: the clock stops, kept when the report came in time. Raises as ``send_back``."""
    row, role = _judged(instruction_id, actor, seen)
    assert row.reported_at is not None  # _judged saw to it
    stopped = clocks.stop_for(DeadlineKind.INSTRUCTION, subject_id=row.id, kept=True)
    if stopped is not None:
        stopped.met = row.reported_at <= stopped.due_at
    row.ended_at, row.outcome = clock.now(), Outcome.ACCEPTED.value
    entry = _entry(row, Entry.ACCEPTED, "", actor)
    _record(row, "instruction_accepted", actor, role)
    _tell_heads(row, Notice.INSTRUCTION_DECIDED, f"instruction-decided.e{entry.id}", actor)
    return row


def withdraw(instruction_id: int, *, actor: Actor, why: str, seen: int | None = None) -> Instruction:
    """Take it back, with a reason that the head reads; it counts neither as kept nor as late. Raises OutOfReach,
    StaleEdit, ReasonMissing, MoveNotAllowed('moved'), BadInput('why', 'too_long')."""
    row = _held(instruction_id, seen)
    role = _deciding(row, actor)
    if row.ended_at is not None:
        raise MoveNotAllowed(action="withdraw", state=row.outcome, why="moved")
    words = _reason(why)
    clocks.stop_for(DeadlineKind.INSTRUCTION, subject_id=row.id, kept=False)
    row.ended_at, row.outcome = clock.now(), Outcome.WITHDRAWN.value
    entry = _entry(row, Entry.WITHDRAWN, words, actor)
    _record(row, "instruction_withdrawn", actor, role)
    _tell_heads(row, Notice.INSTRUCTION_DECIDED, f"instruction-decided.e{entry.id}", actor)
    return row


def note(instruction_id: int, *, actor: Actor, text: str) -> Instruction:
    """Add words to the story, for both sides; also when it has ended. Raises OutOfReach, BadInput('text')."""
    row = _held(instruction_id, None)
    facts = facts_about(row)
    if issuing_role(actor, facts) is None and reporting_role(actor, row, facts) is None:
        raise OutOfReach("another agency's instruction")
    _entry(row, Entry.NOTE, _words("text", text), actor)
    return row


def addressed(case: Case) -> list[Agency]:
    """The agencies whose head can be instructed about a case: the one that holds it and those above it."""
    if case.agency_id is None:
        return []
    within = tree_above(case.agency_id) | {case.agency_id}
    return sorted((agency for agency in open_agencies() if agency.id in within),
                  key=lambda agency: agency.id != case.agency_id)


def _addressed(agency_id: int | None, case: Case | None) -> Agency:
    agency = next((one for one in open_agencies() if one.id == agency_id), None)
    if agency is None:
        raise BadInput("agency", "missing" if agency_id is None else "closed")
    if case is not None and agency.id not in {one.id for one in addressed(case)}:
        raise BadInput("agency", "not_its_case")
    return agency


def _held(instruction_id: int, seen: int | None) -> Instruction:
    """The row as the lock, as it stands now. ``seen``: id of the newest entry that the page showed."""
    row = db.session.scalar(select(Instruction).where(Instruction.id == instruction_id).with_for_update()
                            .execution_options(populate_existing=True))
    if row is None:
        raise OutOfReach("no such instruction")
    newest = db.session.scalar(select(func.max(InstructionEntry.id)).where(
        InstructionEntry.instruction_id == row.id)) or 0
    if seen is not None and seen != newest:
        raise StaleEdit(expected=seen, found=newest)
    return row


def _deciding(row: Instruction, actor: Actor) -> Role:
    role = deciding_role(actor, row, facts_about(row))
    if role is None:
        raise OutOfReach("for whoever ordered it to say")
    return role


def _judged(instruction_id: int, actor: Actor, seen: int | None) -> tuple[Instruction, Role]:
    """A reported one, and the role in which this actor judges it: never one's own report."""
    row = _held(instruction_id, seen)
    role = _deciding(row, actor)
    if row.ended_at is not None or row.reported_at is None:
        raise MoveNotAllowed(action="judge", state=row.outcome or "open", why="moved")
    reporter = db.session.scalar(
        select(InstructionEntry.author_id).where(InstructionEntry.instruction_id == row.id,
                                                 InstructionEntry.kind == Entry.REPORT.value)
        .order_by(InstructionEntry.id.desc()).limit(1))
    if reporter == actor.person_id:
        raise MoveNotAllowed(action="judge", state="reported", why="own_report")
    return row, role


def _clock_of(row: Instruction) -> Deadline | None:
    of_case = Deadline.case_id.is_(None) if row.case_id is None else Deadline.case_id == row.case_id
    return db.session.scalar(select(Deadline).where(
        of_case, Deadline.kind == DeadlineKind.INSTRUCTION.value, Deadline.subject_id == row.id,
        Deadline.stopped_at.is_(None)))


def _words(field: str, text: str) -> str:
    if not text.strip():
        raise BadInput(field, "missing")
    if len(text) > LONGEST:
        raise BadInput(field, "too_long")
    return text.strip()


def _reason(why: str) -> str:
    if not why.strip():
        raise ReasonMissing("instruction")
    return _words("why", why)


def _entry(row: Instruction, kind: Entry, body: str, actor: Actor) -> InstructionEntry:
    assert actor.person_id is not None  # the roles saw to it
    entry = InstructionEntry(instruction_id=row.id, author_id=actor.person_id, at=clock.now(), kind=kind.value,
                             body=body)
    db.session.add(entry)
    db.session.flush()  # the mails are named by it
    return entry


def _record(row: Instruction, type_: str, actor: Actor, role: Role) -> None:
    """The event: in the chain of the case, or in one of its own. No words: they stand in the entries."""
    chain = f"case:{row.case_id}" if row.case_id is not None else f"instruction:{row.id}"
    history.record(chain=chain, type=type_, actor=actor, role=role, agency_id=row.agency_id,
                   payload={"instruction": row.id, "due_on": row.due_on.isoformat()})


def _tell_heads(row: Instruction, notice: Notice, dedupe: str, actor: Actor) -> None:
    for target in told_of(row):
        if target.person_id is None or target.person_id != actor.person_id:
            outbox.owe(notice=notice, dedupe=f"{dedupe}.{target.code}", case_id=row.case_id,
                       person_id=target.person_id, agency_id=target.agency_id)


def told_of(row: Instruction) -> list[Target]:
    """Who hears of it at the agency: its heads and their deputies, its mailbox, or the heads above. About a case,
    nobody from whom the case is hidden; where the head is in conflict, whoever stands in."""
    case = db.session.get(Case, row.case_id) if row.case_id is not None else None
    if case is None:
        return told_at(row.agency_id, Recipient.AGENCY_HEAD)
    return targets(case, Recipient.AGENCY_HEAD) if case.agency_id == row.agency_id else at_agency(
        case, row.agency_id)
