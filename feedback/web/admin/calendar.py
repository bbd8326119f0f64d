"""The working calendar and the limits, as everyone who decides about time may read them."""

import calendar as months
from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import format_date, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.permissions import Permission
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay, Limit
from feedback.web.admin import bp
from feedback.web.filters import month_words
from feedback.web.guards import requires
from feedback.web.numbers import whole

LIMIT_NAMES = {
    "total": _l("Answer to the citizen"),
    "total_complex": _l("Answer to the citizen, complex matter"),
    "receive": _l("First reading"),
    "receive_urgent": _l("First reading, urgent matter"),
    "transfer": _l("Giving it to the right agency"),
    "handle": _l("Handling by the agency"),
    "handle_complex": _l("Handling by the agency, complex matter"),
    "legal_document": _l("Answer about a legal document"),
    "supply": _l("Waiting for the sender"),
    "approve": _l("Approval by the head"),
    "gate": _l("Reading at the gate"),
    "redo": _l("Writing the answer again"),
    "publish": _l("Publication"),
    "instruction": _l("Instruction"),
    "objection": _l("Time to object to an answer"),
    "complaint_notice": _l("Complaint by law: notice that it is taken on"),
    "denunciation_check": _l("Denunciation by law: first check"),
    "denunciation_transfer": _l("Denunciation by law: passing it on"),
    "tell_submitter": _l("Telling the sender what became of it"),
}


@bp.get("/calendar")
@requires(Permission.CALENDAR_READ)
def calendar() -> str:
    """Days off and make-up days of one ``year``: twelve months at a glance, then each day with the document it
    rests on; and the limits in force with their legal basis."""
    asked = whole(request.args.get("year", ""))
    year = asked if asked is not None and 2000 <= asked <= 2100 else clock.today().year
    rows = list(db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)))
    limits = list(db.session.scalars(select(Limit).order_by(Limit.key, Limit.version.desc())))
    days = [r for r in rows if r.day.year == year]
    known = sorted({r.day.year for r in rows} | {year})
    return render_template(
        "admin/calendar.html", year=year, years=known, days=days, months=_months(year, days),
        weekdays=[format_date(date(2024, 1, day), "EEEEE") for day in range(1, 8)],  # 1 January 2024: a Monday
        limits=[{"name": LIMIT_NAMES.get(r.key, r.key), "length": _length(r), "row": r} for r in limits])


def _length(limit: Limit) -> str:
    n = limit.amount
    return {
        Unit.WORKING_DAYS: ngettext("%(num)s working day", "%(num)s working days", n),
        Unit.CALENDAR_DAYS: ngettext("%(num)s day", "%(num)s days", n),
        Unit.WORKING_HOURS: ngettext("%(num)s working hour", "%(num)s working hours", n),
    }[Unit(limit.unit)]


def _months(year: int, days: list[CalendarDay]) -> list[dict[str, Any]]:
    """Twelve months as weeks from Monday; each day with its number (0: not of this month) and kind: 'work',
    'weekend', 'off' or 'make_up'."""
    special = {r.day: r.kind for r in days}
    return [{"name": month_words(date(year, month, 1)),
             "weeks": [[{"number": day.day if day.month == month else 0,
                         "kind": special.get(day, "weekend" if day.weekday() >= 5 else "work")}
                        for day in week] for week in months.Calendar().monthdatescalendar(year, month)]}
            for month in range(1, 13)]
