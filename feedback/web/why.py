"""Why a due date is the day it is: counted day by day, in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext

from feedback.domain.calendar import DayLine, DayReason, Unit, WorkingCalendar
from feedback.models.deadlines import CalendarDay, Deadline, Limit
from feedback.web.filters import name_of


def why_lines(row: Deadline, limit: Limit, calendar: WorkingCalendar,
              named: Mapping[date, CalendarDay]) -> list[dict[str, Any]]:
    """The days of a clock as ``case.why_this_day`` takes them. Days given back after a pause stand at the end.
    Empty when today's calendar does not lead to the stored date: a wrong explanation would be worse than none."""
    unit = Unit(limit.unit)
    if unit is Unit.WORKING_HOURS:
        return []
    lines = calendar.explain(row.started_on, limit.amount, unit)
    if row.paused_days:
        given_back = calendar.explain(lines[-1].date, row.paused_days, Unit.WORKING_DAYS)[1:]
        last = limit.amount
        lines += [DayLine(x.date, x.counts + last if x.counts else None, x.why, x.provisional) for x in given_back]
    if lines[-1].date != row.due_on:
        return []
    return [{"on": line.date, "counted": bool(line.counts), "number": line.counts,
             "why": _why(line, named.get(line.date), given_back=(line.counts or 0) > limit.amount)}
            for line in lines]


def _why(line: DayLine, day: CalendarDay | None, *, given_back: bool) -> str:
    words = {
        DayReason.DAY_ZERO: gettext("the day it came in, not counted"),
        DayReason.WORKING_DAY: "",
        DayReason.MAKE_UP_DAY: gettext("worked in exchange for a day off"),
        DayReason.WEEKEND: gettext("weekend"),
        DayReason.DAY_OFF: gettext("public holiday"),
        DayReason.PROVISIONAL_DAY_OFF: gettext("public holiday by law; that year's calendar is not announced yet"),
        DayReason.CARRIED_OVER: gettext("the last day fell on a day of rest, so the next working day counts"),
    }[line.why]
    if day is not None and line.why in (DayReason.DAY_OFF, DayReason.MAKE_UP_DAY):
        words = f"{name_of(day)} ({day.source})" if day.source else name_of(day)
    if given_back:
        return gettext("given back: the clock had stopped to wait for you")
    return words
