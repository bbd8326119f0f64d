"""What the page of a case shows to supervisors alone: instructions about it, and notes to look again."""

from typing import Any

from feedback.domain.permissions import Actor, CaseFacts, Permission
from feedback.models.cases import Case
from feedback.queries import follow_ups, instructions
from feedback.services.instructions import issuing_role
from feedback.web.instruction_words import STANDINGS, due_of


def oversight(actor: Actor, case: Case, facts: CaseFacts) -> dict[str, Any] | None:
    """Rows for ``desk/case.html``; None for everybody who is no supervisor of this case. Three statements."""
    if not actor.can(Permission.CASE_OVERSEE) or case.historical or facts.restricted:
        return None
    return {
        "instructions": [{"one": one, "due": due_of(one), "standing": STANDINGS[one.standing]}
                         for one in instructions.of_case(actor, case.id)],
        "notes": [one for one in follow_ups.of_case(actor, case.id) if one.row.done_at is None],
        "may_instruct": case.agency_id is not None and issuing_role(actor, facts) is not None}
