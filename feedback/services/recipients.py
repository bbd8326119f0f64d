"""Who is told: from a recipient of ``domain.notices`` to people and mailboxes, seen from one case.

Nobody from whom the case is hidden is told. When that leaves nobody, the next level up is (design §7).
"""

from dataclasses import dataclass

from sqlalchemy import Select, select

from feedback.domain.agencies import Tier
from feedback.domain.conflicts import About, levels_of
from feedback.domain.kinds import IdentityMode
from feedback.domain.notices import Recipient
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict
from feedback.models.identity import SealedIdentity
from feedback.models.people import Person, RoleGrant
from feedback.queries.deputies import deputies_of_heads


@dataclass(frozen=True)
class Target:
    """One recipient: a member of staff, an agency's mailbox, or (both None) the sender of the case."""

    person_id: int | None = None
    agency_id: int | None = None

    @property
    def code(self) -> str:
        """The recipient's part of a dedupe key."""
        if self.person_id is not None:
            return f"p{self.person_id}"
        return f"a{self.agency_id}" if self.agency_id is not None else "s"


SENDER = Target()

_NEXT_UP: dict[Recipient, Recipient] = {
    Recipient.OFFICER: Recipient.AGENCY_HEAD,
    Recipient.AGENCY_HEAD: Recipient.COORDINATOR,
    Recipient.COORDINATOR: Recipient.CHAIRMAN,
}


def targets(case: Case, recipient: Recipient) -> list[Target]:
    """Everybody who stands for this recipient of this case, people by id. Empty when there is nobody at all."""
    if recipient is Recipient.COMPLAINANT:
        return [SENDER] if _can_be_told(case) else []
    if case.restricted:
        # Invisible to agencies, coordinators and leaders (design §13.8): its own desk hears of everything.
        return _people(case, Role.RESTRICTED_DESK)
    level: Recipient | None = recipient
    moved_up = levels_of(case.moved_up or "")
    while level is not None:
        # A level that a conflict of interest took out decides nothing, so it is told nothing.
        if level is Recipient.COORDINATOR and About.OFFICE in moved_up:
            level = Recipient.CHAIRMAN
        if found := _at_level(case, level):
            return found
        level = _NEXT_UP.get(level)
    return []


def _at_level(case: Case, level: Recipient) -> list[Target]:
    if level is Recipient.OFFICER:
        return [] if case.officer_id is None else _people(case, Role.OFFICER, person_id=case.officer_id)
    if level is Recipient.AGENCY_HEAD:
        return _of_agency(case)
    role = Role.COORDINATOR if level is Recipient.COORDINATOR else Role.LEADER
    tier = Tier.PROVINCE_OFFICE if level is Recipient.COORDINATOR else Tier.PROVINCE_CHAIRMAN
    return _people(case, role) or _mailbox(case, select(Agency.id).where(
        Agency.tier == tier.value, Agency.email.is_not(None)).order_by(Agency.id).limit(1))


def _of_agency(case: Case) -> list[Target]:
    """The heads of the handling agency; when it has none in the system, its mailbox; then the agency above. Where
    the head is in conflict, the heads above alone: a mailbox cannot decide."""
    agency_id, seen = case.agency_id, set[int]()
    head_out = About.HEAD in levels_of(case.moved_up or "")
    while agency_id is not None and agency_id not in seen:
        seen.add(agency_id)
        if not head_out:
            found = _heads(case, agency_id) or _mailbox(
                case, select(Agency.id).where(Agency.id == agency_id, Agency.email.is_not(None)))
        else:
            found = [] if agency_id == case.agency_id else _heads(case, agency_id)
        if found:
            return found
        agency_id = db.session.scalar(select(Agency.parent_id).where(Agency.id == agency_id))
    return []


def _heads(case: Case, agency_id: int) -> list[Target]:
    """The heads of an agency and who acts for them today."""
    heads = _people(case, Role.AGENCY_HEAD, agency_id=agency_id)
    acting = deputies_of_heads([head.person_id for head in heads if head.person_id is not None])
    if not acting:
        return heads
    hidden = set(db.session.scalars(select(Conflict.person_id).where(Conflict.case_id == case.id)))
    return list(dict.fromkeys([*heads, *(Target(person_id=one) for one in acting if one not in hidden)]))


def _people(case: Case, role: Role, *, person_id: int | None = None, agency_id: int | None = None) -> list[Target]:
    hidden = select(Conflict.person_id).where(Conflict.case_id == case.id)
    query = (select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
             .where(RoleGrant.role == role.value, RoleGrant.revoked_at.is_(None), Person.disabled_at.is_(None),
                    Person.id.not_in(hidden)).order_by(Person.id))
    if person_id is not None:
        query = query.where(Person.id == person_id)
    if agency_id is not None:
        query = query.where(Person.agency_id == agency_id)
    return [Target(person_id=found) for found in db.session.scalars(query)]


def _mailbox(case: Case, agency: Select[tuple[int]]) -> list[Target]:
    """The mailbox of this agency, unless the case is hidden from somebody there: everybody there may read it."""
    found = db.session.scalar(agency)
    if found is None:
        return []
    hidden_there = db.session.scalar(
        select(Conflict.id).join(Person, Person.id == Conflict.person_id)
        .where(Conflict.case_id == case.id, Person.agency_id == found).limit(1))
    return [] if hidden_there is not None else [Target(agency_id=found)]


def _can_be_told(case: Case) -> bool:
    """Whether the sender is not anonymous and gave an e-mail address (which stays sealed)."""
    if case.identity_mode == IdentityMode.ANONYMOUS.value:
        return False
    return db.session.scalar(select(SealedIdentity.id).where(
        SealedIdentity.case_id == case.id, SealedIdentity.field == "email").limit(1)) is not None
