"""The one door through which a case changes its state.

``advance`` writes state, clocks, event and notices in the caller's transaction; ``propose`` and ``confirm`` do
the same for moves that need a second person. Nothing else in the house assigns ``case.state``: a test demands it.
"""

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import MoveNotAllowed, ReasonMissing, SamePerson, StaleEdit
from feedback.domain.lifecycle import ENDED, TABLE, Action, Move, State, find_move
from feedback.domain.permissions import Actor, acting_role
from feedback.domain.roles import Role
from feedback.domain.withdrawing import second_role
from feedback.extensions import db
from feedback.models.cases import Case, Note, Proposal
from feedback.queries.visibility import facts_of
from feedback.services import (
    clocks,
    contributions_lapse,
    extension_lapse,
    history,
    holdings,
    notices,
    retention,
    transfer_lapse,
)

Payload = dict[str, int | str | bool | None]


def begin(case: Case, *, actor: Actor, reachable: bool) -> None:
    """Give a new, flushed case its first state, clocks, event and notices (the ``submit`` move). Nothing is looked
    for: of a case that was not there a moment ago nothing runs, is held, proposed or asked. ``reachable``: whether
    an e-mail address was sealed with it."""
    move = find_move(Action.SUBMIT, None)
    role = next((r for r in Role if r in actor.roles and r in move.by), None)
    if role is None:
        raise MoveNotAllowed(action=move.action, state=None, why="role")
    today = clock.today()
    back = {"days_back": (today - case.received_on).days} if case.received_on not in (None, today) else {}
    if case.state != move.to.value:  # what is only said again would be flushed again
        case.state = move.to.value
    clocks.begin(case)
    history.open_chain(history.Told(
        chain=f"case:{case.id}", type=move.action.value, actor=actor, role=role, agency_id=case.agency_id,
        payload={"from": None, "to": move.to.value, "round": case.round, "note": None, "channel": case.channel,
                 **back}))
    if reachable:
        notices.notify_sender(case, move.action)


def advance(case: Case, action: Action, *, actor: Actor, why: str | None = None,
            expected_version: int | None = None, tell_sender: bool = False,
            payload: Payload | None = None) -> Note | None:
    """Move a case one step and return the note that keeps the reason, if one was given.

    ``why`` is kept as an erasable note, shown to the sender when ``tell_sender``; ``payload`` (ids and codes
    only) goes into the event. Raises StaleEdit when ``expected_version`` is not the case's version any more,
    MoveNotAllowed when the table, the role, the reach or the separation of duties forbids it or a second person
    is needed, ReasonMissing when the move has to say why.
    """
    move, role = _allowed(case, action, actor=actor, why=why, expected_version=expected_version)
    if move.second_by:
        raise MoveNotAllowed(action=action, state=case.state, why="second_person")
    note = _note(case, why, actor=actor, tell_sender=tell_sender)
    _perform(case, move, actor=actor, role=role, note=note, payload=payload or {})
    return note


def propose(case: Case, action: Action, *, actor: Actor, why: str, expected_version: int | None = None,
            merge_into_id: int | None = None, outside_name: str | None = None,
            outside_code: str | None = None) -> Proposal:
    """Ask for a move that needs a second person. The state stays; the reason is told to the sender only when
    the move is confirmed. Raises as ``advance``, and MoveNotAllowed when another proposal is still open."""
    move, role = _allowed(case, action, actor=actor, why=why, expected_version=expected_version)
    if not move.second_by:
        raise MoveNotAllowed(action=action, state=case.state, why="no_second_person")
    db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())  # one proposal at a time
    if open_proposal(case) is not None:
        raise MoveNotAllowed(action=action, state=case.state, why="proposal_open")
    note = _note(case, why, actor=actor, tell_sender=False)
    assert note is not None  # every move with a second person has to say why
    proposal = Proposal(
        case_id=case.id, action=action.value, note_id=note.id, proposed_by_id=actor.person_id,
        proposed_at=clock.now(), merge_into_id=merge_into_id, outside_name=outside_name,
        outside_code=outside_code)
    db.session.add(proposal)
    db.session.flush()  # the event names the proposal's id
    history.record(chain=f"case:{case.id}", type="propose", actor=actor, role=role,
                   payload={"action": action.value, "proposal": proposal.id, "note": note.id})
    return proposal


def confirm(case: Case, proposal: Proposal, *, actor: Actor) -> Move:
    """The second person agrees: the move happens. Raises SamePerson for who proposed it, MoveNotAllowed when
    the case has moved on meanwhile or the role may not confirm."""
    move = find_move(Action(proposal.action), State(case.state))
    role = _second(case, proposal, move, actor)
    note = db.session.get_one(Note, proposal.note_id)
    note.told_sender = True
    _decide(proposal, actor, granted=True)
    _perform(case, move, actor=actor, role=role, note=note, payload={"proposal": proposal.id})
    return move


def decline(case: Case, proposal: Proposal, *, actor: Actor, why: str) -> None:
    """The second person does not agree: the case stays where it is. Raises as ``confirm``."""
    if not why.strip():
        raise ReasonMissing(proposal.action)
    move = find_move(Action(proposal.action), State(case.state))
    role = _second(case, proposal, move, actor)
    note = _note(case, why, actor=actor, tell_sender=False)
    _decide(proposal, actor, granted=False)
    history.record(chain=f"case:{case.id}", type="decline", actor=actor, role=role,
                   payload={"action": proposal.action, "proposal": proposal.id,
                            "note": note.id if note else None})


def open_proposal(case: Case) -> Proposal | None:
    """The proposal of this case that still waits for a second person, if any."""
    return db.session.scalar(select(Proposal).where(Proposal.case_id == case.id,
                                                    Proposal.decided_at.is_(None)))


def file_historical(case: Case, *, actor: Actor, payload: Payload) -> None:
    """Put an imported, already answered case on the shelf: closed, without clocks, mail or ladder
    (design §13.3). The event carries the time of the import."""
    case.state = State.CLOSED.value
    case.historical = True
    case.ended_at = clock.now()
    db.session.flush()  # the chain is named by the case's id
    history.record(chain=f"case:{case.id}", type="imported", actor=actor, role=None, payload=payload)


def _allowed(case: Case, action: Action, *, actor: Actor, why: str | None,
             expected_version: int | None) -> tuple[Move, Role]:
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    move = find_move(action, State(case.state))
    role = acting_role(actor, move, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action=action, state=case.state, why="role")
    if case.historical:
        raise MoveNotAllowed(action=action, state=case.state, why="historical")
    if action is Action.OBJECT and case.objected:
        raise MoveNotAllowed(action=action, state=case.state, why="objected_once")
    if move.must_say_why and not (why or "").strip():
        raise ReasonMissing(action)
    return move, role


def _second(case: Case, proposal: Proposal, move: Move, actor: Actor) -> Role:
    db.session.refresh(proposal, with_for_update=True)  # of two who decide at once, the second finds it decided
    if proposal.decided_at is not None:
        raise MoveNotAllowed(action=move.action, state=case.state, why="decided")
    if actor.person_id is None or actor.person_id == proposal.proposed_by_id:
        raise SamePerson(proposal.action)
    role = second_role(actor, move, facts_of(case), pressed=proposal.pressed)
    if role is None:
        raise MoveNotAllowed(action=move.action, state=case.state, why="role")
    return role


def _decide(proposal: Proposal, actor: Actor, *, granted: bool) -> None:
    proposal.decided_by_id, proposal.decided_at, proposal.granted = actor.person_id, clock.now(), granted


def _note(case: Case, why: str | None, *, actor: Actor, tell_sender: bool) -> Note | None:
    if not (why or "").strip():
        return None
    note = Note(case_id=case.id, author_id=actor.person_id, kind="reason", body=(why or "").strip(),
                told_sender=tell_sender, written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the event names the note's id
    return note


def _perform(case: Case, move: Move, *, actor: Actor, role: Role, note: Note | None, payload: Payload) -> None:
    now = clock.now()
    if move.new_round:
        case.round += 1
        case.officer_id = None  # the next round is read by somebody else
        case.objected = case.objected or move.action is Action.OBJECT
        case.outcome = None
    case.state = move.to.value
    case.ended_at = now if move.to in ENDED else None
    if move.action is Action.RELEASE:
        case.answered_at = now
    db.session.flush()  # version check first: a stale case must not leave an event behind
    if move.to in ENDED or move.from_ in ENDED:
        retention.set_last_day(case)
    moved = clocks.turn(case, move)
    holdings.note(case, move)
    lapsed = _lapse(case)
    history.record(
        chain=f"case:{case.id}", type=move.action.value, actor=actor, role=role,
        agency_id=case.agency_id,
        payload={"from": move.from_.value if move.from_ else None, "to": move.to.value, "round": case.round,
                 "note": note.id if note else None, **({"lapsed": lapsed} if lapsed else {}), **moved,
                 **payload})
    transfer_lapse.lapse(case, came_from=move.from_)
    contributions_lapse.lapse(case)
    extension_lapse.lapse(case, came_from=move.from_)
    notices.notify(case, move.action, actor=actor)


def _lapse(case: Case) -> int | None:
    """A proposed step that the case has left behind can be decided by nobody any more: it ends ungranted, so
    that it does not stand in the way of the next one. Returns the proposal's id."""
    waiting = open_proposal(case)
    if waiting is None or (Action(waiting.action), State(case.state)) in TABLE:
        return None
    waiting.decided_at, waiting.granted = clock.now(), False
    return waiting.id
