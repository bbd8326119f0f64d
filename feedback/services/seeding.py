"""What a new installation starts with: the limits, the ladder and the calendar, as rows that people edit
afterwards."""

from collections import Counter
from dataclasses import asdict
from datetime import date

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.calendar_seed import complete_years, seed_rows
from feedback.domain.escalation import LADDERS
from feedback.domain.limits import DEFAULT_LIMITS
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay, CalendarVersion, LadderRung, Limit
from feedback.queries.calendar import only_of
from feedback.services import history

IN_FORCE_FROM = date(2024, 1, 1)
"""The first year of the shipped calendar: limits given by the program are valid from there."""

_LOCK = 4_816_530_074


def seed_reference_data() -> None:
    """Put in the limits, the ladder and the calendar where there are none yet, in the caller's transaction.

    Doing it again changes nothing: a limit of which any version exists, and a calendar that has a version,
    belong to the people who edit them.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # two starts at once
    limits = _seed_limits()
    rungs, days = seed_ladder(), _seed_calendar()
    if limits or rungs or days:
        history.record(chain="sys:config", type="seed", actor=SYSTEM, role=Role.SYSTEM,
                       payload={"limits": limits, "rungs": rungs, "calendar_days": days})


def _seed_limits() -> int:
    """A row for each key and condition of which there was never one. What was ended stays ended."""
    rows = db.session.scalars(select(Limit)).all()
    known = {(row.key, only_of(row)) for row in rows}
    versions = Counter({row.key: row.version for row in sorted(rows, key=lambda row: row.version)})
    new = []
    for rule in DEFAULT_LIMITS:
        if (rule.key, rule.only) not in known:
            versions[rule.key] += 1
            new.append(Limit(key=rule.key, version=versions[rule.key], amount=rule.amount, unit=rule.unit.value,
                             from_event=rule.from_event, legal_basis=rule.legal_basis, valid_from=IN_FORCE_FROM,
                             **asdict(rule.only)))
    db.session.add_all(new)
    return len(new)


def seed_ladder() -> int:
    """The shipped rungs of each kind of clock that has no row. A kind whose rungs were changed or switched off
    keeps them."""
    known = set(db.session.scalars(select(LadderRung.kind).distinct()))
    new = [LadderRung(kind=kind.value, key=rung.key, offset=rung.offset, unit=rung.unit.value,
                      tell=rung.tell.value, does=rung.does.value, active=True)
           for kind, ladder in LADDERS.items() if kind.value not in known for rung in ladder]
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
