"""The frozen pairs (``frozen.jsonl``): labelled by people, shipped with the product, never learned from. No model
is taken that does worse on them than the one it would replace."""

import json
from functools import cache
from importlib.resources import files

from feedback.domain.answers.learning import Witness


@cache
def frozen_pairs() -> tuple[Witness, ...]:
    """All of them, each of weight 1."""
    rows = [json.loads(line) for line in (files(__package__) / "frozen.jsonl").read_text("utf-8").split("\n")
            if line.strip()]
    return tuple(Witness(row["complaint"], row["answer"], tuple(row.get("asks") or ()),
                         row["label"] == "defective", 1.0) for row in rows)
