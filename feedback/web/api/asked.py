"""What a program asks, read strictly: what cannot be meant is refused with the name of the parameter, so that a
program never takes the whole register for a narrowed one."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from feedback.domain import folding
from feedback.domain.open_schema import CATEGORIES, OUTCOMES
from feedback.queries.register_page import Cursor, Filters
from feedback.web.machine_answers import Unusable

LONGEST = 200
"""Characters of ``q``."""
CODE = r"[A-Za-z0-9._-]{1,40}"
MONTH = r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])"
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\d)\.(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Question:
    """One question to ``/api/v1/cases``."""

    text: str
    filters: Filters
    cursor: Cursor | None


def question(args: Mapping[str, str]) -> Question:
    """Read the parameters. An empty one counts as left out, an unknown name is ignored. Raises Unusable."""
    text = args.get("q", "").strip()
    if len(text) > LONGEST or (text and not folding.query_tokens(text)):
        raise Unusable("q")
    return Question(text, Filters(
        agency=fitting(args, "agency", CODE), category=_one_of(args, "category", CATEGORIES),
        outcome=_one_of(args, "outcome", OUTCOMES), month=fitting(args, "month", MONTH),
        procedure=fitting(args, "procedure", CODE)),
        cursor_from(args.get("cursor", "")))


def opaque(cursor: Cursor) -> str:
    """A place in the list as a word without meaning to its reader."""
    plain = f"{cursor.published_on:%Y-%m-%d}.{cursor.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def cursor_from(word: str) -> Cursor | None:
    """The place behind such a word, None for an empty one. Raises Unusable."""
    if not word:
        return None
    try:
        plain = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True).decode("ascii")
        match = _CURSOR.fullmatch(plain)
        if match is None:
            raise Unusable("cursor")
        return Cursor(date.fromisoformat(match[1]), int(match[2]))
    except (binascii.Error, ValueError):
        raise Unusable("cursor") from None


def fitting(args: Mapping[str, str], name: str, pattern: str) -> str | None:
    """A parameter that fits the whole pattern, None when it is left out. Raises Unusable."""
    value = args.get(name, "")
    if value and not re.fullmatch(pattern, value):
        raise Unusable(name)
    return value or None


def _one_of(args: Mapping[str, str], name: str, codes: tuple[str, ...]) -> str | None:
    value = args.get(name, "")
    if value and value not in codes:
        raise Unusable(name)
    return value or None
