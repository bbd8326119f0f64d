"""What each role may do, and to which cases: grants × reach, in one file (design §7).

``within_reach`` here and ``feedback.queries.visibility.visible_to`` in SQL are twins; a test asks both the same
questions over a grid.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from feedback.domain.conflicts import About
from feedback.domain.kinds import IdentityMode
from feedback.domain.lifecycle import Action, Move
from feedback.domain.roles import REACH, Reach, Role


class Permission(StrEnum):
    """Doors of the desks. A view names exactly one of these."""

    CASE_READ = "case_read"
    CASE_READ_ORIGINAL = "case_read_original"
    CASE_INTAKE = "case_intake"
    CASE_ACT = "case_act"
    CASE_DRAFT = "case_draft"
    CASE_APPROVE = "case_approve"
    CASE_GATE = "case_gate"
    CASE_OVERSEE = "case_oversee"
    PUBLICATION_DRAFT = "publication_draft"
    PUBLICATION_APPROVE = "publication_approve"
    PEOPLE_MANAGE = "people_manage"
    AGENCIES_READ = "agencies_read"
    CALENDAR_READ = "calendar_read"
    WATCH_READ = "watch_read"
    """How the sweeps run, and the mails and cases that lie (``/admin/watch``)."""
    REGISTERS_MANAGE = "registers_manage"
    AUDIT_READ = "audit_read"
    OWN_ACCOUNT = "own_account"


P = Permission
_EVERY_STAFF = {P.OWN_ACCOUNT}
_READER = _EVERY_STAFF | {P.CASE_READ}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.COMPLAINANT: frozenset(),
    Role.SYSTEM: frozenset(),
    Role.INTAKE: frozenset(_READER | {P.CASE_READ_ORIGINAL, P.CASE_INTAKE, P.CASE_ACT}),
    Role.OFFICER: frozenset(_READER | {P.CASE_DRAFT, P.CASE_ACT}),
    Role.AGENCY_HEAD: frozenset(_READER | {P.CASE_APPROVE, P.CASE_ACT}),
    Role.COORDINATOR: frozenset(
        _READER | {P.CASE_READ_ORIGINAL, P.CASE_GATE, P.CASE_OVERSEE, P.CASE_ACT, P.CALENDAR_READ,
        P.WATCH_READ}),
    Role.PUBLISHER: frozenset(_EVERY_STAFF | {P.PUBLICATION_DRAFT, P.PUBLICATION_APPROVE}),
    Role.LEADER: frozenset(_READER | {P.CASE_OVERSEE, P.CASE_ACT}),
    Role.RESTRICTED_DESK: frozenset(_READER | {P.CASE_READ_ORIGINAL, P.CASE_INTAKE, P.CASE_ACT}),
    Role.AUDITOR: frozenset(_EVERY_STAFF | {P.AUDIT_READ}),
    Role.ADMINISTRATOR: frozenset(_EVERY_STAFF | {P.PEOPLE_MANAGE, P.AGENCIES_READ, P.CALENDAR_READ, P.WATCH_READ,
                                                  P.REGISTERS_MANAGE}),
}
"""What each role may do. Administrators manage people and cannot read cases; the original words of a complaint
are for intake, the gate and the restricted desk only, never for the handling agency (design §7, §13.9). A leader
acts, and reads those words, only where a conflict of interest took the coordinating office out
(``roles_filled``)."""


@dataclass(frozen=True)
class Actor:
    """Who is acting, as the rules see them. ``agency_tree`` holds the ids of the person's agency and all below
    it; ``case_id`` is set for a complainant who proved to hold that case's tracking key."""

    roles: frozenset[Role]
    person_id: int | None = None
    agency_id: int | None = None
    agency_tree: frozenset[int] = field(default_factory=frozenset)
    case_id: int | None = None
    deputy_at: frozenset[int] = field(default_factory=frozenset)
    """Ids of the agencies whose head this person acts for today; their trees are part of ``agency_tree``."""

    def can(self, permission: Permission) -> bool:
        """Whether any of the roles grants this permission."""
        return any(permission in GRANTS[role] for role in self.roles)

    @property
    def reaches(self) -> frozenset[Reach]:
        """All reaches the roles give together."""
        return frozenset(REACH[role] for role in self.roles)


SYSTEM = Actor(roles=frozenset({Role.SYSTEM}))
"""The clock and the sweeps."""


@dataclass(frozen=True)
class CaseFacts:
    """The few facts of a case that decide who may see or move it."""

    case_id: int
    agency_id: int | None
    restricted: bool
    officer_id: int | None = None
    conflict_person_ids: frozenset[int] = frozenset()
    drafter_ids: frozenset[int] = frozenset()
    approver_ids: frozenset[int] = frozenset()
    objected: bool = False
    moved_up: frozenset[About] = frozenset()
    """Levels that a conflict of interest took out."""
    head_above: bool = False
    """Whether an agency above has a head who may see the case; asked only when HEAD is taken out."""


def within_reach(actor: Actor, facts: CaseFacts) -> bool:
    """Whether this actor may know that the case exists. Twin of ``visible_to``."""
    if actor.person_id is not None and actor.person_id in facts.conflict_person_ids:
        return False
    reaches = actor.reaches
    if Reach.OWN in reaches and actor.case_id == facts.case_id:
        return True
    if facts.restricted:
        return Reach.RESTRICTED in reaches
    if Reach.ALL in reaches:
        return True
    if Reach.AGENCY_TREE in reaches and facts.agency_id in actor.agency_tree:
        return True
    return Reach.AGENCY in reaches and facts.agency_id is not None and facts.agency_id == actor.agency_id


def reads_original(actor: Actor, facts: CaseFacts) -> bool:
    """Whether this actor may read the sender's own words of this case. A role grants it only where that role
    itself reaches: the restricted desk's eyes do not open an ordinary case of the person's agency."""
    return any((Permission.CASE_READ_ORIGINAL in GRANTS[role]
                or (role is Role.LEADER and About.OFFICE in facts.moved_up))
               and within_reach(only_in(actor, role), facts) for role in actor.roles)


def roles_filled(actor: Actor, role: Role, facts: CaseFacts) -> frozenset[Role]:
    """The roles of the table of moves for which ``role`` of this actor stands on this case. Without a conflict of
    interest: itself. With one, every decision is one level up (design §7): the head of the agency gives way to
    the head above, or to the coordinator where there is none; the coordinator gives way to the leader."""
    filled = {role}
    office_out = About.OFFICE in facts.moved_up
    if About.HEAD in facts.moved_up:
        if role is Role.AGENCY_HEAD and facts.agency_id in (actor.deputy_at or {actor.agency_id}):
            filled.discard(Role.AGENCY_HEAD)
        if not facts.head_above and role is (Role.LEADER if office_out else Role.COORDINATOR):
            filled.add(Role.AGENCY_HEAD)
    if office_out and role is Role.COORDINATOR:
        filled.discard(Role.COORDINATOR)
    if office_out and role is Role.LEADER:
        filled.add(Role.COORDINATOR)
    return frozenset(filled)


def acting_role(actor: Actor, move: Move, facts: CaseFacts) -> Role | None:
    """The role in which this actor may make this move on this case, or None. Besides the table's column: the
    role's own reach must cover the case, nobody approves what they drafted, and whoever drafted or approved an
    answer cannot clear the gate: three steps, three people, also where somebody has several roles. A conflict of
    interest moves the column one level up (``roles_filled``)."""
    if actor.person_id is not None and actor.person_id in facts.conflict_person_ids:
        return None
    if move.action is Action.APPROVE and actor.person_id in facts.drafter_ids:
        return None
    if (move.action in (Action.RELEASE, Action.RETURN)
            and actor.person_id in facts.drafter_ids | facts.approver_ids):
        return None
    if (move.action is Action.PROPOSE_ANSWER and facts.officer_id is not None
            and actor.person_id != facts.officer_id):
        return None
    if (move.action in (Action.ASK_SUBMITTER, Action.RESUME) and Role.OFFICER in move.by
            and Role.SYSTEM not in actor.roles and facts.officer_id not in (None, actor.person_id)):
        return None  # the officer's own question is asked, and given up, by who writes the answer
    if move.action is Action.TAKE and facts.objected and actor.person_id in facts.drafter_ids:
        return None  # an objection is read by somebody else
    for role in Role:
        if role in actor.roles and roles_filled(actor, role, facts) & move.by and (
                role is Role.SYSTEM or within_reach(only_in(actor, role), facts)):
            return role
    return None


def confirming_role(actor: Actor, move: Move, facts: CaseFacts) -> Role | None:
    """The role in which this actor may confirm the move as second person, or None."""
    for role in Role:
        if (role in actor.roles and roles_filled(actor, role, facts) & move.second_by
                and within_reach(only_in(actor, role), facts)):
            return role
    return None


def may_know_sender(actor: Actor, facts: CaseFacts, mode: IdentityMode) -> bool:
    """Whether this actor may ask who sent the case at all. Where the sender chose to be named, whoever works on it
    within reach. In confidence, only who may read the originals and does not belong to the handling agency: it was
    promised on the form that this agency never sees who wrote. Of anonymous senders there is nothing to know."""
    if mode is IdentityMode.ANONYMOUS or not within_reach(actor, facts):
        return False
    if mode is IdentityMode.NAMED:
        return actor.can(Permission.CASE_READ)
    of_agency = facts.agency_id is not None and actor.agency_id == facts.agency_id
    return reads_original(actor, facts) and not of_agency


def may_record_conflict(actor: Actor, facts: CaseFacts, about: About) -> bool:
    """Whether this actor may say that the case is about somebody: who reads it first, the coordinating office and
    the leader always; the head of the handling agency for an officer of theirs."""
    if actor.person_id is None or not within_reach(actor, facts):
        return False
    if reads_original(actor, facts) or (Role.LEADER in actor.roles and not facts.restricted):
        return True
    return (about is About.OFFICER and Role.AGENCY_HEAD in actor.roles
            and within_reach(only_in(actor, Role.AGENCY_HEAD), facts))


def only_in(actor: Actor, role: Role) -> Actor:
    """The same person in one of their roles alone."""
    return Actor(roles=frozenset({role}), person_id=actor.person_id, agency_id=actor.agency_id,
                 agency_tree=actor.agency_tree, case_id=actor.case_id, deputy_at=actor.deputy_at)
