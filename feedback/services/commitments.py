"""The promises of a released answer: watched from then on, reported as kept, denied, or broken by the clock.

Only the earliest open promise of a case has a running clock; when it is kept the next one starts. A promise that
was reported as kept can be denied by the sender alone: the case then comes back at once. After the last one was
kept the time to object begins on that day (``queries.commitments.settled_on``).
"""

from sqlalchemy import select

from feedback import clock
from feedback.adapters.mail_templates import denied_promise
from feedback.domain.answers.blanks import blanks
from feedback.domain.answers.model import shipped
from feedback.domain.answers.promises import tells_a_past_day
from feedback.domain.answers.verdict import Mark, read_answer
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach
from feedback.domain.lifecycle import Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import SYSTEM, Actor, CaseFacts, only_in, roles_filled, within_reach
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Note
from feedback.models.reader import Commitment
from feedback.queries import commitments as asked
from feedback.queries.commitments import Standing
from feedback.queries.visibility import facts_of
from feedback.services import clocks, history, lifecycle, outbox, publication_promises
from feedback.services.recipients import targets

KIND = "promise_kept"
"""Kind of the note that keeps a report."""
LONGEST = 4_000
"""Characters of a report."""


class EmptyReport(BadInput):
    """The report says nothing that was done: the reader's marks say why. There is no way around it, because a
    promise is not kept by a phrase."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        super().__init__("text", "vague")
        self.marks = marks


def watch(case: Case, answer: Answer) -> list[Commitment]:
    """The answer goes to the sender: each of its promises becomes a row, the earliest gets the clock. A day that
    passed while the answer was being read at the gate counts as today."""
    rows = [Commitment(case_id=case.id, answer_id=answer.id, line=one.line, owner=one.owner or answer.owner,
                       promised_on=max(one.on, clock.today())) for one in asked.would_be(answer)]
    db.session.add_all(rows)
    db.session.flush()  # the clock's row is named by the promise
    _run_next(case)
    return rows


def reporting_role(actor: Actor, facts: CaseFacts) -> Role | None:
    """The role in which this actor may report that a promise of the case was kept: its officer, or whoever stands
    for the head of its agency. None for everybody else."""
    if actor.person_id is None or actor.person_id in facts.conflict_person_ids:
        return None
    if (Role.OFFICER in actor.roles and actor.person_id == facts.officer_id
            and within_reach(only_in(actor, Role.OFFICER), facts)):
        return Role.OFFICER
    return next((role for role in Role if role in actor.roles
                 and Role.AGENCY_HEAD in roles_filled(actor, role, facts)
                 and within_reach(only_in(actor, role), facts)), None)


def keep(case: Case, commitment_id: int, *, actor: Actor, text: str) -> Commitment:
    """Report that a promise was kept: what was done, when, with which document. The sender is told.

    Raises OutOfReach for a promise of another case, MoveNotAllowed when it is not open any more, its day has
    passed or the person may not, BadInput('text') for a report that is missing, unfilled or names no day that has
    come, EmptyReport when the reader is nearly sure that it says nothing."""
    case, row = _locked(case, commitment_id)
    role = reporting_role(actor, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action=KIND, state=case.state, why="role")
    if case.state != State.ANSWERED.value or row.id not in {one.id for one in asked.open_of(case)}:
        raise MoveNotAllowed(action=KIND, state=case.state, why="moved")
    if row.promised_on < clock.today():
        raise MoveNotAllowed(action=KIND, state=case.state, why="promise_passed")
    note = Note(case_id=case.id, author_id=actor.person_id, kind=KIND, told_sender=True,
                body=_read(text, promised=row.line or case.masked or ""), written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the promise and the event name the note
    row.kept_at, row.kept_note_id = clock.now(), note.id
    _run_next(case)
    history.record(chain=f"case:{case.id}", type="promise_kept", actor=actor, role=role, agency_id=case.agency_id,
                   payload={"commitment": row.id, "note": note.id})
    for target in targets(case, Recipient.COMPLAINANT):
        outbox.owe(notice=Notice.PROMISE_KEPT, case_id=case.id, person_id=target.person_id,
                   agency_id=target.agency_id, dedupe=f"promise-kept.p{row.id}.{target.code}")
    publication_promises.refresh(case)
    return row


def deny(case: Case, commitment_id: int, *, actor: Actor) -> None:
    """The sender says that a promise was not kept although it was reported so: it is broken at once and the case
    comes back, without using up the one objection (design §13.7). Raises OutOfReach, MoveNotAllowed when there is
    nothing to deny (any more)."""
    case, row = _locked(case, commitment_id)
    if actor.case_id != case.id or Role.COMPLAINANT not in actor.roles:
        raise MoveNotAllowed(action="promise_denied", state=case.state, why="role")
    answer = db.session.get_one(Answer, row.answer_id)
    if (case.state != State.ANSWERED.value or asked.standing_of(row) is not Standing.KEPT
            or answer.round != case.round):
        raise MoveNotAllowed(action="promise_denied", state=case.state, why="moved")
    row.broken_at = clock.now()
    history.record(chain=f"case:{case.id}", type="promise_denied", actor=actor, role=Role.COMPLAINANT,
                   payload={"commitment": row.id})
    come_back(case, why=denied_promise(case.language))


def come_back(case: Case, *, why: str) -> None:
    """Take the agency at its word: what is overdue and unreported is broken, and the case returns in a new round
    for the reason ``why``, which the sender reads. The sender's one objection stays unused (design §13.7)."""
    now, today = clock.now(), clock.today()
    for row in asked.open_of(case):
        if row.promised_on < today:
            row.broken_at = now
    lifecycle.advance(case, Action.REOPEN, actor=SYSTEM, why=why, tell_sender=True)
    publication_promises.refresh(case)


def _run_next(case: Case) -> None:
    """Let the clock of the earliest open promise run, and no other."""
    waiting = asked.open_of(case)
    first = waiting[0] if waiting else None
    running = next((row for row in clocks.running_clocks(case) if row.kind == DeadlineKind.COMMITMENT.value), None)
    if running is not None and (first is None or first.deadline_id != running.id):
        clocks.stop_commitment(running)
        db.session.flush()  # a stopped clock frees its place in the unique index of running ones
        running = None
    if first is not None and running is None:
        deadline = clocks.start_commitment(case, max(first.promised_on, clock.today()))
        db.session.flush()  # the promise names its clock
        first.deadline_id = deadline.id


def _locked(case: Case, commitment_id: int) -> tuple[Case, Commitment]:
    """The case as the lock, so that the clock's sweep and two people take turns; then its promise as it stands."""
    held = db.session.scalars(select(Case).where(Case.id == case.id).with_for_update()
                              .execution_options(populate_existing=True)).one()
    row = db.session.scalar(select(Commitment).where(
        Commitment.id == commitment_id, Commitment.case_id == case.id)
        .execution_options(populate_existing=True))
    if row is None:
        raise OutOfReach("no such promise")
    return held, row


def _read(text: str, *, promised: str) -> str:
    """The report, when there is something in it. It is read as the answer to what was ``promised``."""
    words = text.strip()
    if not words:
        raise BadInput("text", "missing")
    if len(words) > LONGEST:
        raise BadInput("text", "too_long")
    if blanks(words):
        raise BadInput("text", "unfilled")
    verdict = read_answer(promised, words)
    if verdict.hard or verdict.probability >= shipped().close:  # nobody can overrule it: nearly sure only
        raise EmptyReport(verdict.marks)
    if not tells_a_past_day(words, clock.today()):
        raise BadInput("text", "no_day")
    return words
