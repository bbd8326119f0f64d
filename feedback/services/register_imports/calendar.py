"""``feedback import calendar``: days off and make-up days as a file; open due dates move with them."""

from dataclasses import dataclass
from datetime import date

from feedback.domain import registers as rules
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.permissions import Actor
from feedback.domain.register_files import REQUIRED, Column, Reading
from feedback.services import working_days
from feedback.services.recomputing import Moved
from feedback.services.register_imports.bringing import Brought, demand_no_fault, noted, opened

COLUMNS = {
    "date": Column(rules.day, REQUIRED),
    "kind": Column(rules.day_kind, REQUIRED),
    "name_vi": Column(rules.words, REQUIRED),
    "source": Column(rules.words, REQUIRED),
    "name_en": Column(rules.text, "", needed=False),
    "to_confirm": Column(rules.yes_or_no, False, needed=False),
}
"""As design §13.21 has them, and the two that the shipped calendar has besides."""


@dataclass(frozen=True)
class LookedAt:
    """What a file would do. ``days``: what would stand there, by date; ``known``: what stands there now (None: an
    ordinary day); ``moved``: the clocks that would move."""

    days: dict[date, SeedDay]
    known: dict[date, SeedDay | None]
    brought: Brought
    moved: Moved


def look_at(data: bytes) -> LookedAt:
    """What bringing this in would do. Writes nothing. Raises Faulty with every fault."""
    days, known, brought = _read(data)
    return LookedAt(days, {day: known.get(day) for day in days}, brought, working_days.preview(days))


def bring_in(data: bytes, *, label: str, actor: Actor) -> Brought:
    """Put these days into the working calendar and move open due dates, in the caller's transaction; days it does
    not name stay. Raises Faulty with every fault, and then nothing was changed."""
    days, _known, brought = _read(data)
    moved = working_days.change(days, note=f"import: {label}"[:200], actor=actor)
    brought.moved_cases, brought.late_cases = len(moved.cases), len(moved.late)
    noted("calendar", data, brought, actor=actor)
    return brought


def _read(data: bytes) -> tuple[dict[date, SeedDay], dict[date, SeedDay], Brought]:
    reading = opened(data, COLUMNS)
    _check(reading)
    demand_no_fault(reading)
    known = working_days.known_days()
    days = {row.values["date"]: _day(row.values, known.get(row.values["date"])) for row in reading.rows}
    brought = Brought(read=len(reading.rows), ignored=reading.ignored)
    brought.new = sum(day not in known for day in days)
    brought.changed = sum(day in known and known[day] != facts for day, facts in days.items())
    return days, known, brought


def _day(values: dict[str, object], stands: SeedDay | None) -> SeedDay:
    """The day as the file says. Without an English name the one that stands is kept, if the Vietnamese is the
    same."""
    name_vi, name_en = str(values["name_vi"]), str(values["name_en"])
    if not name_en:
        name_en = stands.name_en if stands is not None and stands.name_vi == name_vi else name_vi
    day = values["date"]
    assert isinstance(day, date)
    return SeedDay(day, DayKind(values["kind"]), name_vi, name_en, str(values["source"]),
                   bool(values["to_confirm"]))


def _check(reading: Reading) -> None:
    seen: set[date] = set()
    for row in reading.rows:
        day = row.values["date"]
        if day in seen:
            reading.fault(row.number, "date", "twice", day)
        seen.add(day)
        if row.values["kind"] == DayKind.MAKE_UP.value and day.weekday() < 5:
            reading.fault(row.number, "kind", "weekday", day)
