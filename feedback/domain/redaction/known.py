"""What is known about the person (from the vault): found again however it is disguised."""

from collections.abc import Iterator, Sequence

from feedback.domain.redaction.letters import Letters, letters
from feedback.domain.redaction.marks import Mark, MarkKind

_SHORT = 6
"""Shorter known words must stand as written, between word ends: "An" is in too many words."""
_PHONE_END = 9
"""Digits of a Vietnamese telephone number behind its 0 or +84."""


def known_identity(seen: Letters, known: Sequence[str]) -> Iterator[Mark]:
    """Marks of every place where something known stands: spacing, separators, accents, case, look-alikes and
    Cyrillic by its sound are all one."""
    streams = [_stream(seen)]
    if any("\u0400" <= c <= "\u04ff" for c in seen.source):
        streams.append(_stream(letters(seen.source, by_sound=True)))
    for text in dict.fromkeys(known):
        wanted = "".join(c for c in letters(text).plain if c.isalnum())
        if wanted.isdigit() and len(wanted) > _PHONE_END and text.strip().startswith(("0", "+84", "84")):
            wanted = wanted[-_PHONE_END:] if len(wanted) <= 11 else wanted
        if len(wanted) < 2:
            continue
        for stream, places, view in streams:
            yield from _hits(stream, places, view, wanted, words=len(text.split()))


def _stream(seen: Letters) -> tuple[str, list[int], Letters]:
    """Letters and digits alone, and where each stands among the plain letters."""
    places = [place for place, char in enumerate(seen.plain) if char.isalnum()]
    return "".join(seen.plain[place] for place in places), places, seen


def _hits(stream: str, places: list[int], seen: Letters, wanted: str, *, words: int) -> Iterator[Mark]:
    at = stream.find(wanted)
    while at >= 0:
        first, last = places[at], places[at + len(wanted) - 1] + 1
        whole = _ends_words(seen.plain, first, last)
        short = len(wanted) < _SHORT and len(seen.plain[first:last].split()) != words
        if (wanted.isdigit() and len(wanted) >= _SHORT) or (whole and not short):
            if wanted.isdigit():
                first = _with_prefix(seen.plain, first)
            yield Mark(*seen.span(first, last), MarkKind.KNOWN, "known")
        at = stream.find(wanted, at + 1)


def _ends_words(plain: str, first: int, last: int) -> bool:
    before = first > 0 and plain[first - 1].isalnum()
    after = last < len(plain) and plain[last].isalnum()
    return not before and not after


def _with_prefix(plain: str, first: int) -> int:
    """Take the 0 or +84 before the rest of a telephone number along."""
    for prefix in ("+84 ", "+84", "84", "0084", "0 ", "0"):
        if plain[max(0, first - len(prefix)) : first] == prefix:
            return first - len(prefix)
    return first
