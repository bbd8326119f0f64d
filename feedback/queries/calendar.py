"""The working calendar and the limits that are in force, read from their tables."""

from datetime import date, datetime

from sqlalchemy import select

from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.limits import LimitRule
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay, CalendarVersion, Limit

_kept: dict[tuple[str, int, datetime], WorkingCalendar] = {}


def load_calendar() -> WorkingCalendar:
    """The calendar of the newest version. Each call asks which version that is, so a holiday added by the
    administrator counts at once; the days themselves are kept as long as the version stands."""
    newest = db.session.scalar(select(CalendarVersion).order_by(CalendarVersion.id.desc()).limit(1))
    if newest is None:
        return WorkingCalendar(days_off=frozenset(), make_up_days=frozenset(), loaded_years=frozenset(), version=0)
    key = (str(db.engine.url), newest.id, newest.at)
    if key not in _kept:
        rows = db.session.execute(select(CalendarDay.day, CalendarDay.kind, CalendarDay.to_confirm)).all()
        _kept.clear()
        _kept[key] = WorkingCalendar(
            days_off=frozenset(r.day for r in rows if r.kind == "off"),
            make_up_days=frozenset(r.day for r in rows if r.kind == "make_up"),
            loaded_years=frozenset(int(y) for y in newest.years.split(",") if y), version=newest.id,
            to_confirm=frozenset(r.day for r in rows if r.to_confirm))
    return _kept[key]


def limit_in_force(key: str, on: date) -> Limit:
    """The newest version of a limit that is valid on this day. Raises LookupError when there is none."""
    row = db.session.scalar(
        select(Limit).where(Limit.key == key, Limit.valid_from <= on).order_by(Limit.version.desc()).limit(1))
    if row is None:
        raise LookupError(f"no limit {key!r} is in force on {on}")
    return row


def rule_of(limit: Limit) -> LimitRule:
    """The limit row as the rules of the domain take it."""
    return LimitRule(key=limit.key, amount=limit.amount, unit=Unit(limit.unit), from_event=limit.from_event,
                     legal_basis=limit.legal_basis)


def source_of_days(first: date, last: date) -> dict[date, CalendarDay]:
    """The special days between two dates, for explaining a due date day by day."""
    rows = db.session.scalars(select(CalendarDay).where(CalendarDay.day >= first, CalendarDay.day <= last))
    return {row.day: row for row in rows}
