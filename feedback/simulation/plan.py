"""What a run is asked for, and what it brings."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

FIRST_DAY = date(2026, 1, 5)
"""A year with Tết, exchanged Saturdays and, at its end, days that nobody has decided yet."""


@dataclass(frozen=True)
class Plan:
    """``cases`` complaints arrive in the first nine tenths of ``days`` days. The same ``seed`` gives the same
    province, arrivals and deeds; what the gate draws for close reading stays the system's own chance."""

    cases: int = 20_000
    days: int = 365
    seed: int = 1
    first: date = FIRST_DAY


@dataclass
class Outcome:
    """The figures of a run, and each thing that must not be, in words of one line."""

    figures: dict[str, Any]
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults
