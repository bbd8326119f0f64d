"""What the sender does with the tracking key: supply what was asked, judge the answer, object, withdraw."""

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.lifecycle import Action, State
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Note, Proposal
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.queries.deadlines import has_open_commitment
from feedback.services import lifecycle, outbox
from feedback.services.recipients import targets


def as_sender(case_id: int) -> Actor:
    """The actor who proved to hold this case's tracking key."""
    return Actor(roles=frozenset({Role.COMPLAINANT}), case_id=case_id)


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
    """Say for each point whether the answer answered it. By POST only: mail scanners open links."""
    if case.state != State.ANSWERED.value or actor.case_id != case.id:
        raise MoveNotAllowed(action=Action.CLOSE, state=case.state)
    for point in case.points:
        if point.n in answered:
            point.answered_by_sender = answered[point.n]


def close(case: Case, *, actor: Actor) -> None:
    """The sender is content, or (by the clock) said nothing for the time of objection. A case with an open
    promise cannot be closed (design §13.7)."""
    if has_open_commitment(case.id):
        raise MoveNotAllowed(action=Action.CLOSE, state=case.state, why="commitment_open")
    lifecycle.advance(case, Action.CLOSE, actor=actor)


def object_to(case: Case, *, actor: Actor, why: str) -> None:
    """Object once, with a reason, inside the time for it; the next round is read by somebody else. Raises
    MoveNotAllowed('too_late') afterwards."""
    if case.ended_at is not None:
        limit = limit_in_force("objection", clock.today())
        last = load_calendar().add_calendar_days(clock.local_date(case.ended_at), limit.amount)
        if clock.today() > last:
            raise MoveNotAllowed(action=Action.OBJECT, state=case.state, why="too_late")
    lifecycle.advance(case, Action.OBJECT, actor=actor, why=why)


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
