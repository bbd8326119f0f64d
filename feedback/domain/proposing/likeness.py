"""How alike two complaints are in their words, without regard to accents and order of sentences."""

from collections.abc import Set

from feedback.domain.folding import fold, tokens

COMPARED_CHARS = 1_000
"""So much of each text is compared: a list compares hundreds."""
ALIKE = 0.45
"""From this share of common pairs of syllables on, two texts are shown as possible duplicates. Two about
the same procedure share a fifth of them by their official words alone."""
LEAST_PAIRS = 8
"""Shorter texts say too little to be compared."""


def shingles(text: str) -> frozenset[str]:
    """The pairs of neighbouring folded syllables in the beginning of a text."""
    return frozenset(token for token in tokens(text[:COMPARED_CHARS]) if "_" in token)


def likeness(one: Set[str], other: Set[str]) -> float:
    """Share of the smaller text's pairs that the other has too, 0 to 1; 0 when one of them is too short."""
    least = min(len(one), len(other))
    return len(one & other) / least if least >= LEAST_PAIRS else 0.0


def says_again(text: str, source: str, *, run: int = 6) -> str:
    """The first run of so many syllables of ``source`` that ``text`` repeats word for word (folded), or ''."""
    words, known = _syllables(text), _syllables(source)
    runs = {tuple(known[i:i + run]) for i in range(len(known) - run + 1)}
    for i in range(len(words) - run + 1):
        if tuple(words[i:i + run]) in runs:
            return " ".join(words[i:i + run])
    return ""


def _syllables(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()
