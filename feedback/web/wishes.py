"""A wish to withdraw on the staff's pages: nobody who works for the handling agency finds a trace of it before it
is decided, and of the deciding only its result."""

from collections.abc import Sequence

from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor, CaseFacts
from feedback.domain.withdrawing import sees_wish
from feedback.models.cases import Proposal
from feedback.queries.history import TimelineEntry


def without_wishes(actor: Actor, facts: CaseFacts, entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """The story as this person may read it."""
    if sees_wish(actor, facts):
        return list(entries)
    return [entry for entry in entries if not (
        entry.type in ("propose", "decline") and entry.payload.get("action") == Action.WITHDRAW.value)]


def proposal_for(actor: Actor, facts: CaseFacts, proposal: Proposal | None) -> Proposal | None:
    """The open proposal, unless it is a wish to withdraw that this person may not know of."""
    if proposal is not None and proposal.action == Action.WITHDRAW.value and not sees_wish(actor, facts):
        return None
    return proposal
