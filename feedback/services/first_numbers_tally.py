"""Adding up the first numbers: cases in, counts of every scope out. Holds counters, never a list of cases."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from feedback.domain.first_numbers import COUNTS, FIGURES, OF_A_CASE, OWN_COUNTS, Scope
from feedback.domain.percentiles import nearest_rank
from feedback.domain.small_counts import too_small

Place = tuple[Scope, str]
"""A scope with its code."""
Where = tuple[str | None, str | None, str]
"""The codes of a case's agency and procedure, where it has them, and its category."""


@dataclass
class Counted:
    """What was counted of one place. ``days``: how many answers took so many working days."""

    counts: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Counted") -> None:
        """Count the other's cases here too."""
        self.counts.update(other.counts)
        self.days.update(other.days)


@dataclass(frozen=True)
class Number:
    """One figure of one place, as it may be told. ``value`` and ``of`` None: too small to be told."""

    scope: Scope
    code: str
    name: str
    value: int | None
    of: int | None


class Tally:
    """Counts cases by agency, procedure and category as they come by."""

    def __init__(self, above: Mapping[str, Sequence[str]]) -> None:
        """``above``: the codes above each agency."""
        self.cases = 0
        self._above = above
        self._kinds: Counter[tuple[Place, tuple[bool, ...]]] = Counter()
        self._places: defaultdict[Place, Counted] = defaultdict(Counted)

    def case(self, where: Where, *, true: Mapping[str, bool], days: int | None) -> None:
        """Count one case of the period. ``true``: which of ``OF_A_CASE`` hold; ``days``: the working days of its
        answer, None while there is none."""
        self.cases += 1
        facts = tuple(true[name] for name in OF_A_CASE)
        for place in _own(where):
            self._kinds[place, facts] += 1
            if days is not None:
                self._places[place].days[days] += 1

    def open(self, where: Where, *, now: int, overdue: int) -> None:
        """Count so many open cases, of which so many are overdue."""
        for place in _own(where):
            self._places[place].counts.update({"open_now": now, "overdue_now": overdue})

    def numbers(self) -> Iterator[Number]:
        """All figures, those that must not be told without their numbers. To be asked once, at the end."""
        places = self._added_up()
        untold = _untold(places)
        received = places[Scope.PROVINCE, ""].counts["received"]
        for (scope, code), found in sorted(places.items()):
            for name, figure in FIGURES.items():
                if figure.rests_on & untold.get((scope, code), frozenset()):
                    yield Number(scope, code, name, None, None)
                    continue
                value = nearest_rank(found.days, figure.percent) if figure.is_days else found.counts[figure.counts]
                yield Number(scope, code, name, value, found.counts[figure.of] if figure.of else received)

    def _added_up(self) -> dict[Place, Counted]:
        for (place, facts), cases in self._kinds.items():
            self._places[place].counts.update(
                {name: cases for name, holds in zip(OF_A_CASE, facts, strict=True) if holds})
        found: defaultdict[Place, Counted] = defaultdict(Counted)
        province = found[Scope.PROVINCE, ""]
        for (scope, code), counted in self._places.items():
            found[scope, code].add(counted)
            if scope is Scope.CATEGORY:  # every case has one
                province.add(counted)
            for higher in self._above.get(code, ()) if scope is Scope.AGENCY else ():
                found[scope, higher].add(counted)
        for counted in found.values():
            counted.counts["owed"] = counted.counts["answered"] + counted.counts["waiting_late"]
        return dict(found)


def _own(where: Where) -> Iterator[Place]:
    for scope, code in zip((Scope.AGENCY, Scope.PROCEDURE, Scope.CATEGORY), where, strict=True):
        if code is not None:
            yield scope, code


def _untold(places: Mapping[Place, Counted]) -> dict[Place, frozenset[str]]:
    """The counts of each place that stay untold, looked at count by count over all places of a scope."""
    total, found = places[Scope.PROVINCE, ""].counts, defaultdict(set)
    for scope in set(Scope) - OWN_COUNTS:
        codes = [code for at, code in places if at is scope]
        for name in COUNTS:
            for code in too_small({code: places[scope, code].counts[name] for code in codes}, total=total[name]):
                found[scope, code].add(name)
    return {place: frozenset(names) for place, names in found.items()}
