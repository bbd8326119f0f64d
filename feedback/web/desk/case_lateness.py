"""What the page of a case shows of its lateness: apologies and explanations."""

from typing import Any

from feedback.domain.permissions import Actor, CaseFacts, Permission
from feedback.models.cases import Case
from feedback.queries import explanations
from feedback.queries.lateness import apologies_of
from feedback.services import apologies
from feedback.web.explanation_words import shown_row
from feedback.web.late_words import rows_of


def lateness_of(actor: Actor, case: Case, facts: CaseFacts) -> dict[str, Any] | None:
    """For ``desk/_lateness.html``; None when there is nothing. The words of explanations are for the province
    office, the leader and the head of the agency."""
    kept = [one for one in apologies_of(case.id, told_only=False) if one.row.reason]
    told = {one.row.id for one in apologies_of(case.id)} if kept else set()
    owed = explanations.of_case(case.id)
    if not kept and not owed:
        return None
    return {"apologies": [{**row, "told": row["id"] in told} for row in rows_of(kept)],
            "explanations": [shown_row(row) for row in owed], "may_print": actor.can(Permission.CASE_ACT),
            "words": actor.can(Permission.CASE_OVERSEE) or apologies.signing_role(actor, facts) is not None}
