"""The working calendar as a year at a glance, as everyone who decides about time may read it."""

import calendar as months
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import format_date, gettext
from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import DayReason, WorkingCalendar
from feedback.domain.permissions import Permission
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay
from feedback.queries.calendar import load_calendar
from feedback.web.admin import bp
from feedback.web.filters import month_words
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole

YEARS_AHEAD = 5
"""For later years no days are computed: the lunar ones would be worth nothing."""
KINDS = {DayReason.DAY_OFF: "off", DayReason.PROVISIONAL_DAY_OFF: "off", DayReason.MAKE_UP_DAY: "make_up",
         DayReason.WEEKEND: "weekend"}
"""How a day is drawn; the others are plain working days."""


@bp.get("/calendar")
@requires(Permission.CALENDAR_READ)
def calendar() -> str:
    """Days off and make-up days of one ``year``: twelve months at a glance, then each day with the document it
    rests on. A year that is not loaded shows what is computed for it, marked as to be confirmed."""
    asked = whole(request.args.get("year", ""))
    year = asked if asked is not None and 2000 <= asked <= 2100 else clock.today().year
    rows = list(db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)))
    days, loaded = [row for row in rows if row.day.year == year], load_calendar()
    return render_template(
        "admin/calendar.html", year=year, days=days, months=_months(year, loaded),
        years=sorted({row.day.year for row in rows} | {year, clock.today().year + 1}),
        proposes=clock.today().year <= year <= clock.today().year + YEARS_AHEAD,
        complete=year in loaded.loaded_years, may_edit=current_actor().can(Permission.REGISTERS_MANAGE),
        urls={row.day: url_for("admin.calendar_day", day=row.day.isoformat()) for row in days},
        weekdays=[format_date(date(2024, 1, day), "EEEEE") for day in range(1, 8)])  # 1 January 2024: a Monday


def _months(year: int, loaded: WorkingCalendar) -> list[dict[str, Any]]:
    """Twelve months as weeks from Monday. Each day has its number (0: not of this month), how it is drawn, and
    the word that says so without colour."""
    return [{"name": month_words(date(year, month, 1)),
             "weeks": [[_day(day, month, loaded) for day in week]
                       for week in months.Calendar().monthdatescalendar(year, month)]}
            for month in range(1, 13)]


def _day(day: date, month: int, loaded: WorkingCalendar) -> dict[str, Any]:
    if day.month != month:
        return {"number": 0, "kind": "", "word": "", "unsure": False, "today": False}
    reason = loaded.reason(day)
    words = {DayReason.DAY_OFF: gettext("off"), DayReason.MAKE_UP_DAY: gettext("worked"),
             DayReason.PROVISIONAL_DAY_OFF: gettext("off")}
    unsure = day in loaded.to_confirm or reason is DayReason.PROVISIONAL_DAY_OFF
    return {"number": day.day, "kind": KINDS.get(reason, ""), "word": words.get(reason, ""), "unsure": unsure,
            "today": day == clock.today()}
