"""What the sender does with the tracking key: supply what was asked, judge the answer, object, withdraw."""

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.lifecycle import Action, State
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Note, Proposal
from feedback.models.events import Event
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.queries.commitments import settled_on
from feedback.queries.deadlines import has_open_commitment
from feedback.queries.point_verdicts import SAID, said_of, written
from feedback.services import history, lifecycle, outbox, publication_promises
from feedback.services.recipients import targets


def as_sender(case_id: int) -> Actor:
    """The actor who proved to hold this case's tracking key."""
    return Actor(roles=frozenset({Role.COMPLAINANT}), case_id=case_id)

MOST_SAID = 50
"""So often a sender may say something new of the points of one case: each time stands in its history for ever."""


def supply(case: Case, *, actor: Actor, text: str) -> None:
    """Hand in what intake or the officer asked for. It is added to the sender's own words, and whoever asked reads
    it next: intake as it is, the agency with the sender hidden."""
    if not text.strip():
        raise BadInput("text", "missing")
    note = Note(case_id=case.id, author_id=None, kind="supplement", body=text.strip(), told_sender=True,
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the event names the note
    lifecycle.advance(case, Action.SUPPLEMENT, actor=actor, payload={"note": note.id})
    case.narrative = f"{case.narrative}\n\n{text.strip()}"


def say_answered(case: Case, *, actor: Actor, answered: dict[int, bool]) -> None:
    """Say for each point of the newest answer whether it was answered. By POST only: mail scanners open links. The
    points keep what was said last; the history keeps it for each answer (``queries.point_verdicts``), so that a
    mind can be changed often but not without end: MoveNotAllowed('said_often')."""
    answer_id = db.session.scalar(
        select(Answer.id).where(Answer.case_id == case.id, Answer.round == case.round,
                                Answer.released_at.is_not(None)).order_by(Answer.version.desc()).limit(1))
    if case.state != State.ANSWERED.value or actor.case_id != case.id or answer_id is None:
        raise MoveNotAllowed(action=Action.CLOSE, state=case.state)
    before = said_of([answer_id])[answer_id].points
    now = {**before, **{point.n: answered[point.n] for point in case.points if point.n in answered}}
    if now != before and _times_said(case) >= MOST_SAID:
        raise MoveNotAllowed(action=SAID, state=case.state, why="said_often")
    for point in case.points:
        if point.n in answered:
            point.answered_by_sender = answered[point.n]
    if now != before:
        history.record(chain=f"case:{case.id}", type=SAID, actor=actor, role=Role.COMPLAINANT,
                       payload={"answer": answer_id, **written(now)})


def _times_said(case: Case) -> int:
    return db.session.scalar(select(func.count()).select_from(Event).where(
        Event.chain == f"case:{case.id}", Event.type == SAID)) or 0


def close(case: Case, *, actor: Actor) -> None:
    """The sender is content, or (by the clock) said nothing for the time of objection. A case with an open
    promise cannot be closed (design §13.7)."""
    if has_open_commitment(case.id):
        raise MoveNotAllowed(action=Action.CLOSE, state=case.state, why="commitment_open")
    lifecycle.advance(case, Action.CLOSE, actor=actor)


def object_to(case: Case, *, actor: Actor, why: str) -> None:
    """Object once, with a reason, inside the time for it (which begins again when the last promise was kept); the
    next round is read by somebody else. Raises MoveNotAllowed('too_late') afterwards."""
    if case.ended_at is not None:
        limit = limit_in_force("objection", clock.today())
        last = load_calendar().add_calendar_days(settled_on(case, case.ended_at), limit.amount)
        if clock.today() > last:
            raise MoveNotAllowed(action=Action.OBJECT, state=case.state, why="too_late")
    lifecycle.advance(case, Action.OBJECT, actor=actor, why=why)
    publication_promises.refresh(case)  # what was promised before is replaced by the next answer


def ask_to_withdraw(case: Case, *, actor: Actor, why: str, pressed: bool | None = None) -> Proposal:
    """Ask to withdraw. A second person of the province office confirms, away from the handling agency.

    ``pressed``: whether the sender says that somebody pressed for it (None: not said). A yes is told to the
    province office at once."""
    proposal = lifecycle.propose(case, Action.WITHDRAW, actor=actor, why=why)
    proposal.pressed = pressed
    if pressed:
        for target in targets(case, Recipient.COORDINATOR):
            outbox.owe(notice=Notice.WITHDRAWAL_PRESSED, case_id=case.id, person_id=target.person_id,
                       agency_id=target.agency_id, dedupe=f"withdrawal-pressed.p{proposal.id}.{target.code}")
    return proposal
