"""The working calendar and the limits that are in force, read from their tables."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

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
from feedback.queries.unchanged import unchanged


@dataclass(frozen=True)
class SpecialDay:
    """A day off, or a day worked in exchange for one, with its names and the document it rests on."""

    day: date
    name_vi: str
    name_en: str
    source: str


@dataclass(frozen=True)
class _Loaded:
    """A whole version of the calendar: for counting, and for explaining."""

    days: WorkingCalendar
    special: Mapping[date, SpecialDay]


_NONE = _Loaded(WorkingCalendar(
    days_off=frozenset(), make_up_days=frozenset(), loaded_years=frozenset(), version=0), {})
_NEWEST = select(CalendarVersion.id, CalendarVersion.years).order_by(
    CalendarVersion.id.desc()).limit(1)


def load_calendar() -> WorkingCalendar:
    """The calendar of the newest version. Each transaction asks which version that is, so a holiday added by the
    administrator counts at once; the days themselves are kept as long as the version stands."""
    return _loaded().days


def _loaded() -> _Loaded:
    return unchanged("calendar", _calendar)


def _calendar() -> _Loaded:
    newest = db.session.execute(_NEWEST).one_or_none()
    if newest is None:
        return _NONE
    rows = db.session.execute(select(
        CalendarDay.day, CalendarDay.kind, CalendarDay.to_confirm, CalendarDay.name_vi, CalendarDay.name_en,
        CalendarDay.source)).all()
    return _Loaded(WorkingCalendar(
        days_off=frozenset(r.day for r in rows if r.kind == "off"),
        make_up_days=frozenset(r.day for r in rows if r.kind == "make_up"),
        loaded_years=frozenset(int(y) for y in newest.years.split(",") if y), version=newest.id,
        to_confirm=frozenset(r.day for r in rows if r.to_confirm)),
        {r.day: SpecialDay(r.day, r.name_vi, r.name_en, r.source) for r in rows})


@dataclass(frozen=True)
class Office:
    """When the offices of the province work, and whether what comes in after hours counts as of the next day."""

    hours: OfficeHours
    after_hours_next_day: bool


def load_office() -> Office:
    """The office hours as the province set them: what new clocks are counted with."""
    return unchanged("office", _office)


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
    rows = unchanged(("limits", key, on), lambda: _limits(key, on))
    fitting = [row for row in rows if only_of(row).met_by(facts)]
    if not fitting:
        raise LookupError(f"no limit {key!r} is in force on {on}")
    return max(fitting, key=lambda row: (only_of(row).count, row.version))


def _limits(key: str, on: date) -> list[Limit]:
    """Copies, which belong to no session: for reading alone."""
    columns = Limit.__table__.columns
    return [Limit(**row) for row in db.session.execute(select(*columns).where(
        Limit.key == key, Limit.valid_from <= on,
        or_(Limit.valid_to.is_(None), Limit.valid_to >= on))).mappings()]


def only_of(limit: Limit) -> Only:
    """The conditions of a limit row."""
    return Only(**{one.name: getattr(limit, one.name) for one in fields(FOR_ALL)})


def facts_of(case: Case) -> Facts:
    """What the limits of this case may depend on, as it stands now."""
    return Facts(category=case.category, case_kind=case.kind, urgent=case.urgent, complex=case.complex,
                 tier=tier_of(case.agency_id), procedure_id=case.procedure_id)


def tier_of(agency_id: int | None) -> str | None:
    """The tier of an agency, asked once a transaction; None for no agency."""
    return None if agency_id is None else once(("tier", agency_id), lambda: db.session.scalar(
        select(Agency.tier).where(Agency.id == agency_id)))


def rule_of(limit: Limit) -> LimitRule:
    """The limit row as the rules of the domain take it."""
    return LimitRule(key=limit.key, amount=limit.amount, unit=Unit(limit.unit), from_event=limit.from_event,
                     legal_basis=limit.legal_basis, only=only_of(limit))


def source_of_days(first: date, last: date) -> dict[date, SpecialDay]:
    """The special days between two dates (both included), for explaining a due date day by day."""
    return {day: row for day, row in _loaded().special.items() if first <= day <= last}
