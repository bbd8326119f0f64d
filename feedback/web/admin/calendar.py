"""The working calendar and the limits, as everyone who decides about time may read them."""

from flask import render_template, request
from sqlalchemy import select

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay, Limit
from feedback.web.admin import bp
from feedback.web.guards import requires


@bp.get("/calendar")
@requires(Permission.CALENDAR_READ)
def calendar() -> str:
    """Days off and make-up days of one ``year`` with the document each rests on, and the limits in force."""
    text = request.args.get("year", "")
    year = int(text) if text.isdigit() and 2000 <= int(text) <= 2100 else clock.today().year
    rows = list(db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)))
    limits = list(db.session.scalars(select(Limit).order_by(Limit.key, Limit.version.desc())))
    return render_template(
        "admin/calendar.html", year=year, years=sorted({r.day.year for r in rows}),
        days=[r for r in rows if r.day.year == year], limits=limits)
