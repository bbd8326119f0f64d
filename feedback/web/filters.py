"""How dates, numbers and names look on a page, in the reader's language."""

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date, format_datetime, format_decimal, gettext

from feedback.clock import VIETNAM
from feedback.web.language import current_language


def date_words(value: date | datetime | None) -> str:
    """``thứ Sáu 27/11/2026``; ``Friday 27 November 2026``. Instants are put on Viet Nam's calendar."""
    if value is None:
        return gettext("unknown")
    if isinstance(value, datetime):
        value = value.astimezone(VIETNAM).date()
    if current_language() == "vi":
        weekday = format_date(value, "EEEE")
        return f"{weekday[:1].lower()}{weekday[1:]} {value:%d/%m/%Y}"
    return format_date(value, "EEEE d MMMM yyyy")


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
    return f"tháng {value.month} năm {value.year}" if current_language() == "vi" else format_datetime(
        datetime(value.year, value.month, 1, 12, tzinfo=VIETNAM), "MMMM yyyy")


def name_of(thing: Any) -> str:
    """The name of an agency or procedure in the reader's language."""
    return str(getattr(thing, f"name_{current_language()}") or thing.name_vi)


def init_filters(app: Flask) -> None:
    """Give templates ``|date``, ``|datetime``, ``|month``, ``|number`` and ``|name``."""
    app.jinja_env.filters.update(date=date_words, datetime=instant_words, month=month_words,
                                 number=format_decimal, name=name_of)
