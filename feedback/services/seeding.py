"""What a new installation starts with: the time limits and the calendar, as rows that people edit afterwards."""

from datetime import date

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.calendar_seed import complete_years, seed_rows
from feedback.domain.limits import DEFAULT_LIMITS
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay, CalendarVersion, Limit
from feedback.services import history

IN_FORCE_FROM = date(2024, 1, 1)
"""The first year of the shipped calendar: limits given by the program are valid from there."""

_LOCK = 4_816_530_074


def seed_reference_data() -> None:
    """Put in the limits and the calendar where there are none yet, in the caller's transaction.

    Doing it again changes nothing: a limit of which any version exists, and a calendar that has a version,
    belong to the people who edit them.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # two starts at once
    limits = _seed_limits()
    days = _seed_calendar()
    if limits or days:
        history.record(chain="sys:config", type="seed", actor=SYSTEM, role=Role.SYSTEM,
                       payload={"limits": limits, "calendar_days": days})


def _seed_limits() -> int:
    known = set(db.session.scalars(select(Limit.key).distinct()))
    new = [Limit(key=rule.key, version=1, amount=rule.amount, unit=rule.unit.value, from_event=rule.from_event,
                 legal_basis=rule.legal_basis, valid_from=IN_FORCE_FROM)
           for rule in DEFAULT_LIMITS if rule.key not in known]
    db.session.add_all(new)
    return len(new)


def _seed_calendar() -> int:
    if db.session.scalar(select(CalendarVersion.id).limit(1)) is not None:
        return 0
    rows = seed_rows()
    db.session.add_all(
        CalendarDay(day=row.date, kind=row.kind.value, name_vi=row.name_vi, name_en=row.name_en, source=row.source,
                    to_confirm=row.to_confirm)
        for row in rows)
    db.session.add(CalendarVersion(at=clock.now(), note="seed",
                                   years=",".join(str(year) for year in sorted(complete_years(rows)))))
    return len(rows)
