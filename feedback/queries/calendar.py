"""The working calendar and the limits that are in force, read from their tables."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import or_, select

from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.limits import FOR_ALL, Facts, LimitRule, Only
from feedback.domain.office_hours import OfficeHours, from_minutes
from feedback.domain.province import OFFICE_EDGES, SWITCHES, Switch
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import CalendarDay, CalendarVersion, Limit
from feedback.models.settings import ProvinceSwitch
from feedback.queries.once import once

_kept: dict[tuple[str, int, datetime], WorkingCalendar] = {}


def load_calendar() -> WorkingCalendar:
    """The calendar of the newest version. Each transaction asks which version that is, so a holiday added by the
    administrator counts at once; the days themselves are kept as long as the version stands."""
    return once("calendar", _calendar)


def _calendar() -> WorkingCalendar:
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


@dataclass(frozen=True)
class Office:
    """When the offices of the province work, and whether what comes in after hours counts as of the next day."""

    hours: OfficeHours
    after_hours_next_day: bool


def load_office() -> Office:
    """The office hours as the province set them: what new clocks are counted with."""
    return once("office", _office)


def _office() -> Office:
    wanted = [*OFFICE_EDGES, Switch.AFTER_HOURS_NEXT_DAY]
    rows = db.session.execute(select(ProvinceSwitch.key, ProvinceSwitch.value).where(
        ProvinceSwitch.key.in_([key.value for key in wanted])))
    ours = {key.value: SWITCHES[key].default for key in wanted} | {row.key: row.value for row in rows}
    return Office(from_minutes(*(ours[key.value] for key in OFFICE_EDGES)),
                  bool(ours[Switch.AFTER_HOURS_NEXT_DAY.value]))


def limit_in_force(key: str, on: date, facts: Facts | None = None) -> Limit:
    """The limit that a case with these facts gets on this day: of the rows in force whose conditions it meets the
    one with most conditions, of these the newest version. Without facts: the row that holds for all cases. Raises
    LookupError when there is none."""
    rows = once(("limits", key, on), lambda: db.session.scalars(select(Limit).where(
        Limit.key == key, Limit.valid_from <= on, or_(Limit.valid_to.is_(None), Limit.valid_to >= on))).all())
    fitting = [row for row in rows if only_of(row).met_by(facts)]
    if not fitting:
        raise LookupError(f"no limit {key!r} is in force on {on}")
    return max(fitting, key=lambda row: (only_of(row).count, row.version))


def only_of(limit: Limit) -> Only:
    """The conditions of a limit row."""
    return Only(**{one.name: getattr(limit, one.name) for one in fields(FOR_ALL)})


def facts_of(case: Case) -> Facts:
    """What the limits of this case may depend on, as it stands now (one statement for the agency's tier)."""
    tier = None if case.agency_id is None else db.session.scalar(
        select(Agency.tier).where(Agency.id == case.agency_id))
    return Facts(category=case.category, case_kind=case.kind, urgent=case.urgent, complex=case.complex, tier=tier,
                 procedure_id=case.procedure_id)


def rule_of(limit: Limit) -> LimitRule:
    """The limit row as the rules of the domain take it."""
    return LimitRule(key=limit.key, amount=limit.amount, unit=Unit(limit.unit), from_event=limit.from_event,
                     legal_basis=limit.legal_basis, only=only_of(limit))


def source_of_days(first: date, last: date) -> dict[date, CalendarDay]:
    """The special days between two dates, for explaining a due date day by day."""
    rows = db.session.scalars(select(CalendarDay).where(CalendarDay.day >= first, CalendarDay.day <= last))
    return {row.day: row for row in rows}
