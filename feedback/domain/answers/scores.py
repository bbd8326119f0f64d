"""The labelled sets' scores that were measured with this version (``scores.json``, written by
``feedback answers score --write``): read, never computed, so that the page shows what somebody measured once."""

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from feedback.domain.answers.metrics import Interval

READERS = ("reader", "digits", "keywords", "tfidf")
"""In the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, 0–1, with its 95 % interval where one could be drawn."""

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class SetScore:
    """One labelled set. ``readers``: figures by reader and name (``macro_f1``, ``auc``, ``precision``, ``recall``,
    ``fpr``), without those that could not be had. ``kept_aside``: nobody looked at the pairs while the reader was
    written. ``tries``: how often the set was scored for this page. ``by``: whose answers were drawn as a whole for
    the intervals ('agency'), None for each alone."""

    name: str
    n: int
    defective: int
    on: date
    model: str
    kept_aside: bool
    tries: int
    by: str | None
    readers: dict[str, dict[str, Figure]]


@cache
def set_scores() -> tuple[SetScore, ...]:
    """The sets that were scored, those kept aside first."""
    source = files(__package__) / "scores.json"
    kept = json.loads(source.read_text("utf-8"))["sets"] if source.is_file() else {}
    found = [SetScore(
        name=name, n=one["n"], defective=one["defective"], on=date.fromisoformat(one["on"]), model=one["model"],
        kept_aside=one["kept_aside"], tries=one["tries"], by=one["by"],
        readers={reader: _figures(one["readers"][reader]) for reader in READERS if reader in one["readers"]})
        for name, one in kept.items()]
    return tuple(sorted(found, key=lambda one: (not one.kept_aside, one.name)))


def _figures(raw: dict[str, dict[str, float | dict[str, float] | None]]) -> dict[str, Figure]:
    found = {}
    for name, value in raw["figures"].items():
        spread = raw["intervals"].get(name)
        if isinstance(value, (int, float)):
            found[name] = Figure(value, Interval(**spread) if isinstance(spread, dict) else None)
    return found
