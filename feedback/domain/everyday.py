"""Finding a procedure or an office by what people call it: name, code, everyday words, with accents or without.

Small lists only (a province has some thousand procedures and some hundred offices): every row is looked at.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback.domain.folding import fold, tokens

LONGEST_QUESTION = 200
READ = 4_000
"""Characters of a story that are looked through for names."""
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = re.compile(
    r"\b(?:ho so|thu tuc|giay to|toi|xin|hoi|lam|can|muon|cho|cua|ve|va|la|tai|viec|the|for|of|to)\b")
"""Words of a question that name nothing; they count only when there are no others."""


@dataclass(frozen=True)
class Named:
    """One row of a list: its names, and what people say for it (phrases, comma-separated)."""

    id: int
    code: str
    names: str
    words: str = ""


def find(question: str, rows: Iterable[Named], *, most: int) -> tuple[list[int], bool]:
    """The ids that fit a question best, at most ``most``, and whether there were more.

    Rows with all its words; when no row has them all, those with at least half. Side by side weighs more than
    apart, a code that is meant exactly most of all. Nothing for a question without letters or digits.
    """
    asked = " ".join(_WORD.findall(fold(question[:LONGEST_QUESTION])))
    wanted = _EMPTY.sub(" ", asked).split() or asked.split()
    if not wanted:
        return [], False
    phrase, found = f" {' '.join(wanted)} ", []
    for row in rows:
        text = _spaced(f"{row.names} {row.code} {row.words}")
        had = sum((f" {word}" if len(word) > 2 else f" {word} ") in text for word in wanted)
        if had * 2 >= len(wanted):
            pairs = sum(f" {a} {b}" in text for a, b in zip(wanted, wanted[1:], strict=False))
            exact = _spaced(row.code) == f" {asked} "
            found.append(((exact, phrase in text, had == len(wanted), had, pairs, -len(text)), row.id))
    for sure in (1, 2):  # where the words stand side by side somewhere, rows that have them apart are noise
        if any(rank[sure] for rank, _ in found):
            found = [hit for hit in found if hit[0][sure] or hit[0][0]]
    found.sort(key=lambda hit: hit[0], reverse=True)
    return [id_ for _, id_ in found[:most]], len(found) > most


def named_in(story: str, rows: Iterable[Named], *, most: int) -> list[int]:
    """The ids of rows that a story seems to speak of, likeliest first: one of their everyday phrases is in it, or
    most of a name's word pairs do."""
    told = frozenset(tokens(story[:READ]))
    found = []
    for row in rows:
        everyday = sum(len(said) for said in map(_pairs, row.words.split(",")) if said and told.issuperset(said))
        share = max((_share(name, told) for name in row.names.split("\n")), default=0.0)
        if everyday or share >= 0.5:
            found.append((everyday + 2 * share, row.id))
    found.sort(key=lambda hit: (-hit[0], hit[1]))
    return [id_ for _, id_ in found[:most]]


def _share(name: str, told: frozenset[str]) -> float:
    """How much of a name stands in a story, 0 to 1; one pair alone is chance."""
    pairs = _pairs(name)
    had = sum(pair in told for pair in pairs)
    return had / len(pairs) if had > 1 else 0.0


def _pairs(phrase: str) -> Sequence[str]:
    """The pairs of syllables of a phrase; a single word is itself when it is long enough to mean something."""
    said = tokens(phrase)
    return [token for token in said if "_" in token] or [token for token in said if len(token) > 4]


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(fold(text)))} "
