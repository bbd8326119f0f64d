"""How dates, numbers and names look on a page, in the reader's language."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import dates, numbers
from flask import Flask
from flask_babel import gettext

from feedback.clock import VIETNAM
from feedback.web.language import current_language, words_language


def date_words(value: date | datetime | None) -> str:
    """``thứ Sáu 27/11/2026``; ``Friday 27 November 2026``. Instants are put on Viet Nam's calendar."""
    if value is None:
        return gettext("unknown")
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    return _day(value, current_language(), words_language())


@lru_cache(maxsize=2048)
def _day(day: date, page: str, words: str) -> str:
    """Kept, because the days of one page are said ten times each, and those of one week on every page."""
    if page == "vi":
        weekday = dates.format_date(day, "EEEE", locale=words)
        # Decree 30/2020, annex II: "thứ Bảy" has a small first letter, "Chủ nhật" a great one.
        written = "Chủ nhật" if day.isoweekday() == 7 else f"{weekday[:1].lower()}{weekday[1:]}"
        return f"{written} {day:%d/%m/%Y}"
    return dates.format_date(day, "EEEE d MMMM yyyy", locale=words)


def instant_words(value: datetime | None) -> str:
    """``09:05 thứ Sáu 27/11/2026``, on Viet Nam's clock."""
    if value is None:
        return gettext("unknown")
    return f"{value.astimezone(VIETNAM):%H:%M} {date_words(value)}"


def month_words(value: date | str | None) -> str:
    """``tháng 11 năm 2026``; ``November 2026``. Takes a date or '2026-11'."""
    if value is None:
        return gettext("unknown")
    if isinstance(value, str):
        year, month = value.split("-")
        value = date(int(year), int(month), 1)
    return _month(value.year, value.month, current_language(), words_language())


@lru_cache(maxsize=512)
def _month(year: int, month: int, page: str, words: str) -> str:
    return (f"tháng {month} năm {year}" if page == "vi"
            else dates.format_date(date(year, month, 1), "MMMM yyyy", locale=words))


def number_words(value: float | Decimal) -> str:
    """``1.234,5``; ``1,234.5``."""
    return _number(value, words_language())


@lru_cache(maxsize=2048)
def _number(value: float | Decimal, words: str) -> str:
    return numbers.format_decimal(value, locale=words)


def name_of(thing: Any) -> str:
    """The name of an agency or procedure in the reader's language."""
    return str(getattr(thing, f"name_{current_language()}") or thing.name_vi)


def init_filters(app: Flask) -> None:
    """Give templates ``|date``, ``|datetime``, ``|month``, ``|number`` and ``|name``."""
    app.jinja_env.filters.update(date=date_words, datetime=instant_words, month=month_words,
                                 number=number_words, name=name_of)
