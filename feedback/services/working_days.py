"""Changing the working calendar: each change rests on a document, gets a number, and moves running clocks."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.calendar_seed import DayKind, SeedDay, calendar_from_days, complete_years
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Actor
from feedback.domain.registers import demand_unchanged
from feedback.extensions import db
from feedback.models.deadlines import CalendarDay, CalendarVersion
from feedback.queries import calendar_years
from feedback.queries.calendar import load_calendar
from feedback.services import recomputing, registers
from feedback.services.recomputing import Moved

Changes = Mapping[date, SeedDay | None]
"""Days and what stands there from now on; None: an ordinary day again."""


def facts_of(row: CalendarDay) -> SeedDay:
    """A row of the table as the rules take it."""
    return SeedDay(row.day, DayKind(row.kind), row.name_vi, row.name_en, row.source, row.to_confirm)


def known_days() -> dict[date, SeedDay]:
    """Every day off and make-up day that is loaded."""
    return {row.day: facts_of(row) for row in db.session.scalars(select(CalendarDay))}


def check(facts: SeedDay) -> None:
    """Raises BadInput: name_vi or source missing, day weekday for a make-up day that is a working day anyway."""
    for name in ("name_vi", "source"):
        if not getattr(facts, name).strip():
            raise BadInput(name, "missing")
    if facts.kind is DayKind.MAKE_UP and facts.date.weekday() < 5:
        raise BadInput("day", "weekday")


def preview(changes: Changes) -> Moved:
    """Which clocks would move. Writes nothing."""
    return recomputing.preview(load_calendar(), _with(known_days(), changes, version=0))


def keep(facts: SeedDay, *, shown: str | None, actor: Actor) -> Moved:
    """Add a day (``shown`` None) or change the one that the page showed. Raises RowChanged; BadInput as ``check``
    and day taken."""
    registers.hold()
    check(facts)
    row = db.session.get(CalendarDay, facts.date)
    if shown is None and row is not None:
        raise BadInput("day", "taken")
    if shown is not None:
        demand_unchanged(asdict(facts_of(row)) if row else {}, shown)
    return change({facts.date: facts}, note=facts.source, actor=actor)


def remove(day: date, *, shown: str, source: str, actor: Actor) -> Moved:
    """Make it an ordinary day again, resting on the document ``source``. Raises RowChanged; BadInput source
    missing."""
    registers.hold()
    if not source.strip():
        raise BadInput("source", "missing")
    row = db.session.get(CalendarDay, day)
    demand_unchanged(asdict(facts_of(row)) if row else {}, shown)
    return change({day: None}, note=source.strip(), actor=actor)


def change(changes: Changes, *, note: str, actor: Actor) -> Moved:
    """Write these days as the next version of the calendar and move the clocks they touch, in the caller's
    transaction. Days that stand there already as given make no version."""
    before, days = load_calendar(), known_days()
    new = {day: facts for day, facts in changes.items() if days.get(day) != facts}
    if not new:
        return Moved()
    for day, facts in new.items():
        _write(day, facts)
    version = CalendarVersion(at=clock.now(), note=note, years=_years({**days, **new}))
    db.session.add(version)
    db.session.flush()  # clocks name the version
    moved = recomputing.recompute(before, load_calendar(), actor=actor)
    calendar_years.forget()
    first = min(new)
    registers.noted(
        "calendar_changed", actor=actor, version=version.id, days=len(new), first=first.isoformat(),
        added=sum(day not in days for day in new), removed=sum(facts is None for facts in new.values()),
        cases=len(moved.cases), late=len(moved.late), apart=moved.apart)
    return moved


def _write(day: date, facts: SeedDay | None) -> None:
    row = db.session.get(CalendarDay, day)
    if facts is None:
        if row is not None:
            db.session.delete(row)
        return
    if row is None:
        row = CalendarDay(day=day)
        db.session.add(row)
    row.kind, row.name_vi, row.name_en = facts.kind.value, facts.name_vi, facts.name_en
    row.source, row.to_confirm = facts.source, facts.to_confirm


def _years(days: Changes) -> str:
    return ",".join(str(year) for year in sorted(complete_years(facts for facts in days.values() if facts)))


def _with(days: dict[date, SeedDay], changes: Changes, *, version: int) -> WorkingCalendar:
    return calendar_from_days([facts for facts in {**days, **changes}.values() if facts], version)
