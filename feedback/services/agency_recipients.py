"""Who is told of something that is about an agency's work and no case: its heads, the office, the leader."""

from sqlalchemy import ColumnElement, select

from feedback.domain.agencies import Tier
from feedback.domain.notices import Recipient
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.people import Person, RoleGrant
from feedback.queries.deputies import deputies_of_heads
from feedback.services.recipients import Target

_OFFICES = {Recipient.COORDINATOR: (Role.COORDINATOR, Tier.PROVINCE_OFFICE),
            Recipient.CHAIRMAN: (Role.LEADER, Tier.PROVINCE_CHAIRMAN)}


def told_at(agency_id: int | None, recipient: Recipient) -> list[Target]:
    """Everybody who stands for this recipient, seen from an agency: its heads and who acts for them today, else
    its mailbox, else the same of the agency above; the coordinators or the leaders of the province, else their
    mailbox."""
    if recipient in _OFFICES:
        role, tier = _OFFICES[recipient]
        return _people(role) or _mailbox(Agency.tier == tier.value)
    seen = set[int]()
    while agency_id is not None and agency_id not in seen:
        seen.add(agency_id)
        heads = _people(Role.AGENCY_HEAD, agency_id=agency_id)
        acting = deputies_of_heads([head.person_id for head in heads if head.person_id is not None])
        if found := list(dict.fromkeys([*heads, *map(Target, acting)])) or _mailbox(Agency.id == agency_id):
            return found
        agency_id = db.session.scalar(select(Agency.parent_id).where(Agency.id == agency_id))
    return told_at(None, Recipient.COORDINATOR)


def _people(role: Role, *, agency_id: int | None = None) -> list[Target]:
    query = (select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
             .where(RoleGrant.role == role.value, RoleGrant.revoked_at.is_(None), Person.disabled_at.is_(None))
             .order_by(Person.id))
    if agency_id is not None:
        query = query.where(Person.agency_id == agency_id)
    return [Target(person_id=found) for found in db.session.scalars(query)]


def _mailbox(which: ColumnElement[bool]) -> list[Target]:
    found = db.session.scalar(
        select(Agency.id).where(which, Agency.email.is_not(None)).order_by(Agency.id).limit(1))
    return [Target(agency_id=found)] if found is not None else []
