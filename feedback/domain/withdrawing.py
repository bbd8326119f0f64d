"""Whose word a wish to withdraw needs: the province office's, away from the agency that the complaint is about.

Whoever complained may have been pressed to stop. So nobody who works for the handling agency learns of the wish
before it is decided, and where the sender says that somebody pressed, a coordinator has to speak: intake alone is
not enough. """

from feedback.domain.lifecycle import Action, Move
from feedback.domain.permissions import (
    Actor,
    CaseFacts,
    Permission,
    confirming_role,
    only_in,
    roles_filled,
    within_reach,
)
from feedback.domain.roles import Role

_OFFICE = frozenset({Role.INTAKE, Role.COORDINATOR, Role.LEADER, Role.RESTRICTED_DESK})
_SPEAKS = frozenset({Role.COORDINATOR, Role.RESTRICTED_DESK})
"""Who decides under pressure; a restricted case has no coordinator (design §13.8)."""


def of_handling_agency(actor: Actor, facts: CaseFacts) -> bool:
    """Whether this person answers for the case: an officer of its agency, its head, their deputy, a head above; or
    somebody of intake who sits in that agency."""
    if facts.agency_id is None:
        return False
    if any(role in actor.roles and within_reach(only_in(actor, role), facts)
           for role in (Role.OFFICER, Role.AGENCY_HEAD)):
        return True
    return actor.agency_id == facts.agency_id and not actor.can(Permission.CASE_OVERSEE)


def sees_wish(actor: Actor, facts: CaseFacts) -> bool:
    """Whether this person may know that the sender wants to withdraw, and whether somebody pressed."""
    return bool(actor.roles & _OFFICE) and not of_handling_agency(actor, facts) and any(
        within_reach(only_in(actor, role), facts) for role in actor.roles & _OFFICE)


def second_role(actor: Actor, move: Move, facts: CaseFacts, *, pressed: bool | None) -> Role | None:
    """The role in which this actor may decide the proposed move as second person, or None. A wish to withdraw:
    nobody of the handling agency, and under pressure only a coordinator (the leader where the office is in
    conflict). Other moves: ``confirming_role``."""
    role = confirming_role(actor, move, facts)
    if move.action is not Action.WITHDRAW or role is None:
        return role
    if of_handling_agency(actor, facts):
        return None
    if not pressed:
        return role
    return next((one for one in Role if one in actor.roles and roles_filled(actor, one, facts) & _SPEAKS
                 and within_reach(only_in(actor, one), facts)), None)
