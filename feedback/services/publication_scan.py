"""What must not be read by everyone: proposed to be hidden in a copy, and looked for again before it is shown.

Known identity comes from the vault as ranges only; it does not answer, nothing is published (VaultUnavailable).
Patterns (telephone, card, birthday, address …) and names come from ``domain.redaction``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from feedback.adapters import vault
from feedback.domain import folding, redaction
from feedback.models.publications import Publication
from feedback.queries import public_words
from feedback.services.publication_body import Body, texts, with_texts

KNOWN = redaction.MarkKind.KNOWN.value
_BREAK = "\n\n"
_WHOLE = "\0whole"
OFFICES = (redaction.MarkKind.PERSON_NAME, redaction.MarkKind.ADDRESS, redaction.MarkKind.PLACE_DETAIL)
"""What the name of an office may hold: the ward is called after somebody, the office after the ward."""


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
    found = _marks(None if historical else case_id, parts)
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
    return left_in(shown(body), case_id=None if historical else case_id, allowed=body["allowed"])


def left_public(shown: Publication, *, case_id: int | None, allowed: Iterable[Mapping[str, str]]) -> list[Mark]:
    """What the scanner finds in a publication as every format renders it (``public_words``); all its parts loaded.
    Raises VaultUnavailable."""
    texts = public_words.written(shown)
    return left_in(texts, case_id=case_id, allowed=allowed, named=public_words.named(shown),
                   orders=public_words.orders(texts))


def left_in(texts: Mapping[str, str], *, case_id: int | None, allowed: Iterable[Mapping[str, str]] = (),
            named: Mapping[str, str] | None = None, orders: Sequence[Sequence[str]] = ()) -> list[Mark]:
    """What the scanner still finds in texts that are shown together. What begins in one text and ends in the next
    is found as well, named after the one in which it begins.

    ``texts`` by any name, in reading order; ``orders`` are further orders in which some of them are shown.
    ``case_id`` asks the vault too; None for a case whose sender it never knew (imported). ``allowed`` are words
    ({kind, words}) that a person found harmless; never those the vault knows. ``named`` are names of agencies and
    procedures: places and persons whom an office is called after are no finding in them, all else is.
    An empty list is the only leave to show them. Raises VaultUnavailable.
    """
    harmless = {(word["kind"], folding.fold(word["words"])) for word in allowed}
    wholes = {f"{_WHOLE}{n}": _one_after_the_other({name: texts[name] for name in order})
              for n, order in enumerate([list(texts), *orders])}
    names = named or {}
    found = _marks(case_id, {**texts, **names, **{name: whole for name, (whole, _begins) in wholes.items()}})
    places = [(path, mark.start, mark.end - mark.start, mark.kind) for path in (*texts, *names)
              for mark in found[path] if path not in names or mark.kind not in OFFICES]
    for name, (_whole, begins) in wholes.items():
        for mark in found[name]:
            path = next(path for path in reversed(begins) if begins[path] <= mark.start)
            if mark.end > begins[path] + len(texts[path]):
                places.append((path, mark.start - begins[path], mark.end - mark.start, mark.kind))
    marks: list[Mark] = []
    for path, start, length, kind in dict.fromkeys(places):
        known = kind is redaction.MarkKind.KNOWN
        text = names[path] if path in names else texts[path]
        end = min(start + length, len(text))
        if known or (kind.value, folding.fold(text[start:end])) not in harmless:
            marks.append(Mark(n=len(marks) + 1, field=path, kind=kind.value, start=start, end=end,
                              words=None if known else text[start:end]))
    return marks


def shown(body: Body) -> dict[str, str]:
    """Every text that somebody outside wrote and that the page, the search or a list will show. Names of the
    province's own agencies and procedures are not among them; an imported case brings its agency's name along."""
    return {**texts(body), **({"agency_vi": body["agency_vi"]} if body["historical"] else {})}


def dump(marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """The marks as they are stored with the draft."""
    return [asdict(mark) for mark in marks]


def _one_after_the_other(texts: Mapping[str, str]) -> tuple[str, dict[str, int]]:
    """All texts as a reader meets them, and where each begins."""
    begins: dict[str, int] = {}
    length = 0
    for path, text in texts.items():
        begins[path] = length
        length += len(text) + len(_BREAK)
    return _BREAK.join(texts.values()), begins


def _marks(case_id: int | None, parts: Mapping[str, str]) -> dict[str, tuple[redaction.Mark, ...]]:
    """Ranges to hide in each text, in order and apart from each other; what the vault knows names the range."""
    known: dict[str, list[tuple[int, int]]] = {path: [] for path in parts}
    if case_id is not None:
        known = dict(zip(parts, vault.match_text(case_id, list(parts.values())), strict=True))
    return {
        path: redaction.merge([
            *(redaction.Mark(start, end, redaction.MarkKind.KNOWN, "vault") for start, end in known[path]),
            *redaction.scan(text)])
        for path, text in parts.items()}
