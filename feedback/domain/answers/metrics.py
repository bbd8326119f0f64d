"""How good a reader is, in numbers that mean the same everywhere. Standard library only; no figure is rounded.

What cannot be said is None, never 0: recall where nothing was defective, AUC where all labels are the same.
"""

import math
import random
from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

TIMES = 1_000
"""Resamples of a bootstrap interval."""
Z95 = 1.959964
"""Half-width of a 95 % interval in standard deviations."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the reader and the label agree. Counts, or sums of weights. Positive means defective."""

    tp: float
    fp: float
    fn: float
    tn: float

    @property
    def precision(self) -> float | None:
        """Share of what was found that is right; None when nothing was found."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Share of the defective that were found; None when there are none."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def fpr(self) -> float | None:
        """Share of the clear that were called defective; None when there are none."""
        return _share(self.fp, self.fp + self.tn)

    @property
    def f1(self) -> float | None:
        """F1 of ``defective``; None when it was neither found nor there."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def macro_f1(self) -> float | None:
        """Mean of the F1 of both labels, of those that were found or there; None for no pairs at all."""
        clear = _share(2 * self.tn, 2 * self.tn + self.fp + self.fn)
        return mean([score for score in (self.f1, clear) if score is not None])


@dataclass(frozen=True, slots=True)
class Scored:
    """One flag or group: its F1 (None when it is nowhere in the labels), and in how many labels it is."""

    f1: float | None
    precision: float | None
    recall: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def mean(values: Sequence[float]) -> float | None:
    """The mean; None for no values."""
    return math.fsum(values) / len(values) if values else None


def confusion(found: Sequence[bool], true: Sequence[bool], weights: Sequence[float] | None = None) -> Confusion:
    """Count agreement, each pair once or with its weight. ValueError for lists of different length."""
    cells = {(True, True): 0.0, (True, False): 0.0, (False, True): 0.0, (False, False): 0.0}
    for said, label, weight in zip(found, true, weights or [1.0] * len(true), strict=True):
        cells[bool(said), bool(label)] += weight
    return Confusion(tp=cells[True, True], fp=cells[True, False], fn=cells[False, True], tn=cells[False, False])


def auc(scores: Sequence[float], true: Sequence[bool], weights: Sequence[float] | None = None) -> float | None:
    """The chance that a defective pair scores higher than a clear one, ties counting half; None for one label."""
    rows = sorted(zip(scores, true, weights or [1.0] * len(true), strict=True), key=lambda row: row[0])
    below = wins = positives = 0.0
    at = 0
    while at < len(rows):
        up, down, score = 0.0, 0.0, rows[at][0]
        while at < len(rows) and rows[at][0] == score:
            up, down = (up + rows[at][2], down) if rows[at][1] else (up, down + rows[at][2])
            at += 1
        wins += up * (below + down / 2)
        below, positives = below + down, positives + up
    return wins / (below * positives) if below and positives else None


def macro_f1_of(found: Sequence[Hashable], true: Sequence[Hashable]) -> float | None:
    """Macro-F1 over any number of labels that were found or are there; None for no pairs."""
    scores = []
    for label in sorted({*found, *true}, key=str):
        one = confusion([f == label for f in found], [t == label for t in true])
        scores.append(one.f1 or 0.0)
    return mean(scores)


def by_code(codes: Sequence[str], found: Sequence[Set[str]], true: Sequence[Set[str]]) -> dict[str, Scored]:
    """F1, precision, recall and n of each flag or group, one against the rest."""
    scored = {}
    for code in codes:
        one = confusion([code in said for said in found], [code in labels for labels in true])
        n = sum(code in labels for labels in true)
        scored[code] = Scored(one.f1 if n else None, one.precision, one.recall, n)
    return scored


def brier(probabilities: Sequence[float], true: Sequence[bool]) -> float | None:
    """Mean squared distance of the probability from what was so (0 is perfect); None for no pairs."""
    return mean([(p - t) ** 2 for p, t in zip(probabilities, true, strict=True)])


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share (0–1) lies, between neighbours in a straight line; None for no values."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def bootstrap(groups: Sequence[Hashable], statistic: Callable[[Sequence[int]], float | None], *,
              times: int = TIMES, seed: int = 20261121) -> Interval | None:
    """A 95 % percentile interval of ``statistic`` (of the places of the drawn pairs). Drawn are whole groups, so
    that answers of one hand count as one witness; give each pair its own group when they have nothing in common.
    The same seed gives the same interval on every machine. None when hardly any draw had a value."""
    members: dict[Hashable, list[int]] = {}
    for at, group in enumerate(groups):
        members.setdefault(group, []).append(at)
    drawn, chance = list(members.values()), random.Random(seed)
    found = []
    for _ in range(times if drawn else 0):
        places = [at for _ in drawn for at in drawn[int(chance.random() * len(drawn))]]
        value = statistic(places)
        if value is not None:
            found.append(value)
    if len(found) < times / 2 or not found:
        return None
    low, high = percentile(found, 0.025), percentile(found, 0.975)
    assert low is not None
    assert high is not None
    return Interval(low, high)


def wilson(share: float, weights: Sequence[float]) -> Interval | None:
    """Wilson's 95 % interval of a weighted share. Its size is the effective one, (sum of weights)² by the sum of
    their squares: a few heavy witnesses are few. None without any."""
    total, squares = math.fsum(weights), math.fsum(w * w for w in weights)
    if not squares:
        return None
    n = total * total / squares
    middle = (share + Z95 ** 2 / (2 * n)) / (1 + Z95 ** 2 / n)
    half = Z95 / (1 + Z95 ** 2 / n) * math.sqrt(share * (1 - share) / n + Z95 ** 2 / (4 * n * n))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def rounded(value: Any) -> Any:
    """The same with every float to four decimals, however deep: for files that people compare line by line."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {name: rounded(inner) for name, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, (list, tuple)) else value
