"""What was added and what was taken out between two texts, word by word.

``difflib`` finds the longest run of words that both texts share, then looks on both sides of it. Quick for texts
that people write and slow for made-up ones, so the search has a budget: what is left when it is spent counts as
written anew. The result is always right, at worst coarser.
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import accumulate

BUDGET = 1_500_000
"""Comparisons of two words at most, for one pair of texts: a fraction of a second."""
_WORD = re.compile(r"\S+\s*|\s+")


class Change(StrEnum):
    """What happened to a run of words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A run of words with what happened to it. The pieces that are not ADDED make the old text (but for its
    blanks), those that are not REMOVED the new one."""

    change: Change
    text: str


def differences(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from one text to the other, in reading order; the same words in SAME pieces."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Piece] = []
    at_old = at_new = 0
    for start_old, start_new, length in [*_shared(old, new), (len(old), len(new), 0)]:
        _say(pieces, Change.REMOVED, old[at_old:start_old])
        _say(pieces, Change.ADDED, new[at_new:start_new])
        at_old, at_new = start_old + length, start_new + length
        _say(pieces, Change.SAME, new[start_new:at_new])
    return tuple(pieces)


def _say(pieces: list[Piece], change: Change, words: list[str]) -> None:
    if not words:
        return
    text = "".join(words)
    if change is Change.REMOVED:  # stands between words that were never written side by side
        apart = pieces and not pieces[-1].text[-1:].isspace()
        text = f"{' ' if apart else ''}{text.rstrip()} "
    pieces.append(Piece(change, text))


def _shared(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs that both share, in order: (place in the old, place in the new, number of words)."""
    # The blank after a word is no difference of the word.
    left, right = [word.strip() for word in old], [word.strip() for word in new]
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    often = Counter(right)
    # What a search through the words i to j of the old text costs at most.
    cost = list(accumulate((often[word] + 1 for word in left), initial=0))
    spent = 0
    head, tail = _same_ends(left, right)
    waiting = [(head, len(left) - tail, head, len(right) - tail)]
    found = [(0, 0, head), (len(left) - tail, len(right) - tail, tail)]
    while waiting:
        old_lo, old_hi, new_lo, new_hi = waiting.pop()
        if old_lo >= old_hi or new_lo >= new_hi:
            continue
        spent += cost[old_hi] - cost[old_lo]
        if spent > BUDGET:
            break
        i, j, size = matcher.find_longest_match(old_lo, old_hi, new_lo, new_hi)
        if size:
            found.append((i, j, size))
            waiting += [(old_lo, i, new_lo, j), (i + size, old_hi, j + size, new_hi)]
    return sorted(run for run in found if run[2])


def _same_ends(left: list[str], right: list[str]) -> tuple[int, int]:
    """How many words are the same at the beginning and at the end; no word is counted twice."""
    most = min(len(left), len(right))
    head = next((n for n in range(most) if left[n] != right[n]), most)
    tail = next((n for n in range(most - head) if left[-1 - n] != right[-1 - n]), most - head)
    return head, tail
