"""Sides against each other: alternated, forwards and backwards, several rounds; medians and spreads.

The first side is the ceiling. When it wavers by itself, nothing compared with it says much: the rounds are made
again, at most three times, and after that there are figures without a verdict.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median

from tests.bench.load import Load

WAVERS = 1.6
"""Highest over lowest of the ceiling's rounds from which on no verdict is given."""
TRIES = 3

Side = Callable[[], Load]
Figure = Callable[[Load], float]


@dataclass(frozen=True)
class Sides:
    """What the rounds gave. ``void``: why there is no verdict; empty when there is one."""

    loads: Mapping[str, list[Load]]
    figure: Figure
    void: str = ""
    tries: int = 1
    ceiling: str = ""
    bad: Mapping[str, int] = field(default_factory=dict)

    def value(self, name: str) -> float:
        """Median over the rounds."""
        return median(self.figure(one) for one in self.loads[name])

    def ratio(self, name: str, to: str = "") -> float:
        """One side's median as a share or multiple of another's, by default the ceiling's."""
        below = self.value(to or self.ceiling)
        return self.value(name) / below if below else 0.0

    def spread(self, name: str) -> float:
        """Highest over lowest round."""
        found = [self.figure(one) for one in self.loads[name]]
        return max(found) / min(found) if min(found) > 0 else float("inf")

    def void_of(self, name: str) -> str:
        """Why there is no verdict about this side."""
        if self.bad.get(name):
            return f"{self.bad[name]} answers were no success"
        return self.void

    def raw(self, *names: str) -> dict[str, object]:
        """The rounds of these sides, for the report."""
        return {name: [one.figures() for one in self.loads[name]] for name in names} | {"tries": self.tries}


def rate(load: Load) -> float:
    """Requests a second."""
    return load.rate


def p50(load: Load) -> float:
    """Milliseconds in the middle."""
    return load.p50


def alternate(sides: Mapping[str, Side], *, ceiling: str, figure: Figure, rounds: int) -> Sides:
    """Run all sides in turn, every second round backwards."""
    for tried in range(1, TRIES + 1):
        loads: dict[str, list[Load]] = {name: [] for name in sides}
        for number in range(rounds):
            names = list(sides) if number % 2 == 0 else list(reversed(sides))
            for name in names:
                loads[name].append(sides[name]())
        bad = {name: sum(one.bad for one in found) for name, found in loads.items()}
        made = Sides(loads, figure, tries=tried, ceiling=ceiling, bad=bad)
        wavered = made.spread(ceiling)
        if wavered <= WAVERS:
            return made
    return Sides(loads, figure, tries=TRIES, ceiling=ceiling, bad=bad,
                 void=f"the ceiling itself wavered by {wavered:.1f} in {TRIES} tries: the machine was busy")
