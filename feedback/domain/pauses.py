"""What a pause gives back: while the sender is asked, the clock for the answer stands, and afterwards exactly what
was left is left again.

Days are counted as everywhere: the day of the question is spent, the day of the reply is given back. A limit in
hours gets back its open minutes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.deadlines import end_of_day, give_back
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, VIETNAM_TIME, OfficeHours, local

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class GivenBack:
    """The end of a clock after a pause, and the working days that it stood (0 within one day, or over rest days
    alone)."""

    due_on: date
    due_at: datetime
    days: int


def resumed(*, due_on: date, due_at: datetime, unit: Unit, began: datetime, ended: datetime,
            calendar: WorkingCalendar, office_hours: OfficeHours = DEFAULT_OFFICE_HOURS) -> GivenBack:
    """The end of a clock that stood from ``began`` to ``ended`` (aware instants). ``unit`` is that of its limit:
    in hours the open time that was left runs again from ``ended`` on; in days the working days of the pause are
    added and the clock ends at 24:00. Raises ValueError when the pause ends before it began."""
    if ended < began:
        raise ValueError("a pause cannot end before it began")
    days = calendar.working_days_between(local(began).date(), local(ended).date())
    if unit is Unit.WORKING_HOURS:
        left = open_time(began, due_at, calendar, office_hours)
        at = after_open_time(ended, left, calendar, office_hours)
        return GivenBack(local(at).date(), at, days)
    if not days:
        return GivenBack(due_on, due_at, 0)
    on = give_back(due_on, days, calendar)
    return GivenBack(on, end_of_day(on), days)


def open_time(a: datetime, b: datetime, calendar: WorkingCalendar,
              office_hours: OfficeHours = DEFAULT_OFFICE_HOURS) -> timedelta:
    """How long offices are open between two aware instants; zero when ``b`` is not after ``a``."""
    found, day = timedelta(0), local(a).date()
    while day <= local(b).date():
        for opens, closes in _periods(day, calendar, office_hours):
            found += max(min(closes, b) - max(opens, a), timedelta(0))
        day += _DAY
    return found


def after_open_time(start: datetime, left: timedelta, calendar: WorkingCalendar,
                    office_hours: OfficeHours = DEFAULT_OFFICE_HOURS) -> datetime:
    """The UTC instant at which offices have been open for ``left`` since ``start``; ``start`` itself for none."""
    day = local(start).date()
    if left <= timedelta(0):
        return start.astimezone(UTC)
    while True:
        for opens, closes in _periods(day, calendar, office_hours):
            begins = max(opens, start)
            if begins + left <= closes:
                return (begins + left).astimezone(UTC)
            left -= max(closes - begins, timedelta(0))
        day += _DAY


def _periods(day: date, calendar: WorkingCalendar, hours: OfficeHours) -> list[tuple[datetime, datetime]]:
    if not calendar.is_working(day):
        return []
    return [(datetime.combine(day, opens, VIETNAM_TIME), datetime.combine(day, closes, VIETNAM_TIME))
            for opens, closes in hours.periods]
