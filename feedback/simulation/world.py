"""What a run has in hand: the province, its calendar, what is to be done when, and what was noticed on the way."""

import heapq
import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from feedback.config import Settings
from feedback.simulation.counter import HERE, DayBook, day_of
from feedback.simulation.plan import Plan
from feedback.simulation.province import Province

_HOURS = (8, 9, 10, 14, 15, 16)
"""Full hours at which people do something; the sweeps come at others, on the minute."""


@dataclass
class Life:
    """What is settled about one complaint before it happens. ``luck`` decides between ways, always the same."""

    number: int
    luck: Random
    case_id: int = 0
    round: int = 0
    officer: int = 0


@dataclass(order=True)
class Planned:
    """A deed that is due at an instant; ``n`` keeps the order of those of one moment."""

    at: datetime
    n: int
    life: Life = field(compare=False)
    step: str = field(compare=False)
    """Name of one of ``run.STEPS``."""


@dataclass
class World:
    """One run. ``book`` is the calendar in force today."""

    plan: Plan
    settings: Settings
    province: Province
    book: DayBook
    rng: Random
    agenda: list[Planned] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    sweeps: list[datetime] = field(default_factory=list)
    """Each instant at which the overdue were swept."""
    books: list[tuple[datetime, DayBook]] = field(default_factory=list)
    """Each calendar with the instant from which it held."""
    now: datetime = datetime(2000, 1, 1, tzinfo=HERE)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def plan_at(self, at: datetime, life: Life, step: str) -> None:
        """Put a deed on the agenda."""
        heapq.heappush(self.agenda, Planned(at, next(self._numbers), life, step))

    def then(self, life: Life, step: str, days: int) -> None:
        """The same life goes on with this step ``days`` working days from now, at some hour of work; 0: today if
        there is an hour left, else on the next working day."""
        today = day_of(self.now)
        at = self.office_time(self.book.working(today, days) if days else today, life.luck)
        if at <= self.now or not self.book.works(day_of(at)):
            at = self.office_time(self.book.working(today, 1), life.luck)
        self.plan_at(at, life, step)

    def on(self, life: Life, step: str, day: date, hour: int) -> None:
        """The same on a date of its own, also in the evening or on a Sunday."""
        self.plan_at(moment(day, hour, life.luck.randint(1, 59)), life, step)

    def due_until(self, end: datetime) -> list[Planned]:
        """Take what is due before ``end``, in order."""
        taken = []
        while self.agenda and self.agenda[0].at < end:
            taken.append(heapq.heappop(self.agenda))
        return taken

    @staticmethod
    def office_time(day: date, luck: Random) -> datetime:
        """Some minute of this date's office hours."""
        return moment(day, luck.choice(_HOURS), luck.randint(1, 29))


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """This time of the day in Viet Nam."""
    return datetime.combine(day, time(hour, minute), HERE)


def tomorrow(day: date) -> date:
    """The next date."""
    return day + timedelta(days=1)
