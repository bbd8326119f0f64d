"""A softmax over named clues, most of which weigh nothing: it tells apart what sentences do, and their tone."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sparse:
    """The fitted weights: ``bias`` by class, and for each clue the weights of the classes it speaks for or against
    (by the class's place)."""

    version: str
    classes: tuple[str, ...]
    bias: Sequence[float]
    weights: Mapping[str, Mapping[int, float]]

    def probabilities(self, found: Mapping[str, float]) -> list[float]:
        """A probability for each class; together they are 1."""
        scores = list(self.bias)
        for clue, value in found.items():
            for place, weight in self.weights.get(clue, {}).items():
                scores[place] += weight * value
        top = max(scores)
        shares = [math.exp(score - top) for score in scores]
        whole = sum(shares)
        return [share / whole for share in shares]


def load(text: str) -> Sparse:
    """The weights of a JSON file: ``{"version", "made_on", "author", "bias": {class: number}, "weights": {clue:
    {class: number}}}``."""
    raw = json.loads(text)
    classes = tuple(raw["bias"])
    place = {name: at for at, name in enumerate(classes)}
    return Sparse(str(raw["version"]), classes, [float(raw["bias"][name]) for name in classes],
                  {clue: {place[name]: float(weight) for name, weight in row.items()}
                   for clue, row in raw["weights"].items()})


def dump(weights: Sparse, *, made_on: str, author: str) -> str:
    """The weights as their JSON file, one clue a line, so that a person can read and compare them."""
    rows = [f"  {json.dumps(clue, ensure_ascii=False)}: "
            + json.dumps({weights.classes[at]: weight for at, weight in sorted(row.items())})
            for clue, row in sorted(weights.weights.items())]
    head = json.dumps({"version": weights.version, "made_on": made_on, "author": author,
                       "bias": dict(zip(weights.classes, weights.bias, strict=True))}, ensure_ascii=False)
    return head[:-1] + ',\n "weights": {\n' + ",\n".join(rows) + "\n }}\n"
