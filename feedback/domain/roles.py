"""Who people are in the house: the roles, and how far each one's eyes reach."""

from enum import StrEnum


class Role(StrEnum):
    """Every kind of actor a rule can name. The first two are not staff."""

    COMPLAINANT = "complainant"
    SYSTEM = "system"
    INTAKE = "intake"
    OFFICER = "officer"
    AGENCY_HEAD = "agency_head"
    COORDINATOR = "coordinator"
    PUBLISHER = "publisher"
    LEADER = "leader"
    RESTRICTED_DESK = "restricted_desk"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


STAFF_ROLES: tuple[Role, ...] = tuple(r for r in Role if r not in (Role.COMPLAINANT, Role.SYSTEM))


class Reach(StrEnum):
    """How far a role sees among the cases."""

    OWN = "own"
    AGENCY = "agency"
    AGENCY_TREE = "agency_tree"
    ALL = "all"
    RESTRICTED = "restricted"
    NOTHING = "nothing"


REACH: dict[Role, Reach] = {
    Role.COMPLAINANT: Reach.OWN,
    Role.SYSTEM: Reach.ALL,
    Role.INTAKE: Reach.ALL,
    Role.OFFICER: Reach.AGENCY,
    Role.AGENCY_HEAD: Reach.AGENCY_TREE,
    Role.COORDINATOR: Reach.ALL,
    Role.PUBLISHER: Reach.NOTHING,
    Role.LEADER: Reach.ALL,
    Role.RESTRICTED_DESK: Reach.RESTRICTED,
    Role.AUDITOR: Reach.NOTHING,
    Role.ADMINISTRATOR: Reach.NOTHING,
}
"""Reach of each role over cases. ``ALL`` leaves restricted cases out: only RESTRICTED reaches those
(design §13.8). PUBLISHER works on publication drafts, AUDITOR on the event chain, ADMINISTRATOR on people:
none of the three opens a case."""
