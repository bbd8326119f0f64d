"""The reader's small model: a reviewed JSON file of named weights, one head for "does not answer" and one for each
group of flags. Only multiplication and addition happen here; fitting is ``fit.py``.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from feedback.domain.answers.taxonomy import Flag

DEFECTIVE = "defective"
"""Name of the head that gives the probability that the answer does not answer."""
MOST = 1_000.0
"""No weight of a fitted model comes near it: a larger one would decide alone."""
MOST_CHARS = 8_000_000
"""Length of a model's file; the shipped one has about 50,000."""
LINK = "link"
"""Name of the head that joins a question and a sentence: the probability that this answers that."""


@dataclass(frozen=True, slots=True)
class Head:
    """A logistic regression: ``bias`` and one weight a feature; a feature without a weight counts nothing."""

    bias: float
    weights: Mapping[str, float]

    def probability(self, features: Mapping[str, float]) -> float:
        """0–1 for these features."""
        total = self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, total))))


@dataclass(frozen=True, slots=True)
class Model:
    """One version of the model. ``threshold`` and ``close`` are probabilities: from the first on findings are
    shown to the officer, from the second on the gate reads closely. ``muted`` flags are not shown: supervisors
    found them wrong more often than right."""

    version: str
    made_on: str
    author: str
    note: str
    threshold: float
    close: float
    heads: Mapping[str, Head]
    muted: frozenset[Flag] = field(default_factory=frozenset)

    def probability(self, features: Mapping[str, float], head: str = DEFECTIVE) -> float:
        """0–1 of one head. KeyError: no such head."""
        return self.heads[head].probability(features)


def load(text: str) -> Model:
    """The model of a JSON file. Raises ValueError when it is none: missing names, numbers that are not finite, or
    thresholds outside 0–1."""
    if len(text) > MOST_CHARS:
        raise ValueError("no model of the reader: the file is too long")
    try:
        raw = json.loads(text)
        heads = {name: Head(float(head["bias"]), {key: float(value) for key, value in head["weights"].items()})
                 for name, head in raw["heads"].items()}
        made = Model(version=str(raw["version"]), made_on=str(raw["made_on"]), author=str(raw["author"]),
                     note=str(raw.get("note", "")), threshold=float(raw["threshold"]), close=float(raw["close"]),
                     heads=heads, muted=frozenset(Flag(code) for code in raw.get("muted", ())))
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError, json.JSONDecodeError) as fault:
        raise ValueError(f"no model of the reader: {fault!r}") from fault
    numbers = [made.threshold, made.close]
    for head in heads.values():
        numbers += [head.bias, *head.weights.values()]
    in_range = all(abs(n) <= MOST for n in numbers) and 0 < made.threshold <= made.close < 1
    if not in_range or DEFECTIVE not in heads:
        raise ValueError("no model of the reader: a number is out of range, or the main head is missing")
    return made


def dump(model: Model) -> str:
    """The model as its JSON file, names sorted, numbers with six decimals, so that two versions compare line by
    line."""
    heads = {name: {"bias": round(head.bias, 6),
                    "weights": {key: round(value, 6) for key, value in sorted(head.weights.items())}}
             for name, head in sorted(model.heads.items())}
    names = {"version": model.version, "made_on": model.made_on, "author": model.author, "note": model.note}
    return json.dumps({**names, "threshold": model.threshold, "close": model.close, "muted": sorted(model.muted),
                       "heads": heads}, ensure_ascii=False, indent=1) + "\n"


@cache
def shipped() -> Model:
    """The model that comes with this version of the product (``model.json``)."""
    return load((files(__package__) / "model.json").read_text("utf-8"))
