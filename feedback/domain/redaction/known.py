"""What is known about the person (from the vault): found again however it is disguised."""

from collections.abc import Iterator, Sequence

from feedback.domain.redaction.letters import Letters, letters
from feedback.domain.redaction.marks import Mark, MarkKind
from feedback.domain.redaction.spoken import Piece, runs
from feedback.domain.redaction.variants import Wanted, initials, street, wanted
from feedback.domain.redaction.views import digits_as_letters, distinct

_SHORT = 6
"""Shorter known words must stand as written, between word ends: "An" is in too many words."""
_TAIL = 6
"""The last digits of a known number that are enough to know it by."""


def known_identity(seen: Letters, known: Sequence[str]) -> Iterator[Mark]:
    """Marks of every place where something known stands: spacing, separators, accents, case, look-alikes and
    Cyrillic by its sound are all one; names turned round, shortened to initials or written backwards, numbers told
    in words, the ends of numbers, mail names without their provider, houses without the word for a street."""
    if not known:
        return
    views = [seen, digits_as_letters(seen)]
    if any("\u0400" <= c <= "\u04ff" for c in seen.source):
        views.append(letters(seen.source, by_sound=True))
    streams = [_stream(view) for view in distinct(*views)]
    told = [([piece.digits for piece in run], run) for run in runs(seen)] if any(
        c.isdigit() for text in known for c in text) else []
    for text in dict.fromkeys(known):
        for one in wanted(text):
            for stream, places, view in streams:
                yield from _hits(stream, places, view, one)
            if one.letters.isdigit() and len(one.letters) >= _TAIL:
                yield from _told(seen, told, one.letters)
        for pattern, capitals in (*initials(text), *street(text)):
            for match in pattern.finditer(seen.plain):
                if not capitals or all(seen.capital[match.start(n)] for n in range(1, pattern.groups + 1)):
                    yield Mark(*seen.span(*match.span()), MarkKind.KNOWN, "known")


def _stream(seen: Letters) -> tuple[str, list[int], Letters]:
    """Letters and digits alone, and where each stands among the plain letters."""
    places = [place for place, char in enumerate(seen.plain) if char.isalnum()]
    return "".join(seen.plain[place] for place in places), places, seen


def _hits(stream: str, places: list[int], seen: Letters, one: Wanted) -> Iterator[Mark]:
    at = stream.find(one.letters)
    size = len(one.letters)
    digits = one.letters.isdigit()
    while at >= 0:
        first, last = places[at], places[at + size - 1] + 1
        whole = _ends_words(seen.plain, first, last)
        short = size < _SHORT and len(seen.plain[first:last].split()) != one.words
        if (digits and size >= _SHORT and (whole or not one.whole)) or (whole and not short):
            if digits:
                first = _with_prefix(seen.plain, first)
            yield Mark(*seen.span(first, last), MarkKind.KNOWN, "known")
        at = stream.find(one.letters, at + 1)


def _told(seen: Letters, told: Sequence[tuple[list[str], Sequence[Piece]]], digits: str) -> Iterator[Mark]:
    """The known number among numbers that were told in pieces."""
    for said, run in told:
        joined = "".join(said)
        at = joined.find(digits)
        if at < 0:
            continue
        length = 0
        start = end = None
        for piece, value in zip(run, said, strict=True):
            if start is None and length + len(value) > at:
                start = piece.start
            length += len(value)
            if length >= at + len(digits):
                end = piece.end
                break
        if start is not None and end is not None:
            yield Mark(*seen.span(_zero_before(run, start), end), MarkKind.KNOWN, "known")


def _zero_before(run: Sequence[Piece], start: int) -> int:
    """Where the number begins when its 0 stands as a piece of its own before the part that was looked for."""
    for before, piece in zip(run, run[1:], strict=False):
        if piece.start == start and before.digits == "0":
            return before.start
    return start


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
