"""Trying weights on rows that they were not fitted on: k folds, each group of rows whole in one of them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

from feedback.domain.answers.fit import Row, fit
from feedback.domain.answers.model import Head


def folds(keys: Sequence[Hashable], k: int, labels: Sequence[bool] | None = None) -> list[list[int]]:
    """The places of the rows in ``k`` folds. Rows with the same key (an agency, a topic) stay together, so that a
    reader is never tried on the hand it was fitted on; the largest groups are dealt first, each to the fold that
    has the fewest rows (of the label that the group has most of, when ``labels`` are given). Fewer groups than
    ``k`` make fewer folds. Deterministic. ValueError for k below 2."""
    if k < 2:
        raise ValueError("at least two folds")
    members: dict[Hashable, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        members[key].append(at)
    dealt: list[list[int]] = [[] for _ in range(min(k, len(members)))]
    counts = [[0, 0] for _ in dealt]
    for places in sorted(members.values(), key=lambda group: (-len(group), group[0])):
        positive = sum(bool(labels[at]) for at in places) if labels is not None else 0
        most = int(positive * 2 > len(places))
        to = min(range(len(dealt)), key=lambda fold: (counts[fold][most], len(dealt[fold]), fold))
        dealt[to].extend(places)
        counts[to][1] += positive
        counts[to][0] += len(places) - positive
    return [sorted(fold) for fold in dealt]


def cross_validated(rows: Sequence[Row], labels: Sequence[bool], keys: Sequence[Hashable], *, k: int, l2: float,
                    weights: Sequence[float] | None = None, towards: Head | None = None,
                    sign: Callable[[str], int] | None = None) -> list[float]:
    """Each row's probability by weights that were fitted without its fold. Raises NotFitted, and ValueError when
    all rows have the same key."""
    parts = folds(keys, k, labels)
    if len(parts) < 2:
        raise ValueError("one group only: nothing is left to fit on")
    found = [0.0] * len(rows)
    for fold in parts:
        out = set(fold)
        others = [at for at in range(len(rows)) if at not in out]
        head = fit([rows[at] for at in others], [labels[at] for at in others], l2=l2, towards=towards, sign=sign,
                   weights=[weights[at] for at in others] if weights is not None else None)
        for at in fold:
            found[at] = head.probability(rows[at])
    return found
