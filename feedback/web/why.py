"""Why a due date is the day it is: counted day by day, in the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row

from feedback.clock import VIETNAM
from feedback.domain.calendar import DayLine, DayReason, Unit, WorkingCalendar
from feedback.domain.office_hours import slices
from feedback.models.deadlines import Deadline, Limit
from feedback.queries.calendar import SpecialDay
from feedback.queries.counting import Counting, counting_of
from feedback.queries.tracking import CountedFrom
from feedback.web.filters import name_of

_WORDS = {
    DayReason.DAY_ZERO: _l("the day it came in, not counted"),
    DayReason.WORKING_DAY: "",
    DayReason.MAKE_UP_DAY: _l("worked in exchange for a day off"),
    DayReason.WEEKEND: _l("weekend"),
    DayReason.DAY_OFF: _l("public holiday"),
    DayReason.PROVISIONAL_DAY_OFF: _l("public holiday by law; that year's calendar is not announced yet"),
    DayReason.CARRIED_OVER: _l("the last day fell on a day of rest, so the next working day counts"),
}
_BEGAN = _l("the day this clock began, not counted")
"""Day zero of a clock that is not the sender's own."""


def why_each(rows: Sequence[Deadline], calendar: WorkingCalendar) -> dict[int, list[dict[str, Any]]]:
    """For the desks: the days of every clock that still runs and is counted from a limit, by the clock's id."""
    counted = [row for row in rows if row.stopped_at is None and row.limit_id and row.replaces_id is None]
    known = counting_of(counted, calendar)
    found = {row.id: _why_clock(row, known) for row in counted}
    return {row_id: lines for row_id, lines in found.items() if lines}


def _why_clock(row: Deadline, known: Counting) -> list[dict[str, Any]]:
    limit = known.limits[row.limit_id or 0]
    if limit.unit != Unit.WORKING_HOURS.value:
        return why_lines(row, limit, known.calendar, known.named, mine=False)
    lines, hours = [], 0.0
    for piece in slices(row.started_at, limit.amount, known.hours, known.calendar.is_working):
        starts, ends = piece.starts.astimezone(VIETNAM), piece.ends.astimezone(VIETNAM)
        hours += (ends - starts).total_seconds() / 3600
        lines.append({"on": starts, "counted": True, "number": format_decimal(round(hours, 1)),
                      "why": gettext("hours, open from %(start)s to %(end)s", start=f"{starts:%H:%M}",
                                     end=f"{ends:%H:%M}")})
    return lines if piece.ends == row.due_at else []


def why_lines(row: Deadline | Row[Any], limit: Limit | CountedFrom, calendar: WorkingCalendar,
              named: Mapping[date, SpecialDay], *, mine: bool = True) -> list[dict[str, Any]]:
    """The days of a clock as ``case.why_this_day`` takes them, said to the sender (``mine``) or to the office.
    Days given back after a pause stand at the end.
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
    # Each reason is put into words once, not once a day.
    words = {why: str(_BEGAN if why is DayReason.DAY_ZERO and not mine else _WORDS[why])
             for why in {line.why for line in lines}}
    return [{"on": line.date, "counted": bool(line.counts), "number": line.counts,
             "why": _given_back(mine=mine) if (line.counts or 0) > limit.amount
             else _why(line, named.get(line.date), words[line.why])}
            for line in lines]


def _given_back(*, mine: bool) -> str:
    return (gettext("given back: the clock had stopped to wait for you") if mine
            else gettext("given back: the clock had stopped to wait for the sender"))


def _why(line: DayLine, day: SpecialDay | None, words: str) -> str:
    """A special day by its own name, every other in the words for its reason."""
    if day is None or line.why not in (DayReason.DAY_OFF, DayReason.MAKE_UP_DAY):
        return words
    return f"{name_of(day)} ({day.source})" if day.source else name_of(day)
