"""Fitting the reader's weights: logistic regression by Newton's method, in plain Python, alike on every machine.

What is found is the least of: the sum of each row's log loss times its weight, plus ``l2`` / 2 times the squared
distance of the weights from where they are pulled to. The bias is free. Weights may be held to a sign, so that a
feature that only speaks for an answer can never count against it. With ``l2`` = 1 / C this is what
scikit-learn calls ``LogisticRegression(C=C)``; a test holds the two together within 1e-5.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from operator import mul

from feedback.domain.answers.model import Head

PRECISION = 1e-8
"""Fitting has ended when no weight would move by more than this."""
MOST_STEPS = 300
_FAR = 36.0
"""Beyond this distance from 0 a probability is 0 or 1 to the last digit."""

_BOUNDS = {-1: (-math.inf, 0.0), 0: (-math.inf, math.inf), 1: (0.0, math.inf)}

Row = Mapping[str, float]
Column = list[float]


class NotFitted(ValueError):
    """No weights can be had from these rows: one label only, no pull, or numbers that are not finite."""


def fit(rows: Sequence[Row], labels: Sequence[bool], *, l2: float, weights: Sequence[float] | None = None,
        towards: Head | None = None, sign: Callable[[str], int] | None = None) -> Head:
    """The logistic regression of ``labels`` on ``rows``. A feature that a row leaves out is 0 in it.

    ``l2`` (above 0) is how strongly the weights are pulled to ``towards`` (a maximum a posteriori fit), or to 0
    without one. ``weights``: how much each row counts, 1 for all without them. ``sign``: for a feature's name -1
    (its weight is 0 or less), 1 (0 or more) or 0 (free); all are free without it. A feature that is 0 in all rows
    keeps the weight it is pulled to. Deterministic. Raises NotFitted.
    """
    counted = list(weights) if weights is not None else [1.0] * len(rows)
    if not (len(rows) == len(labels) == len(counted)):
        raise NotFitted("rows, labels and weights are not equally many")
    _demand(rows, labels, counted, l2)
    pulled = dict(towards.weights) if towards is not None else {}
    names = sorted({name for row in rows for name, value in row.items() if value})
    columns = [[1.0] * len(rows), *([row.get(name, 0.0) for row in rows] for name in names)]
    target = [0.0, *(pulled.get(name, 0.0) for name in names)]
    start = [towards.bias if towards is not None else 0.0, *target[1:]]
    pull = [0.0] + [l2] * len(names)
    bounds = [(-math.inf, math.inf), *(_BOUNDS[sign(name) if sign is not None else 0] for name in names)]
    start = [_within(b, bound) for b, bound in zip(start, bounds, strict=True)]
    found = _newton(columns, [1.0 if label else 0.0 for label in labels], counted, start, target, pull, bounds)
    return Head(found[0], {**pulled, **dict(zip(names, found[1:], strict=True))})


def _demand(rows: Sequence[Row], labels: Sequence[bool], counted: Sequence[float], l2: float) -> None:
    if not (l2 > 0 and math.isfinite(l2)):
        raise NotFitted("the pull has to be a number above 0")
    if not all(math.isfinite(w) and w >= 0 for w in counted):
        raise NotFitted("a weight is negative or not finite")
    if not all(math.isfinite(value) for row in rows for value in row.values()):
        raise NotFitted("a feature is not finite")
    if len({bool(label) for label, w in zip(labels, counted, strict=True) if w}) < 2:
        raise NotFitted("both labels are needed")


def _within(value: float, bound: tuple[float, float]) -> float:
    return min(max(value, bound[0]), bound[1])


def _newton(columns: Sequence[Column], y: Column, counted: Column, beta: Column, target: Column, pull: Column,
            bounds: Sequence[tuple[float, float]]) -> Column:
    """Newton's steps among the weights that no bound holds, cut off at the bounds and halved where they would lead
    up, until none moves a weight by more than PRECISION."""
    loss, p = _loss(columns, y, counted, beta, target, pull)
    for _ in range(MOST_STEPS):
        off = [w * (chance - label) for w, chance, label in zip(counted, p, y, strict=True)]
        bend = [w * chance * (1 - chance) for w, chance in zip(counted, p, strict=True)]
        slope = [sum(map(mul, off, column)) + k * (b - t)
                 for column, k, b, t in zip(columns, pull, beta, target, strict=True)]
        free = [j for j, (b, (low, high)) in enumerate(zip(beta, bounds, strict=True))
                if not ((b <= low and slope[j] > 0) or (b >= high and slope[j] < 0))]
        step = [0.0] * len(beta)
        solved = _solve(_hessian([columns[j] for j in free], bend, [pull[j] for j in free]),
                        [slope[j] for j in free])
        for j, value in zip(free, solved, strict=True):
            step[j] = value
        moved, tried, worse, at = 0.0, beta, loss, p
        for most in (1.0, _first_bound(beta, step, bounds)):
            size = most
            while size > 1e-7:
                tried = [_within(b - size * s, bound) for b, s, bound in zip(beta, step, bounds, strict=True)]
                worse, at = _loss(columns, y, counted, tried, target, pull)
                if worse <= loss:
                    break
                size /= 2
            moved = max(abs(a - b) for a, b in zip(tried, beta, strict=True))
            if worse <= loss and moved:
                break
        if worse > loss:
            return beta
        beta, loss, p = tried, worse, at
        if moved <= PRECISION:
            return beta
    return beta


def _first_bound(beta: Column, step: Column, bounds: Sequence[tuple[float, float]]) -> float:
    """How much of the step can be gone before the first weight meets its bound: a way on which the loss falls for
    certain, when cutting off at the bounds led up."""
    ways = [1.0]
    for b, s, (low, high) in zip(beta, step, bounds, strict=True):
        edge = low if s > 0 else high
        if s and math.isfinite(edge) and (b - edge) / s > 0:
            ways.append((b - edge) / s)
    return min(ways)


def _loss(columns: Sequence[Column], y: Column, counted: Column, beta: Column, target: Column,
          pull: Column) -> tuple[float, Column]:
    """The penalised loss, and each row's probability."""
    z = [0.0] * len(y)
    for b, column in zip(beta, columns, strict=True):
        if b:
            z = [total + b * value for total, value in zip(z, column, strict=True)]
    losses = [w * (max(total, 0.0) - total * label + math.log1p(math.exp(-abs(total))))
              for w, total, label in zip(counted, z, y, strict=True)]
    penalty = sum(k * (b - t) ** 2 for k, b, t in zip(pull, beta, target, strict=True)) / 2
    return math.fsum(losses) + penalty, [_sigmoid(total) for total in z]


def _sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-max(-_FAR, min(_FAR, z))))


def _hessian(columns: Sequence[Column], bend: Column, pull: Column) -> list[Column]:
    """The lower half of the matrix of second derivatives."""
    rows = []
    for j, column in enumerate(columns):
        bent = list(map(mul, bend, column))
        rows.append([sum(map(mul, bent, other)) for other in columns[:j + 1]])
        rows[j][j] += pull[j]
    return rows


def _solve(lower: list[Column], right: Column) -> Column:
    """Solve by Cholesky's square root. A direction in which nothing bends is left where it is."""
    n = len(right)
    root: list[Column] = []
    for i in range(n):
        row: Column = []
        for j in range(i):
            row.append((lower[i][j] - sum(map(mul, row, root[j]))) / root[j][j] if root[j][j] else 0.0)
        left = lower[i][i] - sum(map(mul, row, row))
        row.append(math.sqrt(left) if left > 1e-12 else 0.0)
        root.append(row)
    half: Column = []
    for i in range(n):
        rest = right[i] - sum(map(mul, root[i], half))
        half.append(rest / root[i][i] if root[i][i] else 0.0)
    found = [0.0] * n
    for i in reversed(range(n)):
        rest = half[i] - sum(root[k][i] * found[k] for k in range(i + 1, n))
        found[i] = rest / root[i][i] if root[i][i] else 0.0
    return found
