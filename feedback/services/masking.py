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
from feedback.domain.proposing.dossier import dossier_ranges
from feedback.models.cases import Case


def hide_sender(case: Case, texts: Sequence[str]) -> tuple[list[str], bool]:
    """The texts with everything hidden that looks like somebody's data, and whether the vault was asked too.

    False when it should have been asked and did not answer: then only patterns were hidden. Senders who stayed
    anonymous and imported cases have nothing in the vault.
    """
    marks, complete = marks_of(case, texts)
    return [redaction.mask(text, found) for text, found in zip(texts, marks, strict=True)], complete


def marks_of(case: Case, texts: Sequence[str]) -> tuple[list[list[redaction.Mark]], bool]:
    """What to hide in each text, and whether the vault was asked, as in ``hide_sender``. The number of the dossier
    is among it unless the sender agreed that the agency sees it: it names its owner to the agency."""
    known, complete = _known(case, texts)
    return [[
        *(redaction.Mark(start, end, redaction.MarkKind.KNOWN, "vault") for start, end in ranges),
        *(redaction.Mark(start, end, redaction.MarkKind.KNOWN, "dossier") for start, end in
          ([] if case.dossier_shared else dossier_ranges(text, case.dossier_folded or ""))),
        *redaction.scan(text)] for text, ranges in zip(texts, known, strict=True)], complete


def names_sender(case: Case, text: str) -> bool | None:
    """Whether a text holds something the sender of this case is known by. None when the vault is silent and nobody
    can say: that is never taken for no."""
    known, complete = _known(case, [text])
    return bool(known[0]) if complete else None


def _known(case: Case, texts: Sequence[str]) -> tuple[list[list[tuple[int, int]]], bool]:
    if not texts or case.historical or case.identity_mode == IdentityMode.ANONYMOUS.value:
        return [[] for _ in texts], True
    try:
        return vault.match_text(case.id, list(texts)), True
    except VaultUnavailable:
        return [[] for _ in texts], False
