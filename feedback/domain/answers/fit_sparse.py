"""Fitting a softmax over many sparse clues, most of whose weights end at exactly zero.

"Follow the regularised leader" with a proximal step (McMahan et al., 2013), in plain Python: a fixed number of
passes over the sentences in a fixed shuffled order, so that the same sentences give the same weights everywhere.
"""

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.domain.answers.sparse import Sparse

RARE = 4
"""Clues of fewer sentences are left out: a name or a place is no clue."""
_SEED = 20_261_121
_FIRST = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How to fit. ``rate``: how far the first step goes, later ones go less far the more a clue was seen;
    ``least``: evidence below which a clue weighs nothing; ``pull`` towards 0; ``smallest`` weight that is kept."""

    passes: int = 10
    rate: float = 0.1
    least: float = 7.0
    pull: float = 2.0
    smallest: float = 0.08


def fit_sparse(rows: Sequence[Mapping[str, float]], labels: Sequence[str], classes: Sequence[str], *,
               pace: Pace | None = None, version: str = "") -> Sparse:
    """The weights for these rows. ``rows``: their clues; ``labels``: the class of each. Raises ValueError for a
    class that is none."""
    pace = pace or Pace()
    seen = Counter(clue for row in rows for clue, value in row.items() if value)
    names = sorted(clue for clue, times in seen.items() if times >= RARE)
    place = {clue: at for at, clue in enumerate(names)}
    data = [[(place[clue], value) for clue, value in sorted(row.items()) if value and clue in place]
            for row in rows]
    known = tuple(classes)
    wanted = [known.index(label) for label in labels]
    leader = _Leader(len(names), len(known), pace)
    order = list(range(len(data)))
    dice = random.Random(_SEED)
    for _ in range(pace.passes):
        dice.shuffle(order)
        for at in order:
            leader.learn(data[at], wanted[at])
    bias, found = leader.bias, leader.weights
    if len(known) == 2:  # only their difference counts: say it once
        bias, found = [0.0, bias[1] - bias[0]], [[0.0, second - first] for first, second in found]
    kept = {name: row for name, weights in zip(names, found, strict=True)
            if (row := {at: round(w, 2) for at, w in enumerate(weights) if abs(w) >= pace.smallest})}
    return Sparse(version, known, [round(b, 3) for b in bias], kept)


class _Leader:
    """The state of the fit: for each clue and class the summed gradient, its square, and the weight they give."""

    def __init__(self, clues: int, classes: int, pace: Pace) -> None:
        self.pace = pace
        self.sums = [[0.0] * classes for _ in range(clues)]
        self.squares = [[0.0] * classes for _ in range(clues)]
        self.weights = [[0.0] * classes for _ in range(clues)]
        self.bias = [0.0] * classes
        self.bias_squares = [0.0] * classes

    def learn(self, found: Sequence[tuple[int, float]], wanted: int) -> None:
        """One row."""
        scores = self.bias[:]
        for clue, value in found:
            for at, weight in enumerate(self.weights[clue]):
                if weight:
                    scores[at] += weight * value
        top = max(scores)
        shares = [math.exp(score - top) for score in scores]
        whole = sum(shares)
        off = [share / whole for share in shares]
        off[wanted] -= 1
        for at, slope in enumerate(off):
            self.bias_squares[at] += slope * slope
            self.bias[at] -= self.pace.rate / (_FIRST + math.sqrt(self.bias_squares[at])) * slope
        telling = [(at, slope) for at, slope in enumerate(off) if abs(slope) > 1e-3]
        for clue, value in found:
            self._move(clue, value, telling)

    def _move(self, clue: int, value: float, telling: Sequence[tuple[int, float]]) -> None:
        rate, least, pull = self.pace.rate, self.pace.least, self.pace.pull
        sums, squares, weights = self.sums[clue], self.squares[clue], self.weights[clue]
        for at, slope in telling:
            step = slope * value
            before, after = squares[at], squares[at] + step * step
            root = math.sqrt(after)
            sums[at] += step - (root - math.sqrt(before)) / rate * weights[at]
            squares[at] = after
            total = sums[at]
            if -least <= total <= least:
                weights[at] = 0.0
            else:
                weights[at] = (math.copysign(least, total) - total) / ((_FIRST + root) / rate + pull)
