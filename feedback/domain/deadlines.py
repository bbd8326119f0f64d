"""When a limit ends: one function for every clock of the house, and days given back after a pause."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.limits import DEFAULT_LIMITS, DeadlineKind, LimitRule
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, VIETNAM_TIME, OfficeHours, local

__all__ = [
    "DEFAULT_LIMITS",
    "DeadlineKind",
    "Due",
    "LimitRule",
    "Unit",
    "due",
    "end_of_day",
    "give_back",
    "received_on",
]


@dataclass(frozen=True)
class Due:
    """The end of a limit. ``due_on`` is the date in Viet Nam, ``due_at`` the aware UTC instant after which it
    is late (24:00 of ``due_on`` for limits in days). ``provisional``: a later calendar may still move it."""

    due_on: date
    due_at: datetime
    provisional: bool


def end_of_day(d: date) -> datetime:
    """24:00 of this date in Viet Nam as an aware UTC instant (Civil Code 2015, article 148.6)."""
    return datetime.combine(d + timedelta(days=1), time(0), VIETNAM_TIME).astimezone(UTC)


def received_on(
    instant: datetime, calendar: WorkingCalendar, office_hours: OfficeHours, after_hours_next_day: bool
) -> date:
    """Day zero of what arrived at this aware instant.

    The law does not say whether something sent in the evening is received that day, so it is a setting: with
    ``after_hours_next_day`` whatever comes after closing time, or on a day without work, is received on the
    next working day. Raises ValueError for an instant without a time zone.
    """
    there = local(instant)
    d = there.date()
    open_today = calendar.is_working(d) and there.time() < office_hours.closes
    return calendar.next_working_day(d) if after_hours_next_day and not open_today else d


def due(
    rule: LimitRule,
    started_at: datetime,
    calendar: WorkingCalendar,
    office_hours: OfficeHours = DEFAULT_OFFICE_HOURS,
    after_hours_next_day: bool = False,
) -> Due:
    """When the limit ``rule``, started at this aware instant, ends.

    Limits in days run to 24:00 of their last day; limits in hours to the very minute, inside office hours
    only. Raises ValueError for an instant without a time zone.
    """
    first = local(started_at).date()
    if rule.unit is Unit.WORKING_HOURS:
        ends = calendar.add_working_hours(started_at, rule.amount, office_hours)
        due_on = local(ends).date()
    else:
        day_zero = received_on(started_at, calendar, office_hours, after_hours_next_day)
        if rule.unit is Unit.WORKING_DAYS:
            due_on = calendar.add_working_days(day_zero, rule.amount)
        else:
            due_on = calendar.add_calendar_days(day_zero, rule.amount)
        ends = end_of_day(due_on)
    # Whatever lies between counts as uncertain: saying "may move" once too often is the safer fault.
    return Due(due_on=due_on, due_at=ends, provisional=calendar.provisional_between(first, due_on))


def give_back(due_on: date, paused_working_days: int, calendar: WorkingCalendar) -> date:
    """The due date after a pause: exactly the working days of the pause are added, never the whole limit.

    The pause is ``calendar.working_days_between(asked_on, supplied_on)``. Raises ValueError when negative.
    """
    if paused_working_days < 0:
        raise ValueError("a pause cannot be negative")
    return calendar.add_working_days(due_on, paused_working_days)
