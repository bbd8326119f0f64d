"""Finding answers that say nearly the same among many, without comparing each with each.

A text's triples of words (accents folded, digits left out) are hashed once and dealt into 32 bins; the smallest of
each bin is its sketch. Two neighbouring bins make a band, and texts that share a band are worth comparing: of two
answers that have 7 of 10 triples in common, 1 pair in 50,000 is overlooked.
"""

import re
import zlib
from collections.abc import Iterable

from feedback.domain.folding import fold

NEARLY_THE_SAME = 0.7
"""Share of common triples (of all triples of the two) from which on an answer is a stock answer."""
MOST_KEPT = 50_000
"""Answers that are remembered; about 1 kB each."""
_BINS = 32
_MOST_LETTERS = 20_000
_IN_A_BAND = 20
_WORD_OR_NUMBER = re.compile(r"\w+")
_WORD = re.compile(r"[^\W\d_]+")


def triples(text: str) -> frozenset[str]:
    """The triples of neighbouring words, folded and without digits; shorter texts give what they have as one."""
    words = _WORD.findall(fold(text[:_MOST_LETTERS]))
    if len(words) < 3:
        return frozenset([" ".join(words)] if words else [])
    return frozenset(" ".join(words[at:at + 3]) for at in range(len(words) - 2))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Common triples by all triples (Jaccard), 0–1; 0 when one has none."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def same_matter(complaint: str) -> int:
    """A number by which two complaints are known as the same one: their words and numbers, whatever the accents
    and spaces."""
    words = _WORD_OR_NUMBER.findall(fold(complaint[:_MOST_LETTERS]))
    return zlib.crc32(" ".join(words).encode("utf-8", "replace"))


class Stock:
    """The sketches of many answers. ``add`` them all, then ask for those ``near`` one of them."""

    def __init__(self) -> None:
        self._bands: dict[int, list[tuple[int, int]]] = {}
        self._kept = 0

    def add(self, place: int, complaint: str, answer: str) -> None:
        """Remember an answer by a number of the caller's (its line, its place in a file), up to MOST_KEPT."""
        if self._kept >= MOST_KEPT:
            return
        self._kept += 1
        matter = same_matter(complaint)
        for band in _bands(answer):
            kept = self._bands.setdefault(band, [])
            if len(kept) < _IN_A_BAND and all(matter != known for _, known in kept):
                kept.append((place, matter))

    def near(self, complaint: str, answer: str) -> list[int]:
        """Numbers of answers to other complaints that may be nearly the same, at most 20. Compare them."""
        matter = same_matter(complaint)
        found = {place for band in _bands(answer) for place, known in self._bands.get(band, ()) if known != matter}
        return sorted(found)[:_IN_A_BAND]


def _bands(answer: str) -> Iterable[int]:
    bins = [-1] * _BINS
    for triple in triples(answer):
        value = zlib.crc32(triple.encode("utf-8", "replace"))
        value = (value * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF  # the lowest bits of a checksum are no dice
        at, rest = value >> 59, value & 0x07FFFFFFFFFFFFFF
        if bins[at] < 0 or rest < bins[at]:
            bins[at] = rest
    for at in range(0, _BINS, 2):
        if bins[at] >= 0 or bins[at + 1] >= 0:
            yield hash((at, bins[at], bins[at + 1]))
