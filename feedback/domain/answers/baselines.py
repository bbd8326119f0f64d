"""What the reader has to beat, and is shown beside: counting digits, a list of soft words, words by their rarity.

Each gives a score (the higher, the more it takes the answer for defective) and a verdict.
"""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from feedback.domain.answers import tfidf
from feedback.domain.answers.crossval import folds
from feedback.domain.folding import fold

FEWEST_DIGITS = 6
"""An answer with fewer digits is called defective by whoever only counts them."""
SOFT_WORDS = (
    "xem xet", "theo quy dinh", "thoi gian toi", "nghien cuu", "phoi hop", "tang cuong", "quan tam", "ghi nhan",
    "tiep thu", "lien he", "will be",
)
"""Folded. An answer that has one of them is called defective by whoever only looks for them."""
FOLDS = 5
_SOFT = re.compile(r"(?<!\w)(?:" + "|".join(SOFT_WORDS) + r")(?!\w)")
_MOST_LETTERS = 20_000


@dataclass(frozen=True, slots=True)
class Guesses:
    """What a baseline says of each pair."""

    scores: list[float]
    found: list[bool]


def digits(answers: Sequence[str]) -> Guesses:
    """The fewer digits, the worse."""
    counts = [sum(c.isdigit() for c in answer[:_MOST_LETTERS]) for answer in answers]
    return Guesses([-float(n) for n in counts], [n < FEWEST_DIGITS for n in counts])


def keywords(answers: Sequence[str]) -> Guesses:
    """The more soft words, the worse."""
    counts = [len(_SOFT.findall(fold(answer[:_MOST_LETTERS]))) for answer in answers]
    return Guesses([float(n) for n in counts], [n > 0 for n in counts])


def tf_idf(answers: Sequence[str], true: Sequence[bool], keys: Sequence[Hashable]) -> Guesses | None:
    """Each answer judged by words that were weighed on the other folds of the same file (so it knows the file's
    style, which the reader does not). None when there is too little to learn from."""
    if len(set(keys)) < FOLDS or min(sum(true), len(true) - sum(true)) < FOLDS:
        return None
    scores = [0.0] * len(answers)
    for fold_ in folds(keys, FOLDS, true):
        out = set(fold_)
        rest = [at for at in range(len(answers)) if at not in out]
        learned = tfidf.learn([answers[at] for at in rest], [true[at] for at in rest])
        for at in fold_:
            scores[at] = learned.probability(answers[at])
    return Guesses(scores, [score >= 0.5 for score in scores])
