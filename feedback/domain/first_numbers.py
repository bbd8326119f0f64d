"""The first numbers as data: what is counted of a case, which figure rests on which counts, when it is ranked.

They follow the monthly public list of domain.md §7 (received, on time, overdue now, returned as vague, …). A
figure is a part of something that is always told with it; nobody is compared on fewer than ``RANKED_FROM`` cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

RANKED_FROM = 30
"""Cases that must stand behind a figure before it is put in a row with others."""


class Scope(StrEnum):
    """Of what the numbers are."""

    PROVINCE = "province"
    AGENCY = "agency"
    """With every agency below it."""
    PROCEDURE = "procedure"
    CATEGORY = "category"


OWN_COUNTS = frozenset({Scope.PROVINCE, Scope.AGENCY})
"""Whose counts are never hidden: they are the authorities' own (design §13.12)."""

OF_A_CASE = ("received", "answered", "in_time", "extended", "waiting_late", "at_gate", "returned", "with_agency",
             "passed_on", "ended_once", "objected", "left")
"""What is true of one case that was received in the period, or not."""
COUNTS = (*OF_A_CASE, "owed", "open_now", "overdue_now")
"""All counts. ``owed``: answered, or waiting with the due date behind it; the last two are of every open case."""


@dataclass(frozen=True)
class Figure:
    """One figure. ``counts``: its numerator among ``COUNTS``, empty for days; ``percent``: which percentile of the
    working days; ``of``: its denominator, empty where it is what the province received; ``gives_away``: further
    counts that could be worked out from it."""

    name: str
    of: str
    counts: str = ""
    percent: int = 0
    gives_away: tuple[str, ...] = ()
    most_first: bool = True
    """Which end of the table needs attention first."""

    @property
    def is_days(self) -> bool:
        """Whether it is a number of working days, and no share."""
        return self.percent > 0

    @property
    def rests_on(self) -> frozenset[str]:
        """The counts that whoever reads it knows."""
        return frozenset(filter(None, (self.counts, self.of, *self.gives_away)))


FIGURES: Mapping[str, Figure] = MappingProxyType({one.name: one for one in (
    Figure("received", "", "received"),
    Figure("answered", "received", "answered", most_first=False),
    Figure("in_time", "owed", "in_time", gives_away=("waiting_late",), most_first=False),
    Figure("extended", "owed", "extended", gives_away=("waiting_late",)),
    Figure("overdue_now", "open_now", "overdue_now"),
    Figure("median_days", "answered", percent=50),
    Figure("p90_days", "answered", percent=90),
    Figure("returned_vague", "at_gate", "returned"),
    Figure("passed_on", "with_agency", "passed_on"),
    Figure("objected", "ended_once", "objected"),
    Figure("left_unanswered", "received", "left"),
)})
"""In the order of a case's life."""

SORTED_BY = tuple(name for name in FIGURES if name not in ("extended", "left_unanswered"))
"""Figures that stand in the tables, and by which they may be sorted."""
USUALLY_BY = "in_time"


def cases_behind(name: str, *, value: int | None, of: int | None) -> int:
    """How many cases a figure is about: its denominator, of what was received the number itself."""
    return (value if not FIGURES[name].of else of) or 0


def is_ranked(name: str, *, value: int | None, of: int | None) -> bool:
    """Whether a figure may be compared with others."""
    return value is not None and cases_behind(name, value=value, of=of) >= RANKED_FROM


def measure(name: str, *, value: int, of: int | None) -> float:
    """What the table is sorted by: days, the number received, or the share."""
    figure = FIGURES[name]
    return float(value) if figure.is_days or not figure.of else value / of if of else 0.0


def twelve_months(until: date) -> tuple[date, date]:
    """The first and the last day of the period that ends on this day, both included: from the day after the same
    day a year before."""
    try:
        year_before = until.replace(year=until.year - 1)
    except ValueError:  # 29 February
        year_before = until.replace(year=until.year - 1, day=28)
    return year_before + timedelta(days=1), until
