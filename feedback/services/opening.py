"""The only code that reads an identity. It runs in the vault process, which alone holds the private keys."""

from collections.abc import Callable

from nacl.public import PrivateKey
from sqlalchemy import select

from feedback import clock
from feedback.adapters import sealing
from feedback.domain import redaction
from feedback.domain.kinds import IdentityMode
from feedback.domain.permissions import Actor, may_know_sender
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import IdentityGrant, SealedIdentity
from feedback.models.outbox import Outbox
from feedback.models.people import Person, RoleGrant
from feedback.queries.agencies import tree_below
from feedback.queries.visibility import facts_of
from feedback.services import history
from feedback.services.identity import CHAIN, NOT_MATCHED

FindKey = Callable[[str], PrivateKey]
"""Gives the private key of a key id; raises KeyError when there is none."""


def owed_address(case_id: int, *, find_key: FindKey) -> tuple[str, str] | None:
    """E-mail and language of the sender, only while the outbox owes them a notice about this case."""
    owed = select(Outbox.id).where(
        Outbox.case_id == case_id, Outbox.person_id.is_(None), Outbox.agency_id.is_(None),
        Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))
    if db.session.scalar(owed.limit(1)) is None:
        return None
    email = read(case_id, find_key=find_key, only="email").get("email")
    if email is None:
        return None
    language = db.session.scalars(select(Case.language).where(Case.id == case_id)).one()
    return email, language


def ranges_of_sender(case_id: int, texts: list[str], *, find_key: FindKey) -> list[list[tuple[int, int]]]:
    """Where the texts name the sender; offsets only, never what was found."""
    known = sorted(value for name, value in read(case_id, find_key=find_key).items() if name not in NOT_MATCHED)
    if not known:
        return [[] for _ in texts]
    return [[(hit.start, hit.end) for hit in redaction.scan(text, known=known)
             if hit.kind is redaction.MarkKind.KNOWN] for text in texts]


def record_opening(grant_id: int, *, person_id: int) -> int | None:
    """Check the grant and write the opening into the history; return the case's id, or None when this person
    has no grant in force. The caller commits before it reads anything: no event, no identity.

    In force: asked for by this person, given by another one who is still with us, not yet 24 hours old.
    """
    now = clock.now()
    grant = db.session.get(IdentityGrant, grant_id)
    if (grant is None or grant.asked_by_id != person_id or grant.granted_by_id in (None, person_id)
            or grant.granted_at is None or grant.granted_at > now
            or grant.expires_at is None or grant.expires_at <= now):
        return None
    people = {p.id: p for p in db.session.scalars(
        select(Person).where(Person.id.in_([person_id, grant.granted_by_id])))}
    if len(people) != 2 or any(p.disabled_at is not None for p in people.values()):
        return None
    roles = {Role(r) for r in db.session.scalars(
        select(RoleGrant.role).where(RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)))}
    agency_id = people[person_id].agency_id
    tree = tree_below(agency_id) if agency_id is not None and Role.AGENCY_HEAD in roles else frozenset()
    reader = Actor(roles=frozenset(roles), person_id=person_id, agency_id=agency_id, agency_tree=tree)
    case = db.session.get_one(Case, grant.case_id)
    facts = facts_of(case)
    if (not may_know_sender(reader, facts, IdentityMode(case.identity_mode))
            or grant.granted_by_id in facts.conflict_person_ids):
        return None  # the case went elsewhere, is about one of the two, or the agency was promised away
    fields = db.session.scalars(
        select(SealedIdentity.id).where(SealedIdentity.case_id == grant.case_id)).all()
    role = next((r for r in Role if r in roles), None)
    history.record(
        chain=CHAIN, type="identity_opened", actor=reader, role=role, agency_id=reader.agency_id,
        payload={"case": grant.case_id, "grant": grant.id, "fields": len(fields)})
    # Once more where the sender reads it, with the reason that was given.
    history.record(
        chain=f"case:{grant.case_id}", type="identity_opened", actor=reader, role=role, agency_id=reader.agency_id,
        payload={"grant": grant.id, "note": grant.note_id})
    return grant.case_id


def read(case_id: int, *, find_key: FindKey, only: str | None = None) -> dict[str, str]:
    """The sender's fields of one case. Raises SealBroken when a row was not sealed for this case and field,
    KeyError when its key is gone."""
    rows = select(SealedIdentity, Case.reference).join(Case, Case.id == SealedIdentity.case_id).where(
        SealedIdentity.case_id == case_id)
    if only is not None:
        rows = rows.where(SealedIdentity.field == only)
    return {row.field: sealing.unseal(find_key(row.key_id), row.sealed, reference, row.field)
            for row, reference in db.session.execute(rows)}


def reseal(*, current: PrivateKey, current_id: str, find_key: FindKey, most: int = 200) -> int:
    """Seal up to ``most`` rows of older keys anew; return how many. 0: every row has the current key."""
    rows = db.session.execute(
        select(SealedIdentity, Case.reference).join(Case, Case.id == SealedIdentity.case_id)
        .where(SealedIdentity.key_id != current_id).order_by(SealedIdentity.id).limit(most)).all()
    for row, reference in rows:
        plain = sealing.unseal(find_key(row.key_id), row.sealed, reference, row.field)
        row.sealed = sealing.seal(current.public_key, reference, row.field, plain)
        row.key_id = current_id
    db.session.flush()  # the next batch must not find these rows again
    return len(rows)
