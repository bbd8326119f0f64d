"""The words of the mails: three templates a message, in the reader's language, also outside of a request."""

import re
from collections.abc import Mapping
from datetime import date

from flask import current_app
from flask_babel import force_locale, format_date, gettext

from feedback.adapters.mail import Letter
from feedback.domain.notices import Notice

Value = str | int | None | list["dict[str, str | int | None]"]
"""What a template may be handed; a list holds the lines of a mail about several things."""

_GAPS = re.compile(r"\n{3,}")

PARTS = ("subject.txt", "body.txt", "body.html")
"""The files of a message, in the order of a Letter."""


def render(notice: Notice, *, language: str, context: Mapping[str, Value]) -> Letter:
    """Fill in the message's templates. ``language`` is 'vi' or 'en'. The templates are strict: a value they
    name and that ``context`` lacks raises jinja2.UndefinedError."""
    with force_locale(language):
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{notice.value}/{part}").render(lang=language, **context)
            for part in PARTS)
    text = _GAPS.sub("\n\n", text).strip() + "\n"
    return Letter(subject=" ".join(subject.split()), text=text, html=html, language=language)


def warm_up() -> None:
    """Compile every template and load both languages now: a worker's children then begin with all of it."""
    for language in ("vi", "en"):
        day(date(2026, 1, 1), language=language)
        broken_promise(language)
        denied_promise(language)
    for notice in Notice:
        for part in PARTS:
            current_app.jinja_env.get_template(f"email/{notice.value}/{part}")


def day(on: date | None, *, language: str) -> str | None:
    """A date as the reader writes it: 27/02/2026, or 27 February 2026 in English."""
    if on is None:
        return None
    with force_locale(language):
        return format_date(on, "dd/MM/yyyy" if language == "vi" else "d MMMM yyyy")


def broken_promise(language: str) -> str:
    """The reason that the house itself gives when it takes a case up again, in the sender's language."""
    with force_locale(language):
        return gettext("The day that the answer promised has passed. The case goes back to the agency by itself.")


def denied_promise(language: str) -> str:
    """The same, when the sender says that a promise was not kept."""
    with force_locale(language):
        return gettext("You said that the promise was not kept. The case goes back to the agency by itself.")
