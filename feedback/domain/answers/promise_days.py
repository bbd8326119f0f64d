"""The days that a sentence names, as dates: "chậm nhất 15/12", "trong quý I/2027", "sau 3 ngày làm việc".

A day without its year is the next such day; a month, quarter or year stands for its last day, a week for its
Sunday. Written patterns carry accents; for a text without them they are tried without.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from feedback.domain.answers.promise_words import Words, bare
from feedback.domain.calendar import WorkingCalendar

MOST = 20
"""Days that are looked at in one sentence."""


@dataclass(frozen=True, slots=True)
class Named:
    """One day that is named. ``start``–``end``: letters of the text given. ``kind``: day, period (its last day),
    span (so many days from now) or soon (tomorrow, this week). ``first``: the first day of a period. ``rolled``:
    the year was left out and this year's such day has passed."""

    start: int
    end: int
    on: date
    kind: str
    first: date
    rolled: bool = False


_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")
_MONTH = f"(?:{'|'.join(_MONTHS)}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
_NUMBERS = {"mười lăm": 15, "hai mươi": 20, "ba mươi": 30, "bảy": 7, "mười": 10, "một": 1, "hai": 2, "ba": 3,
            "bốn": 4, "năm": 5, "sáu": 6, "tám": 8, "chín": 9, "fifteen": 15, "seven": 7, "thirty": 30,
            "twenty": 20, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "nine": 9,
            "ten": 10}
_BARE_NUMBERS = {bare(word): number for word, number in _NUMBERS.items()}
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5, "2": 0, "3": 1, "4": 2, "5": 3, "6": 4,
             "7": 5, "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4}
_BARE_WEEKDAYS = {bare(word): number for word, number in _WEEKDAYS.items()}
_YEAR = r"(?:\s?[/.-]\s?|,?\snăm\s|,?\s)(?P<year>20\d{2})(?!\d)"
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4,
             "first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}


def named_days(text: str, start: int, end: int, *, today: date, plain: bool,
               calendar: WorkingCalendar | None) -> list[Named]:
    """The days named in ``text[start:end]`` (comparable text, see ``view``), in order and apart from each other,
    at most ``MOST``. Working days are counted on ``calendar``, as days where there is none."""
    found: list[Named] = []
    for pattern, reading in _PATTERNS:
        for match in pattern.of(plain).finditer(text, start, end):
            if any(match.start() < one.end and one.start < match.end() for one in found):
                continue
            try:
                named = reading(match, today, calendar)
            except (ValueError, OverflowError):
                continue  # 31/2, or beyond all calendars: no day
            if named is not None:
                found.append(named)
    return sorted(found, key=lambda one: one.start)[:MOST]


def _day(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    said = match.groupdict()
    month = said["month"] if said["month"].isdigit() else str(_month_of(said["month"]))
    return _exact(match, int(said["day"]), int(month), said["year"], today)


def _exact(match: re.Match[str], day: int, month: int, year: str | None, today: date) -> Named:
    if year:
        on = date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        return Named(match.start(), match.end(), on, "day", on)
    on, rolled = date(today.year, month, day), False
    if on < today:
        on, rolled = date(today.year + 1, month, day), True
    return Named(match.start(), match.end(), on, "day", on, rolled)


def _month_of(name: str) -> int:
    return next(n for n, full in enumerate(_MONTHS, start=1) if full.startswith(name[:3]))


def _in_month(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    said = match.groupdict()
    month = int(said["month"]) if said["month"].isdigit() else _month_of(said["month"])
    year, rolled = int(said["year"]) if said["year"] else today.year, False
    if not said["year"] and month < today.month:
        year, rolled = year + 1, True
    return replace(_period(match, date(year, month, 1), 1, part=said.get("part") or ""), rolled=rolled)


def _period(match: re.Match[str], first: date, months: int, *, part: str = "") -> Named:
    """``part``: the beginning of a month ends on its 10th, the middle on its 20th."""
    on = _later(first, months) - timedelta(days=1)
    if months == 1 and bare(part) in ("dau", "thuong tuan"):
        on = first.replace(day=10)
    elif months == 1 and bare(part) in ("giua", "trung tuan"):
        on = first.replace(day=20)
    return Named(match.start(), match.end(), on, "period", first)


def _later(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _quarter(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    said = match.groupdict()
    number = _QUARTERS[said["quarter"]]
    year = int(said["year"]) if said["year"] else today.year
    rolled = not said["year"] and number * 3 < today.month
    return replace(_period(match, date(year + rolled, number * 3 - 2, 1), 3), rolled=rolled)


def _year(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    said = match.groupdict()["year"]
    after = "next" in match.group() or bare(match.group()).endswith(("sau", "toi"))
    return _period(match, date(int(said) if said else today.year + after, 1, 1), 12)


def _soon(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    said = bare(match.group())
    monday = today - timedelta(days=today.weekday())
    ahead = said.endswith(("toi", "sau")) or "next" in said
    if "tuan" in said or "week" in said:
        on = monday + timedelta(days=13 if ahead else 6)
    elif "thang" in said or "month" in said:
        on = _later(today.replace(day=1), 2 if ahead else 1) - timedelta(days=1)
    elif "kia" in said:
        on = today + timedelta(days=2)
    else:
        on = today + timedelta(days=1 if "mai" in said or "tomorrow" in said else 0)
    return Named(match.start(), match.end(), on, "soon", on)


def _weekday(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    said = match.groupdict()
    day = {**_WEEKDAYS, **_BARE_WEEKDAYS}[said["weekday"] or said["english"]]
    week = bare(said["week"] or said["next"] or "")
    if week and "tuan" in week:
        on = today - timedelta(days=today.weekday()) + timedelta(days=day + 7 * week.endswith(("toi", "sau")))
    else:
        on = today + timedelta(days=(day - today.weekday()) % 7)
        if week.startswith("next") and on.isocalendar().week == today.isocalendar().week:
            on += timedelta(days=7)
    return Named(match.start(), match.end(), on, "soon", on)


def _span(match: re.Match[str], today: date, calendar: WorkingCalendar | None) -> Named | None:
    said = match.groupdict()
    written = said["n"] or said["count"]
    number = int(written) if written.isdigit() else {**_NUMBERS, **_BARE_NUMBERS}[written]
    unit = bare(said["unit"] or said["units"])
    if number > 400:
        return None
    working = "lam viec" in unit or unit.startswith(("working", "business"))
    if "gio" in unit or "hour" in unit:
        number, unit = -(-number // (8 if working else 24)), "ngay"
    if "thang" in unit or "month" in unit:
        first = _later(today.replace(day=1), number)
        on = min(first.replace(day=1) + timedelta(days=today.day - 1), _later(first, 1) - timedelta(days=1))
    elif "tuan" in unit or "week" in unit:
        on = today + timedelta(days=7 * number)
    elif working and calendar is not None:
        on = calendar.add_working_days(today, number)
    else:
        on = today + timedelta(days=number)
    return Named(match.start(), match.end(), on, "span", on)


_N = r"\d{1,3}|" + "|".join(_NUMBERS)
_UNIT = (r"ngày làm việc|giờ làm việc|ngày|tuần|tháng|giờ|(?:working|business) days?|(?:working|business) hours?|"
         r"days?|weeks?|months?|hours?")
_Reading = Callable[[re.Match[str], date, WorkingCalendar | None], Named | None]


def _patterns() -> Iterator[tuple[Words, _Reading]]:
    """The longer form first: what it has taken, no other form reads again."""
    yield Words(rf"(?<!\w)ngày\s(?P<day>\d{{1,2}})\s?tháng\s(?P<month>\d{{1,2}})(?:{_YEAR})?(?!\w)"), _day
    yield Words(rf"(?<![\w/.-])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<month>{_MONTH})\.?"
                r"(?:,?\s(?P<year>20\d{2}))?(?!\w)"), _day
    yield Words(rf"(?<!\w)(?P<month>{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
                r"(?:,?\s(?P<year>20\d{2}))?(?![\w/])"), _day
    yield Words(r"(?<!\w)20\d{2}-(?P<month>\d{2})-(?P<day>\d{2})(?!\w)"), _iso
    yield Words(r"(?<![\w/.-])(?P<day>\d{1,2})\s?(?P<sign>[/.-])\s?(?P<month>\d{1,2})"
                r"(?:\s?(?P=sign)\s?(?P<year>20\d{2}|\d{2}))?(?![\w/]|[.-]\d)"), _numeric
    yield Words(rf"(?<!\w)(?:(?P<part>đầu|giữa|cuối|thượng tuần|trung tuần|hạ tuần)\s)?tháng\s"
                rf"(?P<month>1[0-2]|0?[1-9])(?:{_YEAR})?(?![\w/])"), _in_month
    yield Words(rf"(?<!\w)(?P<month>{_MONTH}),?\s(?P<year>20\d{{2}})(?!\w)"), _in_month
    yield Words(rf"(?<!\w)(?:quý|q)\s?(?P<quarter>iv|i{{1,3}}|[1-4])(?:{_YEAR})?(?!\w)"), _quarter
    yield Words(r"(?<!\w)(?P<quarter>first|second|third|fourth|last) quarter(?: of)?"
                r"(?: (?P<year>20\d{2}))?(?!\w)"), _quarter
    yield Words(r"(?<!\w)(?:năm|year|of|in|by)\s(?P<year>20\d{2})(?![\w/])|(?<!\w)(?:năm (?:nay|sau|tới)|"
                r"(?:this|next) year)(?!\w)"), _year
    yield Words(r"(?<!\w)(?:thứ\s(?P<weekday>hai|ba|tư|năm|sáu|bảy|[2-7])\s(?P<week>tuần (?:này|tới|sau)|này|tới)|"
                r"(?:(?P<next>next|this)\s)?(?P<english>monday|tuesday|wednesday|thursday|friday))(?!\w)"
                ), _weekday
    yield Words(r"(?<!\w)(?:ngày mai|sáng mai|chiều mai|hôm nay|chiều nay|tối nay|sáng nay|ngày kia|"
                r"(?:tuần|tháng) (?:này|tới|sau)|today|tomorrow|tonight|(?:this|next|the) (?:week|month))(?!\w)"
                ), _soon
    yield Words(rf"(?<!\w)(?:sau|trong vòng|trong|không quá|tối đa|chậm nhất|muộn nhất|within|in|after|"
                rf"no later than)\s(?:là\s|trong\s|sau\s|vòng\s|the next\s)?(?P<n>{_N})(?:\s?\(\d{{1,3}}\))?\s"
                rf"(?P<unit>{_UNIT})(?!\w)(?!\s(?:qua|vừa|trước|gần|liền|ago))|"
                rf"(?<!\w)(?P<count>{_N})\s(?P<units>{_UNIT})\s(?:tới|nữa|from (?:now|today))(?!\w)"), _span


def _iso(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    return _exact(match, int(match["day"]), int(match["month"]), match.group()[:4], today)


def _numeric(match: re.Match[str], today: date, _calendar: WorkingCalendar | None) -> Named | None:
    if match.group() == "24/7":
        return None  # round the clock
    return _exact(match, int(match["day"]), int(match["month"]), match["year"], today)


_PATTERNS = tuple(_patterns())
