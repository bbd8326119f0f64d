"""Which years' calendars somebody has to load: from 1 October on the next one, and today's at once (it is a yearly
decision of the Prime Minister's, usually announced in autumn). Asked on every page of the administrators and the
coordinators, so the answer is kept for some seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.extensions import db
from feedback.queries.calendar import load_calendar

REMINDS_FROM = (10, 1)
"""(month, day) from which the next year's calendar is asked for."""
KEPT = timedelta(seconds=30)


@dataclass(frozen=True)
class Wanted:
    """A year whose calendar is not settled. ``loaded``: its days off are all there, but ``to_confirm`` of them
    rest on no document yet; else the year is not loaded and its dates are computed."""

    year: int
    loaded: bool
    to_confirm: int


_kept: dict[str, tuple[Any, datetime, Sequence[Wanted]]] = {}


def wanted() -> Sequence[Wanted]:
    """The years that are asked for now, the earlier first; at most KEPT old."""
    pool, now = db.engine.pool, clock.now()  # a new pool may lead to another database
    held = _kept.get("held")
    if held is None or held[0] is not pool or not timedelta(0) <= now - held[1] < KEPT:
        held = _kept["held"] = (pool, now, wanted_on(clock.today(), load_calendar()))
    return held[2]


def wanted_on(today: date, calendar: WorkingCalendar) -> list[Wanted]:
    """The same for any day and calendar. Today's year is asked for when it is not loaded; the next one until it is
    loaded and each of its days is confirmed."""
    found = []
    if today.year not in calendar.loaded_years:
        found.append(Wanted(today.year, loaded=False, to_confirm=0))
    if (today.month, today.day) >= REMINDS_FROM:
        year = today.year + 1
        unsure = sum(day.year == year for day in calendar.to_confirm)
        if unsure or year not in calendar.loaded_years:
            found.append(Wanted(year, loaded=year in calendar.loaded_years, to_confirm=unsure))
    return found


def forget() -> None:
    """Ask again next time: the calendar was changed."""
    _kept.clear()
