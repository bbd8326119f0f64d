"""Hiding the sender in words that the sender wrote, for people who must not know who it was.

Ranges come from the vault (what the sender is known by) and from ``domain.redaction`` (telephone, card, names,
addresses). A person at intake makes the copy the agency works on; this only proposes it, and covers what the
sender adds later, such as the reason of an objection.
"""

from collections.abc import Sequence

from feedback.adapters import vault
from feedback.domain import redaction
from feedback.domain.errors import VaultUnavailable
from feedback.domain.kinds import IdentityMode
from feedback.models.cases import Case


def hide_sender(case: Case, texts: Sequence[str]) -> tuple[list[str], bool]:
    """The texts with everything hidden that looks like somebody's data, and whether the vault was asked too.

    False when it should have been asked and did not answer: then only patterns were hidden. Senders who stayed
    anonymous and imported cases have nothing in the vault.
    """
    known: list[list[tuple[int, int]]] = [[] for _ in texts]
    complete = True
    if texts and not case.historical and case.identity_mode != IdentityMode.ANONYMOUS.value:
        try:
            known = vault.match_text(case.id, list(texts))
        except VaultUnavailable:
            complete = False
    return [redaction.mask(text, [
        *(redaction.Mark(start, end, redaction.MarkKind.KNOWN, "vault") for start, end in ranges),
        *redaction.scan(text)]) for text, ranges in zip(texts, known, strict=True)], complete
