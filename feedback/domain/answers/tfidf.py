"""Words weighed by how rare they are, and a logistic regression on them: the baseline that learns the style of
whoever wrote the training texts, and little of what an answer has to contain."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.domain.folding import tokens

Vector = list[tuple[int, float]]
MOST_TEXTS = 2_000
"""So many texts are learned from at most, the first ones: a baseline must not cost an hour."""
_ROUNDS = 60
_MOST_LETTERS = 20_000


@dataclass(frozen=True)
class TfIdf:
    """Fitted words. ``place`` and ``rarity`` by word, ``weights`` by place."""

    place: dict[str, int]
    rarity: list[float]
    weights: list[float]
    bias: float

    def probability(self, text: str) -> float:
        """0–1 that the text is of the positive label."""
        z = self.bias + sum(self.weights[at] * value for at, value in self.vector(text))
        return 1 / (1 + math.exp(-max(-36.0, min(36.0, z))))

    def vector(self, text: str) -> Vector:
        """The text's words and pairs, weighed, of length 1."""
        return _vector(_terms(text), self.place, self.rarity)


def _terms(text: str) -> list[str]:
    """Folded syllables and pairs of them, each once: in short texts presence says it."""
    return tokens(text[:_MOST_LETTERS])


def _vector(terms: Sequence[str], place: dict[str, int], rarity: Sequence[float]) -> Vector:
    found = [(place[term], rarity[place[term]]) for term in terms if term in place]
    length = math.sqrt(sum(value * value for _, value in found)) or 1.0
    return [(at, value / length) for at, value in found]


def learn(texts: Sequence[str], labels: Sequence[bool], *, pull: float = 1.0, least: int = 2) -> TfIdf:
    """Fit on these texts, of which each word has to be in ``least``. Rarity is ln((1 + n) / (1 + df)) + 1; the
    regression is the penalised one of ``fit.py`` with ``l2`` = ``pull``, found by Nesterov's accelerated descent
    in a fixed number of rounds. Deterministic."""
    read = [_terms(text) for text in texts[:MOST_TEXTS]]
    y = [1.0 if label else 0.0 for label in labels[:MOST_TEXTS]]
    df = Counter(term for terms in read for term in terms)
    place = {term: at for at, term in enumerate(sorted(term for term, n in df.items() if n >= least))}
    rarity = [0.0] * len(place)
    for term, at in place.items():
        rarity[at] = math.log((1 + len(read)) / (1 + df[term])) + 1
    vectors = [_vector(terms, place, rarity) for terms in read]
    weights, bias = _descend(vectors, y, len(place), pull)
    return TfIdf(place, rarity, weights, bias)


def _descend(vectors: Sequence[Vector], y: Sequence[float], width: int, pull: float) -> tuple[list[float], float]:
    """The bias is one more column of ones at the end."""
    steepest = 0.25 * _largest(vectors, width) + pull
    momentum = (math.sqrt(steepest / pull) - 1) / (math.sqrt(steepest / pull) + 1)
    here, before = [0.0] * (width + 1), [0.0] * (width + 1)
    for _ in range(_ROUNDS):
        ahead = [h + momentum * (h - b) for h, b in zip(here, before, strict=True)]
        slope = [pull * value for value in ahead]
        slope[width] = 0.0
        for vector, label in zip(vectors, y, strict=True):
            z = ahead[width] + sum(ahead[at] * value for at, value in vector)
            off = 1 / (1 + math.exp(-max(-36.0, min(36.0, z)))) - label
            slope[width] += off
            for at, value in vector:
                slope[at] += off * value
        before, here = here, [a - s / steepest for a, s in zip(ahead, slope, strict=True)]
    return here[:width], here[width]


def _largest(vectors: Sequence[Vector], width: int) -> float:
    """A little more than the largest eigenvalue of the products of all vectors (with the bias), by iteration."""
    direction, size = [1.0] * (width + 1), 1.0
    for _ in range(8):
        new = [0.0] * (width + 1)
        for vector in vectors:
            z = direction[width] + sum(direction[at] * value for at, value in vector)
            new[width] += z
            for at, value in vector:
                new[at] += z * value
        size = math.sqrt(sum(value * value for value in new)) or 1.0
        direction = [value / size for value in new]
    return 1.1 * size
