"""What senders may ask about their own data, with the tracking key as proof: correct the contact, take back leave
to be named, be forgotten before the time (Law 91/2025/QH15 on personal data gives these rights)."""

from collections.abc import Mapping

from sqlalchemy import delete, select

from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.kinds import IdentityMode
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.services import history, identity, retention

CONTACT = ("email", "phone", "address")


def kept(case: Case) -> frozenset[str]:
    """Which fields of the sender are kept. What stands in them only the vault can read."""
    return frozenset(db.session.scalars(select(SealedIdentity.field).where(SealedIdentity.case_id == case.id)))


def replace_contact(case: Case, contact: Mapping[str, str], *, actor: Actor) -> None:
    """Seal new contacts in the place of old ones; what is left empty stays as it was. Raises BadInput('email',
    'missing') when nothing was given, MoveNotAllowed for somebody anonymous: they would not be any more."""
    _demand_own(case, actor)
    given = {field: value.strip() for field, value in contact.items() if field in CONTACT and value.strip()}
    if not given:
        raise BadInput("email", "missing")
    if case.identity_mode == IdentityMode.ANONYMOUS.value:
        raise MoveNotAllowed(action="contact", state=case.state, why="anonymous")
    last_day = db.session.scalar(
        select(SealedIdentity.purge_after).where(SealedIdentity.case_id == case.id).limit(1))
    db.session.execute(delete(SealedIdentity).where(
        SealedIdentity.case_id == case.id, SealedIdentity.field.in_(given)))
    identity.seal(case, given)
    for row in db.session.scalars(select(SealedIdentity).where(
            SealedIdentity.case_id == case.id, SealedIdentity.field.in_(given))):
        row.purge_after = last_day
    _record(case, "contact_changed", actor, {"fields": len(given)})


def take_back_name(case: Case, *, actor: Actor) -> None:
    """The agency may not know the sender's name any more; possible until the case was given to one."""
    _demand_own(case, actor)
    if not may_take_back(case):
        raise MoveNotAllowed(action="unname", state=case.state, why="given_away")
    case.identity_mode = IdentityMode.CONFIDENTIAL.value
    _record(case, "name_taken_back", actor, {})


def may_take_back(case: Case) -> bool:
    """Named, and not given to an agency yet."""
    return case.identity_mode == IdentityMode.NAMED.value and case.agency_id is None


def forget(case: Case, *, actor: Actor) -> list[str]:
    """Delete who sent the case now, with the names and originals of its files: give what is returned to
    ``retention.drop_originals`` after the commit. The tracking key still opens the case; nobody can write to its
    sender any more."""
    _demand_own(case, actor)
    identity.purge(case, actor=actor)
    _record(case, "sender_forgotten", actor, {})
    return retention.strip_files(case.id, actor=actor, role=Role.COMPLAINANT)


def _demand_own(case: Case, actor: Actor) -> None:
    if actor.case_id != case.id:
        raise MoveNotAllowed(action="identity", state=case.state, why="role")


def _record(case: Case, type_: str, actor: Actor, payload: dict[str, int]) -> None:
    history.record(chain=f"case:{case.id}", type=type_, actor=actor, role=Role.COMPLAINANT, payload=payload)
