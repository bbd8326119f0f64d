"""Giving a possible denunciation to the restricted desk (Law on Denunciations 2018, articles 8 and 9)."""

from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.models.cases import Case
from feedback.services import lifecycle


def restrict(case: Case, *, actor: Actor, why: str, expected_version: int | None = None) -> None:
    """From now on only the people of the restricted desk see the case; who gives it away is the first who does
    not. The way back is ``cases.lift_restriction``. Raises ReasonMissing, MoveNotAllowed, StaleEdit."""
    lifecycle.advance(case, Action.RESTRICT, actor=actor, why=why, expected_version=expected_version)
    case.restricted = True
