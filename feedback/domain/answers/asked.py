"""Which of two lists of questions are the same, though one shortens what the other quotes."""

import re
from collections.abc import Sequence

from feedback.domain.folding import fold

SAME = 0.6
"""Share of the shorter question's words that stand in the other."""
_WORD = re.compile(r"\w+")


def matched(found: Sequence[str], wanted: Sequence[str]) -> int:
    """How many of ``wanted`` are among ``found``, each used once, the closest pairs first."""
    pairs = sorted(((-_likeness(one, other), at, to) for at, one in enumerate(found)
                    for to, other in enumerate(wanted)))
    used: set[int] = set()
    met: set[int] = set()
    for share, at, to in pairs:
        if -share >= SAME and at not in used and to not in met:
            used.add(at)
            met.add(to)
    return len(met)


def _likeness(one: str, other: str) -> float:
    a, b = set(_WORD.findall(fold(one[:2_000]))), set(_WORD.findall(fold(other[:2_000])))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0
