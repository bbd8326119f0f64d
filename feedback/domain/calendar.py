"""The working calendar: which days count, and the day on which a limit ends.

The day of receipt is day zero (Civil Code 2015, articles 147 and 148). A working day is Monday to Friday
without the days off, plus the Saturdays that the Prime Minister exchanged for a day off. Every number can be
explained day by day, because a citizen may ask why a date is what it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, OfficeHours, local, slices, slices_before

FIXED_HOLIDAYS: tuple[tuple[int, int], ...] = ((1, 1), (4, 30), (5, 1), (9, 2))
"""(month, day) of the holidays that follow the solar calendar (Labour Code 2019, article 112)."""

_DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a limit is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WORKING_HOURS = "working_hours"


class DayReason(StrEnum):
    """Why a day counts or does not count. PROVISIONAL_DAY_OFF is computed, since its year is not loaded yet.

    CARRIED_OVER is the working day on which a calendar-day limit ends because its last day was a rest day.
    """

    DAY_ZERO = "day_zero"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    WEEKEND = "weekend"
    DAY_OFF = "day_off"
    PROVISIONAL_DAY_OFF = "provisional_day_off"
    CARRIED_OVER = "carried_over"


@dataclass(frozen=True)
class DayLine:
    """One day of an explanation. ``counts`` is its number in the limit (day zero is 0) or None if skipped.

    ``provisional`` says that the day may still change: its year is not loaded or its row is to be confirmed.
    """

    date: date
    counts: int | None
    why: DayReason
    provisional: bool = False


@lru_cache(maxsize=256)
def provisional_days_off(year: int) -> frozenset[date]:
    """Days off of a year nobody has loaded: the fixed holidays, and the next working day for each that falls
    on a weekend (Labour Code 2019, article 111.3). Lunar holidays and exchanged days are unknown."""
    fixed = [date(year, month, day) for month, day in FIXED_HOLIDAYS]
    off = set(fixed)
    for holiday in fixed:
        if holiday.weekday() >= 5:
            instead = holiday + _DAY
            while instead.weekday() >= 5 or instead in off:
                instead += _DAY
            off.add(instead)
    return frozenset(off)


@dataclass(frozen=True)
class WorkingCalendar:
    """A frozen calendar; an amended one is a new value with a higher ``version``.

    ``days_off`` and ``make_up_days`` are dates in Viet Nam; ``loaded_years`` are the years whose days off are
    complete; ``to_confirm`` are dates that are in the table but not yet decided by the authority.
    Raises ValueError when a date is both off and made up.
    """

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    loaded_years: frozenset[int]
    version: int
    to_confirm: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        both = self.days_off & self.make_up_days
        if both:
            raise ValueError(f"both a day off and a make-up day: {min(both).isoformat()}")

    def reason(self, d: date) -> DayReason:
        """Why ``d`` is a working day or not. A row of the table always wins over what is computed."""
        if d in self.make_up_days:
            return DayReason.MAKE_UP_DAY
        if d in self.days_off:
            return DayReason.DAY_OFF
        if d.weekday() >= 5:
            return DayReason.WEEKEND
        if d.year not in self.loaded_years and d in provisional_days_off(d.year):
            return DayReason.PROVISIONAL_DAY_OFF
        return DayReason.WORKING_DAY

    def is_working(self, d: date) -> bool:
        """Whether offices work on this date."""
        return self.reason(d) in (DayReason.WORKING_DAY, DayReason.MAKE_UP_DAY)

    def is_provisional(self, d: date) -> bool:
        """Whether what is said about this date may still change (year not loaded, or row to be confirmed)."""
        return d.year not in self.loaded_years or d in self.to_confirm

    def provisional_between(self, start: date, end: date) -> bool:
        """Whether any date after ``start`` and up to ``end`` may still change."""
        return any(self.is_provisional(d) for d in self._span(start, end))

    def next_working_day(self, d: date) -> date:
        """The first working day after ``d``."""
        return self.add_working_days(d, 1)

    def add_working_days(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start`` (before it when ``n`` is negative); ``start`` when 0."""
        step = _DAY if n >= 0 else -_DAY
        day, left = start, abs(n)
        while left:
            day += step
            if self.is_working(day):
                left -= 1
        return day

    def add_calendar_days(self, start: date, n: int) -> date:
        """``start`` + ``n`` days, moved to the next working day when that is a rest day (Civil Code 2015,
        article 148.5). Raises ValueError when ``n`` is negative."""
        if n < 0:
            raise ValueError("a limit in days cannot be negative")
        last = start + n * _DAY
        return last if self.is_working(last) else self.next_working_day(last)

    def add_working_hours(
        self, instant: datetime, n: int, office_hours: OfficeHours = DEFAULT_OFFICE_HOURS
    ) -> datetime:
        """The aware UTC instant at which ``n`` open hours have passed since the aware ``instant``; with a negative
        ``n`` the one from which so many are left until it; the instant itself when 0. Raises ValueError when the
        instant has no time zone."""
        if n <= 0:
            before = slices_before(instant, -n, office_hours, self.is_working) if n else []
            return before[0].starts if before else local(instant).astimezone(UTC)
        return slices(instant, n, office_hours, self.is_working)[-1].ends

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after ``a`` up to and including ``b``; negative when ``b`` is before ``a``.
        With ``a`` today and ``b`` the due date: days left, or minus the days late."""
        if b < a:
            return -self.working_days_between(b, a)
        weeks, rest = divmod((b - a).days, 7)
        count = weeks * 5 + sum((a + i * _DAY).weekday() < 5 for i in range(1, rest + 1))
        computed = {
            d
            for year in range(a.year, b.year + 1)
            if year not in self.loaded_years
            for d in provisional_days_off(year)
            if d not in self.make_up_days
        }
        count -= sum(a < d <= b and d.weekday() < 5 for d in self.days_off | computed)
        return count + sum(a < d <= b and d.weekday() >= 5 for d in self.make_up_days)

    def explain(self, start: date, amount: int, unit: Unit) -> list[DayLine]:
        """The limit day by day, from day zero to the due date, which is the last line's date.

        Raises ValueError for a negative amount, or for working hours (see ``office_hours.slices``)."""
        if amount < 0:
            raise ValueError("a limit cannot be negative")
        if unit is Unit.WORKING_HOURS:
            raise ValueError("working hours are explained by their slices, not by days")
        lines = [DayLine(start, 0, DayReason.DAY_ZERO)]
        if unit is Unit.WORKING_DAYS:
            counted = 0
            for d in self._span(start, self.add_working_days(start, amount)):
                counted += self.is_working(d)
                lines.append(self._line(d, counted if self.is_working(d) else None))
            return lines
        last, due = start + amount * _DAY, self.add_calendar_days(start, amount)
        lines += [self._line(d, (d - start).days) for d in self._span(start, last)]
        lines += [self._line(d, None) for d in self._span(last, due)]
        if due != last:
            lines[-1] = DayLine(due, None, DayReason.CARRIED_OVER, self.is_provisional(due))
        return lines

    def _line(self, d: date, counts: int | None) -> DayLine:
        return DayLine(d, counts, self.reason(d), self.is_provisional(d))

    @staticmethod
    def _span(start: date, end: date) -> Iterator[date]:
        return (start + i * _DAY for i in range(1, (end - start).days + 1))
