"""Numbers that come with an address or a form. They are text until shown otherwise: ``"²".isdigit()`` is true and
``int("²")`` fails, and a number of thirty digits is none that a database could hold."""

from collections.abc import Mapping

from werkzeug.routing import IntegerConverter

MOST_DIGITS = 18
"""So that every number fits 64 bits."""
NEVER_SHOWN = -1


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: a longer number is no row of ours, so there is no such page (404)."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"


def whole(text: str) -> int | None:
    """The whole number, or None for anything but 1 to 18 ASCII digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def shown_version(form: Mapping[str, str]) -> int:
    """The version of the case that the page showed, from its hidden field. Without one, or with a mangled one, no
    version at all: the step is then refused as one on an old page, because nobody can say what was read."""
    version = whole(form.get("version", ""))
    return NEVER_SHOWN if version is None else version
