"""The calendar a new installation starts with: each day off and each make-up day with the paper it rests on.

The rows live in ``feedback/data/calendar.csv``; the same format is what an administrator imports.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from feedback.domain.calendar import FIXED_HOLIDAYS, WorkingCalendar

LEAST_DAYS_OFF_A_YEAR = 11
"""Labour Code 2019, article 112: a year with fewer rows is not complete and stays provisional."""


class DayKind(StrEnum):
    """A day without work, or a weekend day worked in exchange."""

    OFF = "off"
    MAKE_UP = "make_up"


@dataclass(frozen=True)
class SeedDay:
    """One row of the calendar table. ``source`` names the paper; ``to_confirm`` means that nobody with the
    authority has decided it yet."""

    date: date
    kind: DayKind
    name_vi: str
    name_en: str
    source: str
    to_confirm: bool = False


def read_calendar_csv(lines: Iterable[str]) -> list[SeedDay]:
    """The rows of a calendar file, in its order.

    Columns ``date,kind,name_vi,source``, and if wanted ``name_en`` (else the Vietnamese name stands) and
    ``to_confirm`` (``yes``, else empty). Raises ValueError naming the line when a column is missing, a date
    or kind cannot be read, a date comes twice or a source is empty.
    """
    reader = csv.DictReader(lines)
    missing = {"date", "kind", "name_vi", "source"} - set(reader.fieldnames or ())
    if missing:
        raise ValueError(f"calendar: no column {', '.join(sorted(missing))}")
    days: list[SeedDay] = []
    seen: set[date] = set()
    for row in reader:
        try:
            day = _read_row(row)
        except (ValueError, TypeError, AttributeError) as broken:
            raise ValueError(f"calendar line {reader.line_num}: {broken}") from broken
        if day.date in seen:
            raise ValueError(f"calendar line {reader.line_num}: {day.date} comes twice")
        seen.add(day.date)
        days.append(day)
    return days


def _read_row(row: dict[str, str]) -> SeedDay:
    name, source = row["name_vi"].strip(), row["source"].strip()
    if not name or not source:
        raise ValueError("a day needs a name and a source")
    return SeedDay(
        date=date.fromisoformat(row["date"].strip()),
        kind=DayKind(row["kind"].strip()),
        name_vi=name,
        name_en=(row.get("name_en") or "").strip() or name,
        source=source,
        to_confirm=(row.get("to_confirm") or "").strip() == "yes",
    )


@lru_cache(maxsize=1)
def _seed() -> tuple[SeedDay, ...]:
    text = (resources.files("feedback") / "data" / "calendar.csv").read_text(encoding="utf-8")
    return tuple(read_calendar_csv(text.splitlines()))


def seed_rows() -> list[SeedDay]:
    """The rows that ship with the program, in order of date."""
    return list(_seed())


def complete_years(days: Iterable[SeedDay]) -> frozenset[int]:
    """Years whose days off are all there: the fixed holidays and at least the eleven days of the law. One
    row added ahead of time must not make the rest of its year look settled."""
    off = {day.date for day in days if day.kind is DayKind.OFF}
    return frozenset(
        year
        for year in {d.year for d in off}
        if all(date(year, month, day) in off for month, day in FIXED_HOLIDAYS)
        and sum(d.year == year for d in off) >= LEAST_DAYS_OFF_A_YEAR
    )


def calendar_from_days(days: Iterable[SeedDay], version: int) -> WorkingCalendar:
    """The working calendar that these rows make. Raises ValueError when a date is both off and made up."""
    rows = list(days)
    return WorkingCalendar(
        days_off=frozenset(day.date for day in rows if day.kind is DayKind.OFF),
        make_up_days=frozenset(day.date for day in rows if day.kind is DayKind.MAKE_UP),
        loaded_years=complete_years(rows),
        version=version,
        to_confirm=frozenset(day.date for day in rows if day.to_confirm),
    )


def as_csv(days: Iterable[SeedDay]) -> str:
    """These days as a file that ``read_calendar_csv`` and the import read."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("date", "kind", "name_vi", "name_en", "source", "to_confirm"))
    for day in days:
        rows.writerow((day.date.isoformat(), day.kind.value, day.name_vi, day.name_en, day.source,
                       "yes" if day.to_confirm else ""))
    return written.getvalue()
