"""Who is told: from a recipient of ``domain.notices`` to people and mailboxes, seen from one case.

Nobody from whom the case is hidden is told. When that leaves nobody, the next level up is (design §7).
"""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, select

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


def at_agency(case: Case, agency_id: int) -> list[Target]:
    """Who hears for an agency that does not hold the case (named as competent, contributing, superior): its heads
    and who acts for them, else its mailbox, else the coordinating office. Nobody for a restricted case."""
    if case.restricted:
        return []
    return (_heads(case, agency_id)
            or _mailbox(case, select(Agency.id).where(Agency.id == agency_id, Agency.email.is_not(None)))
            or targets(case, Recipient.COORDINATOR))


def targets_of_clock(case: Case | None, recipient: Recipient, *, held_by: int | None) -> list[Target]:
    """Who stands for this recipient of a clock that the agency ``held_by`` holds (None: whoever has the case).
    What is meant for the officer or the head goes to that agency, also where another one handles the case (a joint
    answer, a transfer that waits for a reply). A clock without a case reaches the heads of its agency, then the
    coordinating office, then the chairman."""
    its_own = recipient in (Recipient.OFFICER, Recipient.AGENCY_HEAD)
    if case is not None:
        elsewhere = its_own and held_by is not None and held_by != case.agency_id
        return at_agency(case, held_by) if elsewhere and held_by is not None else targets(case, recipient)
    found = []
    if its_own and held_by is not None:
        found = _heads(None, held_by) or _mailbox(
            None, select(Agency.id).where(Agency.id == held_by, Agency.email.is_not(None)))
    if not found and recipient is not Recipient.CHAIRMAN:
        found = _of_province(None, Recipient.COORDINATOR)
    return found or _of_province(None, Recipient.CHAIRMAN)


def _at_level(case: Case, level: Recipient) -> list[Target]:
    if level is Recipient.OFFICER:
        return _officer(case)
    if level is Recipient.AGENCY_HEAD:
        return _of_agency(case)
    return _of_province(case, level)


def _of_province(case: Case | None, level: Recipient) -> list[Target]:
    """The coordinating office, or the chairman's."""
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


def _heads(case: Case | None, agency_id: int) -> list[Target]:
    """The heads of an agency and who acts for them today."""
    return _with_deputies(case, _people(case, Role.AGENCY_HEAD, agency_id=agency_id))


def _officer(case: Case) -> list[Target]:
    """The officer of a case and who acts for them today."""
    if case.officer_id is None:
        return []
    return _with_deputies(case, _people(case, Role.OFFICER, person_id=case.officer_id))


def _with_deputies(case: Case | None, people: list[Target]) -> list[Target]:
    """These people and who acts for them today, without those from whom the case is hidden."""
    acting = deputies_of_heads([one.person_id for one in people if one.person_id is not None])
    if not acting:
        return people
    hidden = set() if case is None else set(
        db.session.scalars(select(Conflict.person_id).where(Conflict.case_id == case.id)))
    return list(dict.fromkeys([*people, *(Target(person_id=one) for one in acting if one not in hidden)]))


def _people(case: Case | None, role: Role, *, person_id: int | None = None,
            agency_id: int | None = None) -> list[Target]:
    found = db.session.scalars(
        _with_role(seen=case is not None, one=person_id is not None, there=agency_id is not None),
        {"role": role.value, "case": None if case is None else case.id, "person": person_id, "agency": agency_id})
    return [Target(person_id=one) for one in found]


@cache
def _with_role(*, seen: bool, one: bool, there: bool) -> Select[tuple[int]]:
    """Who has a role: those from whom the case is not hidden (``seen``), this person (``one``), at this agency
    (``there``). Put together once: it is asked for each recipient of each notice."""
    query = (select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
             .where(RoleGrant.role == bindparam("role"), RoleGrant.revoked_at.is_(None),
                    Person.disabled_at.is_(None))
             .order_by(Person.id))
    if seen:
        query = query.where(Person.id.not_in(
            select(Conflict.person_id).where(Conflict.case_id == bindparam("case"))))
    if one:
        query = query.where(Person.id == bindparam("person"))
    if there:
        query = query.where(Person.agency_id == bindparam("agency"))
    return query


def _mailbox(case: Case | None, agency: Select[tuple[int]]) -> list[Target]:
    """The mailbox of this agency, unless the case is hidden from somebody there: everybody there may read it."""
    found = db.session.scalar(agency)
    if found is None:
        return []
    if case is None:
        return [Target(agency_id=found)]
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
