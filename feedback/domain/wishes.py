"""What one administrator asks and another decides about a person: a role, and three things that weigh as much."""

from enum import StrEnum

from feedback.domain.roles import STAFF_ROLES, Role


class Wish(StrEnum):
    """Asked and decided like a role, by its own code."""

    ENABLE = "enable"
    """Open a closed account again."""
    SECOND_STEP = "second_step"
    """Take away a second step whose telephone and recovery codes are lost."""
    AGENCY = "agency"
    """Move the person to another agency, whose cases come into reach: stored as ``agency:<id>``."""


def agency_code(agency_id: int) -> str:
    """The code of the wish to move somebody to this agency."""
    return f"{Wish.AGENCY.value}:{agency_id}"


def agency_of(code: str) -> int | None:
    """The agency's id in such a code, or None for any other."""
    name, colon, number = code.partition(":")
    return int(number) if name == Wish.AGENCY.value and colon and number.isascii() and number.isdigit() else None


def role_of(code: str) -> Role | None:
    """The staff role that is asked for, or None when it is something else."""
    return next((role for role in STAFF_ROLES if role.value == code), None)


ALONE: frozenset[Role] = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Roles that stand alone: who manages people or checks the history has no part in the cases, and neither of the
two is the other (trust.md 4.7)."""


def may_stand_together(roles: frozenset[Role]) -> bool:
    """Whether one person may hold these roles at once."""
    return len(roles) < 2 or not roles & ALONE
