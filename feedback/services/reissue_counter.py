"""A new tracking key at the counter, also for who stayed anonymous or left no e-mail (design §13.1).

One person of intake says what they checked, a second one confirms, the first one hands the key over.
"""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import MoveNotAllowed, NotPermitted, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.permissions import GRANTS, Actor, Permission, within_reach
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.models.reissues import KeyReissue
from feedback.queries.visibility import facts_of
from feedback.services import history
from feedback.services.reissue import give, has_key_of, key_of

COUNTER = "counter"
LASTS = timedelta(days=1)
"""How long a request waits for the second person, and then for its key to be shown."""


def ask(case: Case, *, actor: Actor, checked: str) -> KeyReissue:
    """Somebody of intake is sure that the sender stands before them, and says what they checked. A second person
    confirms. Raises OutOfReach, NotPermitted, ReasonMissing; MoveNotAllowed while another request waits or for a
    case that nobody tracks."""
    role = _demand(case, actor, Permission.CASE_INTAKE)
    if not checked.strip():
        raise ReasonMissing("a new key has to say what was checked")
    if case.key_hash is None or case.historical:
        raise MoveNotAllowed(action="new_key", state=case.state, why="nobody_tracks")
    if waiting(case.id) is not None:
        raise MoveNotAllowed(action="new_key", state=case.state, why="proposal_open")
    now = clock.now()
    # Not 'reason': what was checked may hint at who the sender is, and reasons are read by the handling agency.
    note = Note(case_id=case.id, author_id=actor.person_id, kind="key", body=checked.strip(), written_at=now)
    db.session.add(note)
    db.session.flush()  # the request names the note
    row = KeyReissue(case_id=case.id, way=COUNTER, asked_at=now, asked_by_id=actor.person_id, note_id=note.id,
                     expires_at=now + LASTS)
    db.session.add(row)
    db.session.flush()  # the event names the request
    _record(row, "key_asked", actor, role)
    return row


def decide(case: Case, row: KeyReissue, *, actor: Actor, granted: bool) -> None:
    """A second person of intake, the coordinator, or for a restricted case its desk, says yes or no. Raises
    OutOfReach, NotPermitted, SamePerson; MoveNotAllowed when it was decided before or is too old."""
    role = _demand(case, actor, Permission.CASE_READ_ORIGINAL)
    db.session.refresh(row, with_for_update=True)
    if actor.person_id == row.asked_by_id:
        raise SamePerson("new_key")
    if row.case_id != case.id or row.granted is not None or row.expires_at <= clock.now():
        raise MoveNotAllowed(action="new_key", state=case.state, why="decided")
    row.granted, row.decided_by_id, row.decided_at = granted, actor.person_id, clock.now()
    row.expires_at = row.decided_at + LASTS
    db.session.get_one(Note, row.note_id).told_sender = granted
    _record(row, "key_confirmed" if granted else "key_declined", actor, role)


def show(case: Case, row: KeyReissue, *, actor: Actor, nonce: str) -> str:
    """The confirmed new key, for who asked for it, to print and hand over; the old one ends now. The same
    ``nonce`` again gives the same key. Raises OutOfReach, NotPermitted; MoveNotAllowed unless it was confirmed
    within a day and not given before."""
    role = _demand(case, actor, Permission.CASE_INTAKE)
    db.session.refresh(row, with_for_update=True)  # of two who press at once, the second finds it given
    if actor.person_id != row.asked_by_id:
        raise NotPermitted("the key is shown to who stands before the sender")
    if row.used_at is not None and has_key_of(case, nonce):
        return key_of(nonce)
    if row.case_id != case.id or not row.granted or row.used_at is not None or row.expires_at <= clock.now():
        raise MoveNotAllowed(action="new_key", state=case.state, why="decided")
    give(case, row, nonce=nonce, actor=actor, role=role)
    return key_of(nonce)


def waiting(case_id: int) -> KeyReissue | None:
    """The request at the counter that is not done with: it waits for the second person, or for its key to be
    shown."""
    return db.session.scalar(select(KeyReissue).where(
        KeyReissue.case_id == case_id, KeyReissue.way == COUNTER, KeyReissue.granted.is_not(False),
        KeyReissue.used_at.is_(None), KeyReissue.expires_at > clock.now()).order_by(KeyReissue.id.desc()).limit(1))


def may(case: Case, actor: Actor, permission: Permission) -> bool:
    """Whether one of the actor's roles that itself reaches this case grants the permission."""
    return _role(case, actor, permission) is not None


def _demand(case: Case, actor: Actor, permission: Permission) -> Role:
    """The role that may. Raises OutOfReach, NotPermitted."""
    if not within_reach(actor, facts_of(case)):
        raise OutOfReach("no such case")
    role = _role(case, actor, permission)
    if role is None:
        raise NotPermitted("new keys are given by intake, and confirmed by intake or the province office")
    return role


def _role(case: Case, actor: Actor, permission: Permission) -> Role | None:
    if actor.person_id is None:
        return None
    facts = facts_of(case)
    return next((role for role in Role if role in actor.roles and permission in GRANTS[role]
                 and within_reach(replace(actor, roles=frozenset({role})), facts)), None)


def _record(row: KeyReissue, type_: str, actor: Actor, role: Role) -> None:
    history.record(chain=f"case:{row.case_id}", type=type_, actor=actor, role=role, payload={"reissue": row.id})
