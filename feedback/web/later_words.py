"""What the sender wrote after the copy was made: what the officer asked for, and why they objected."""

from collections.abc import Sequence

from feedback.domain.lifecycle import Action, State
from feedback.models.cases import Case
from feedback.queries.history import TimelineEntry
from feedback.services.masking import hide_sender
from feedback.web.labels import event_line


def later_words(case: Case, told: Sequence[TimelineEntry], *, original: bool) -> list[dict[str, str]]:
    """Rows with ``title`` and ``text``, oldest first. Who may not read the sender's own words gets them with the
    sender hidden, and without any while the vault is silent (``text`` empty)."""
    found = [entry for entry in told if entry.note and (
        entry.type == Action.OBJECT.value or (
            entry.type == Action.SUPPLEMENT.value and entry.payload.get("to") == State.IN_PROGRESS.value))]
    texts = [entry.note or "" for entry in found]
    if found and not original:
        hidden, complete = hide_sender(case, texts)
        texts = hidden if complete else [""] * len(hidden)
    return [{"title": event_line(entry.type), "text": text} for entry, text in zip(found, texts, strict=True)]
