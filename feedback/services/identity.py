"""Who sent a case: sealing it, asking to open it, allowing it as a second person, and forgetting it.

The web can do all of this and can never read an identity: opening is the vault's (``opening.py``).
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from flask import current_app
from sqlalchemy import delete, insert, or_, select, update

from feedback import clock
from feedback.adapters import sealing, vault_keys
from feedback.domain.complaints import IDENTITY_FIELDS
from feedback.domain.errors import NotPermitted, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.kinds import IdentityMode
from feedback.domain.permissions import GRANTS, Actor, Permission, may_know_sender, reads_original, within_reach
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.models.identity import IdentityGrant, SealedIdentity
from feedback.queries.visibility import facts_of
from feedback.services import history

NOT_MATCHED = frozenset({"position", "relation"})
"""Fields whose words ("giám đốc", "mẹ") stand in many texts and name nobody: not looked for in texts."""
GRANT_LASTS = timedelta(hours=24)
CHAIN = "sys:identity"


_NEW_SEALED = insert(SealedIdentity.__table__)


def seal(case: Case, fields: dict[str, str]) -> frozenset[str]:
    """Seal what the sender said about themselves: any of domain.complaints.IDENTITY_FIELDS; empty ones are left.
    The names of the fields that were sealed.

    The case must have its id and reference. Raises ValueError for a field of another name, and KeysUnsafe
    when there is no public key: a complaint is then not taken in with a name that nobody could protect.
    """
    given = {field: unicodedata.normalize("NFC", value).strip() for field, value in fields.items()}
    if unknown := set(given) - set(IDENTITY_FIELDS):
        raise ValueError(f"no such field of an identity: {', '.join(sorted(unknown))}")
    given = {field: value for field, value in given.items() if value}
    if not given:
        return frozenset()
    settings = current_app.extensions["settings"]
    public = vault_keys.load_public(settings.keys)
    key_id, now = vault_keys.key_id(public), clock.now()
    db.session.connection().execute(_NEW_SEALED, [
        {"case_id": case.id, "field": field, "sealed": sealing.seal(public, case.reference, field, value),
         "key_id": key_id, "created_at": now, "blind_index": blind_index(field, value, pepper=settings.pepper)}
        for field, value in given.items()])
    return frozenset(given)


def blind_index(field: str, value: str, *, pepper: str) -> str | None:
    """16 hex digits that are equal for the same phone or e-mail however it was typed, and tell nothing
    without the pepper; None for fields that are not compared (name, address) and for values without substance."""
    if field == "email":
        plain = unicodedata.normalize("NFKC", value).strip().casefold()
    elif field == "phone":
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", value))
        plain = "0" + digits[2:] if digits.startswith("84") and len(digits) > 9 else digits
    else:
        return None
    if not plain:
        return None
    return hmac.new(pepper.encode(), f"blind index:{field}:{plain}".encode(), hashlib.sha256).hexdigest()[:16]


def ask_grant(case: Case, *, actor: Actor, why: str) -> IdentityGrant:
    """Ask to open the sender's identity. The reason is shown to the sender once the grant is given.

    Raises OutOfReach when the case is not the actor's to see, NotPermitted for who may not know the sender
    (``permissions.may_know_sender``), ReasonMissing without a reason.
    """
    _demand_reach(case, actor)
    if actor.person_id is None or not may_know_sender(actor, facts_of(case), IdentityMode(case.identity_mode)):
        raise NotPermitted("this sender was promised that the agency never sees who wrote")
    if not why.strip():
        raise ReasonMissing("opening an identity has to say why")
    note = Note(case_id=case.id, author_id=actor.person_id, kind="reason", body=why.strip(),
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the grant and the event name the note
    grant = IdentityGrant(case_id=case.id, asked_by_id=actor.person_id, note_id=note.id)
    db.session.add(grant)
    db.session.flush()  # the event names the grant
    history.record(chain=CHAIN, type="identity_asked", actor=actor, role=_role(actor, Permission.CASE_READ),
                   payload={"case": case.id, "grant": grant.id, "note": note.id})
    return grant


def give_grant(grant: IdentityGrant, *, actor: Actor) -> None:
    """Allow the opening, as a second person, for 24 hours.

    The giver may read this case's originals (intake, the coordinating office, the restricted desk), is not who
    asked, and does not belong to the agency that handles the case. Raises OutOfReach, SamePerson, NotPermitted;
    also NotPermitted for a grant that was already decided.
    """
    _demand_second_person(grant, actor)
    now = clock.now()
    grant.granted_by_id, grant.granted_at, grant.expires_at = actor.person_id, now, now + GRANT_LASTS
    db.session.get_one(Note, grant.note_id).told_sender = True
    history.record(chain=CHAIN, type="identity_granted", actor=actor,
                   role=_role(actor, Permission.CASE_READ_ORIGINAL),
                   payload={"case": grant.case_id, "grant": grant.id,
                            "hours": GRANT_LASTS // timedelta(hours=1)})


def decline_grant(grant: IdentityGrant, *, actor: Actor, why: str) -> None:
    """Do not allow the opening. Who asked reads the reason; the sender is not told, because nothing was opened.
    The row ends without ever having been given. Raises as ``give_grant``, and ReasonMissing."""
    _demand_second_person(grant, actor)
    if not why.strip():
        raise ReasonMissing("declining an opening has to say why")
    note = Note(case_id=grant.case_id, author_id=actor.person_id, kind="identity", body=why.strip(),
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the events name the note
    grant.expires_at = clock.now()
    role = _role(actor, Permission.CASE_READ_ORIGINAL)
    history.record(chain=CHAIN, type="identity_declined", actor=actor, role=role,
                   payload={"case": grant.case_id, "grant": grant.id, "reason": note.id})
    history.record(chain=f"case:{grant.case_id}", type="identity_declined", actor=actor, role=role,
                   payload={"grant": grant.id, "reason": note.id})


def _demand_second_person(grant: IdentityGrant, actor: Actor) -> None:
    db.session.refresh(grant, with_for_update=True)  # of two who decide at once, the second finds it decided
    case = db.session.get_one(Case, grant.case_id)
    facts = facts_of(case)
    if not within_reach(actor, facts):
        raise OutOfReach("no such case")
    if actor.person_id is None or actor.person_id == grant.asked_by_id:
        raise SamePerson("a second person has to allow the opening")
    if not reads_original(actor, facts):
        raise NotPermitted("only those who may read originals may allow an opening")
    if case.agency_id is not None and actor.agency_id == case.agency_id:
        raise NotPermitted("the handling agency cannot allow itself to see who complained")
    if grant.granted_at is not None or grant.expires_at is not None:
        raise NotPermitted("this request was already decided")


def note_search(case_ids: Sequence[int], *, kind: str, actor: Actor) -> None:
    """Write down that somebody looked for the cases of a telephone number or an e-mail, and which they found (the
    first ten by id). ``kind``: phone or email."""
    history.record(
        chain=CHAIN, type="contact_searched", actor=actor, role=_role(actor, Permission.CASE_READ_ORIGINAL),
        payload={"by": kind, "cases": len(case_ids), **{f"case_{n}": id_ for n, id_ in enumerate(
            sorted(case_ids)[:10], start=1)}})


def purge(case: Case, *, actor: Actor) -> int:
    """Forget who sent the case and end the grants that are in force; return how many fields went.

    What stays is the event that it was done. Copies in backups go when the backup is restored and purged
    again from the events.
    """
    now = clock.now()
    fields = list(db.session.scalars(select(SealedIdentity.field).where(SealedIdentity.case_id == case.id)))
    db.session.execute(delete(SealedIdentity).where(SealedIdentity.case_id == case.id))
    db.session.execute(update(IdentityGrant).where(
        IdentityGrant.case_id == case.id,
        or_(IdentityGrant.expires_at > now, IdentityGrant.expires_at.is_(None))).values(expires_at=now))
    role = next((r for r in Role if r in actor.roles), None)
    history.record(chain=CHAIN, type="identity_purged", actor=actor, role=role,
                   payload={"case": case.id, "fields": len(fields)})
    return len(fields)


def _demand_reach(case: Case, actor: Actor) -> None:
    if not within_reach(actor, facts_of(case)):
        raise OutOfReach("no such case")


def _role(actor: Actor, permission: Permission) -> Role | None:
    return next((r for r in Role if r in actor.roles and permission in GRANTS[r]), None)
