"""Days counted one after the other, from rows alone: nothing here knows the rules of the house."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone

HERE = timezone(timedelta(hours=7))
OPEN = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
"""Holidays of a year whose days nobody has loaded."""


def day_of(instant: datetime) -> date:
    """The date in Viet Nam."""
    return instant.astimezone(HERE).date()


def midnight(day: date) -> datetime:
    """The first moment of a date in Viet Nam."""
    return datetime.combine(day, time(0), HERE).astimezone(UTC)


@dataclass
class Days:
    """Which dates are worked on: days off, weekend days with work, years that are complete."""

    off: set[date]
    made_up: set[date]
    years: set[int]
    _hours: dict[tuple[datetime, int], datetime] = field(default_factory=dict)

    def close(self, day: date) -> None:
        """A day off comes."""
        self.off.add(day)
        self._hours.clear()

    def open(self, day: date) -> None:
        """It is an ordinary day again."""
        self.off.discard(day)
        self._hours.clear()

    def works(self, day: date) -> bool:
        """Whether offices work on this date."""
        if day in self.made_up:
            return True
        if day in self.off or day.weekday() > 4:
            return False
        return day.year in self.years or day not in _guessed(day.year)

    def nth(self, start: date, n: int) -> date:
        """The n-th day with work after ``start``, or before it."""
        day, left = start, abs(n)
        while left:
            day += DAY if n > 0 else -DAY
            left -= self.works(day)
        return day

    def rolled(self, start: date, n: int) -> date:
        """``n`` dates later, or the next day with work."""
        day = start + n * DAY
        while not self.works(day):
            day += DAY
        return day

    def between(self, a: date, b: date) -> int:
        """Days with work after ``a`` up to ``b``."""
        return sum(self.works(a + n * DAY) for n in range(1, (b - a).days + 1))

    def hours(self, start: datetime, n: int) -> datetime:
        """When ``n`` hours of work have gone by, or how long before they begin: minute by minute."""
        if (start, n) not in self._hours:
            self._hours[(start, n)] = self._walk(start, n)
        return self._hours[(start, n)]

    def _walk(self, start: datetime, n: int) -> datetime:
        now, left = start.astimezone(HERE), abs(n) * 60
        while left:
            if n < 0:
                now -= MINUTE
            left -= self.works(now.date()) and any(a <= now.time() < b for a, b in OPEN)
            if n > 0:
                now += MINUTE
        return now.astimezone(UTC)


def _guessed(year: int) -> set[date]:
    days = {date(year, month, day) for month, day in FIXED}
    for day in sorted(days):
        instead = day
        while day.weekday() > 4 and (instead.weekday() > 4 or instead in days):
            instead += DAY
        days.add(instead)
    return days
