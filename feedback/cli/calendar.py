"""``feedback calendar``: when a limit ends, and why, day by day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import click

from feedback.domain.calendar import DayLine, DayReason, Unit, WorkingCalendar
from feedback.domain.calendar_seed import SeedDay, calendar_from_days, seed_rows

MOST_DAYS = 3660
_UNITS = {"working": Unit.WORKING_DAYS, "calendar": Unit.CALENDAR_DAYS}
_WEEKDAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_REASONS = {
    "vi": {
        DayReason.DAY_ZERO: "ngày nhận, chưa tính",
        DayReason.WORKING_DAY: "ngày làm việc",
        DayReason.MAKE_UP_DAY: "ngày làm bù, tính là ngày làm việc",
        DayReason.WEEKEND: "nghỉ hằng tuần",
        DayReason.DAY_OFF: "ngày nghỉ",
        DayReason.PROVISIONAL_DAY_OFF: "ngày lễ cố định, năm này chưa có lịch nghỉ chính thức",
        DayReason.CARRIED_OVER: "ngày cuối là ngày nghỉ nên hạn chuyển sang ngày làm việc này",
    },
    "en": {
        DayReason.DAY_ZERO: "day of receipt, not counted",
        DayReason.WORKING_DAY: "working day",
        DayReason.MAKE_UP_DAY: "make-up day, counts as a working day",
        DayReason.WEEKEND: "weekend",
        DayReason.DAY_OFF: "day off",
        DayReason.PROVISIONAL_DAY_OFF: "fixed holiday, no official calendar for this year yet",
        DayReason.CARRIED_OVER: "the last day is a day off, so the limit ends on this working day",
    },
}
_PROVISIONAL = {
    "vi": "Có ngày cần xác nhận (đánh dấu *): hạn có thể thay đổi khi có lịch nghỉ chính thức.",
    "en": "Some days are to be confirmed (marked *): the date may change with the official calendar.",
}


@dataclass(frozen=True)
class LoadedCalendar:
    """A calendar and, by date, the rows that it was made from (for the names of days off)."""

    calendar: WorkingCalendar
    days: Mapping[date, SeedDay]


def shipped_calendar() -> LoadedCalendar:
    """The calendar that ships with the program."""
    rows = seed_rows()
    return LoadedCalendar(calendar=calendar_from_days(rows, version=0), days={row.date: row for row in rows})


def _line_text(line: DayLine, day: SeedDay | None, lang: str) -> str:
    number = "-" if line.counts is None else str(line.counts)
    name = (day.name_vi if lang == "vi" else day.name_en) if day else ""
    named = name and line.why in (DayReason.DAY_OFF, DayReason.MAKE_UP_DAY)
    why = _REASONS[lang][line.why] + (f": {name} ({day.source})" if named and day else "")
    mark = " *" if line.provisional else ""
    return f"{line.date.isoformat()}  {_WEEKDAYS[lang][line.date.weekday()]:<9}  {number:>4}  {why}{mark}"


def calendar_group(load_calendar: Callable[[], LoadedCalendar] = shipped_calendar) -> click.Group:
    """The command group over the calendar that ``load_calendar`` gives when a command runs."""

    @click.group(name="calendar", help="Working days and due dates.")
    def group() -> None:
        pass

    @group.command(name="due", help="Print the date on which a limit ends.")
    @click.option(
        "--received",
        required=True,
        type=click.DateTime(formats=["%Y-%m-%d"]),
        help="Day of receipt, which is day zero.",
    )
    @click.option("--days", required=True, type=click.IntRange(0, MOST_DAYS), help="Length of the limit.")
    @click.option("--unit", type=click.Choice(list(_UNITS)), default="working", show_default=True)
    @click.option("--explain", is_flag=True, help="List every day and why it counts or not.")
    @click.option(
        "--lang",
        type=click.Choice(["vi", "en"]),
        default="vi",
        show_default=True,
        help="Language of the explanation.",
    )
    def due(received: datetime, days: int, unit: str, explain: bool, lang: str) -> None:
        loaded = load_calendar()
        try:
            lines = loaded.calendar.explain(received.date(), days, _UNITS[unit])
        except OverflowError as beyond:
            raise click.BadParameter(
                "the limit ends beyond the year 9999", param_hint="--received"
            ) from beyond
        click.echo(lines[-1].date.isoformat())
        if explain:
            for line in lines:
                click.echo(_line_text(line, loaded.days.get(line.date), lang))
            if any(line.provisional for line in lines):
                click.echo(_PROVISIONAL[lang])

    return group


calendar = calendar_group()
