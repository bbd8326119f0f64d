"""What explains due dates day by day: the limit of each clock, the special days it passed, the office hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, OfficeHours
from feedback.extensions import db
from feedback.models.deadlines import Deadline, Limit
from feedback.queries.calendar import SpecialDay, load_office, source_of_days


@dataclass(frozen=True)
class Counting:
    """``limits`` by id; ``named``: the rows of the calendar between the first day and the last one."""

    calendar: WorkingCalendar
    limits: Mapping[int, Limit]
    named: Mapping[date, SpecialDay]
    hours: OfficeHours


def counting_of(rows: Sequence[Deadline], calendar: WorkingCalendar) -> Counting:
    """What these clocks are counted with: a statement, and a second when one of them counts hours."""
    ids = sorted({row.limit_id for row in rows if row.limit_id is not None})
    if not ids:
        return Counting(calendar, {}, {}, DEFAULT_OFFICE_HOURS)
    limits = {limit.id: limit for limit in db.session.scalars(select(Limit).where(Limit.id.in_(ids)))}
    in_hours = any(limit.unit == Unit.WORKING_HOURS.value for limit in limits.values())
    return Counting(
        calendar, limits, source_of_days(min(row.started_on for row in rows), max(row.due_on for row in rows)),
        load_office().hours if in_hours else DEFAULT_OFFICE_HOURS)
