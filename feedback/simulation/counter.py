"""Counting days once more, naively and alone: one day after the other, straight from the rows of the calendar.

It deliberately shares no line with ``domain.calendar`` and ``domain.deadlines``: what both say alike is believed.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

HERE = timezone(timedelta(hours=7))
"""Viet Nam, written down a second time on purpose."""
OPEN = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
"""The office hours that a new installation has."""
_DAY = timedelta(days=1)
_FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))


def day_of(instant: datetime) -> date:
    """The date in Viet Nam."""
    return instant.astimezone(HERE).date()


def midnight(day: date) -> datetime:
    """The first moment of this date."""
    return datetime.combine(day, time(0), HERE).astimezone(UTC)


def day_over(day: date) -> datetime:
    """24:00 of this date."""
    return midnight(day + _DAY)


@dataclass(frozen=True)
class DayBook:
    """The calendar as rows: days without work, weekend days with it, the years that are complete."""

    off: frozenset[date]
    made_up: frozenset[date]
    years: frozenset[int]

    def works(self, day: date) -> bool:
        """Whether offices are open on this date."""
        if day in self.made_up:
            return True
        if day in self.off or day.weekday() in (5, 6):
            return False
        return day.year in self.years or day not in _computed(day.year)

    def working(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start`` (before it when negative)."""
        day, seen, step = start, 0, _DAY if n > 0 else -_DAY
        while seen < abs(n):
            day += step
            if self.works(day):
                seen += 1
        return day

    def calendar(self, start: date, n: int) -> date:
        """``n`` days after ``start``, or the next working day."""
        day = start + n * _DAY
        while not self.works(day):
            day += _DAY
        return day

    def hours(self, start: datetime, n: int) -> datetime:
        """When ``n`` open hours have gone by (negative: how long before), minute by minute. ``start`` stands on a
        whole minute; a minute is open when offices are at its beginning."""
        now, left, forward = start.astimezone(HERE), abs(n) * 60, n > 0
        minute = timedelta(minutes=1)
        while left:
            if not forward:
                now -= minute
            left -= self.works(now.date()) and any(opens <= now.time() < closes for opens, closes in OPEN)
            if forward:
                now += minute
        return now.astimezone(UTC)

    def between(self, a: date, b: date) -> int:
        """Working days after ``a`` up to ``b``."""
        day, seen = a, 0
        while day < b:
            day += _DAY
            seen += self.works(day)
        return seen


def _computed(year: int) -> set[date]:
    """Holidays of a year that nobody has loaded."""
    days: list[date] = [date(year, month, day) for month, day in _FIXED]
    for day in list(days):
        if day.weekday() >= 5:
            instead = day
            while instead.weekday() >= 5 or instead in days:
                instead += _DAY
            days.append(instead)
    return set(days)
