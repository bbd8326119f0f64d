"""What must not be read by everyone: proposed to be hidden in a copy, and looked for again before it is shown.

Known identity comes from the vault as ranges only; it does not answer, nothing is published (VaultUnavailable).
Patterns (telephone, card, birthday, address …) and names come from ``domain.redaction``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from feedback.adapters import vault
from feedback.domain import folding, redaction
from feedback.services.publication_body import Body, texts, with_texts

KNOWN = redaction.MarkKind.KNOWN.value


@dataclass(frozen=True)
class Mark:
    """One place that was hidden, or ought to be. ``start`` and ``end`` are offsets in the text of ``field`` as it
    stands in the body. ``words`` is what stood there; None for what the vault knew, which is told to nobody."""

    n: int
    field: str
    kind: str
    start: int
    end: int
    words: str | None


def propose(case_id: int, body: Body, *, historical: bool) -> tuple[Body, list[Mark]]:
    """The body with everything hidden that looks like somebody's data, and a mark for each place. Raises
    VaultUnavailable for a case of this system when the vault does not answer."""
    parts = texts(body)
    found = _marks(case_id, parts, historical=historical)
    hidden: dict[str, str] = {}
    marks: list[Mark] = []
    for path, text in parts.items():
        pieces: list[str] = []
        at = length = 0
        for mark in found[path]:
            block = redaction.block(mark.kind, body["language"])
            pieces += [text[at:mark.start], block]
            length += mark.start - at
            marks.append(Mark(
                n=len(marks) + 1, field=path, kind=mark.kind.value, start=length, end=length + len(block),
                words=None if mark.kind is redaction.MarkKind.KNOWN else text[mark.start:mark.end]))
            length += len(block)
            at = mark.end
        hidden[path] = "".join([*pieces, text[at:]])
    return with_texts(body, hidden), marks


def left(case_id: int, body: Body, *, historical: bool) -> list[Mark]:
    """What the scanner still finds in a body as it would be shown, without what a person allowed. Raises
    VaultUnavailable as ``propose``."""
    parts = shown(body)
    allowed = {(word["kind"], folding.fold(word["words"])) for word in body["allowed"]}
    marks: list[Mark] = []
    for path, found in _marks(case_id, parts, historical=historical).items():
        for mark in found:
            words = parts[path][mark.start:mark.end]
            known = mark.kind is redaction.MarkKind.KNOWN
            if known or (mark.kind.value, folding.fold(words)) not in allowed:
                marks.append(Mark(n=len(marks) + 1, field=path, kind=mark.kind.value, start=mark.start,
                                  end=mark.end, words=None if known else words))
    return marks


def shown(body: Body) -> dict[str, str]:
    """Every text that somebody outside wrote and that the page, the search or a list will show. Names of the
    province's own agencies and procedures are not among them; an imported case brings its agency's name along."""
    return {**texts(body), **({"agency_vi": body["agency_vi"]} if body["historical"] else {})}


def dump(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """The marks as they are stored with the draft."""
    return [asdict(mark) for mark in marks]


def _marks(case_id: int, parts: Mapping[str, str], *, historical: bool) -> dict[str, tuple[redaction.Mark, ...]]:
    """Ranges to hide in each text, in order and apart from each other; what the vault knows names the range."""
    known: dict[str, list[tuple[int, int]]] = {path: [] for path in parts}
    if not historical:
        known = dict(zip(parts, vault.match_text(case_id, list(parts.values())), strict=True))
    return {
        path: redaction.merge([
            *(redaction.Mark(start, end, redaction.MarkKind.KNOWN, "vault") for start, end in known[path]),
            *redaction.scan(text)])
        for path, text in parts.items()}
