"""What a program asks, read strictly: what cannot be meant is refused with the name of the parameter, so that a
program never takes the whole register for a narrowed one."""

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
PLACE = r"[1-9][0-9]{0,5}-[0-9]{1,18}"
"""A place in the list: the number of a day (from 1 January of the year 1) and of a row."""


@dataclass(frozen=True)
class Question:
    """One question to ``/api/v1/cases``."""

    text: str
    filters: Filters
    cursor: Cursor | None

    @property
    def without_words(self) -> bool:
        """Something is looked for that has no letter or digit to be found by: nothing is found."""
        return bool(self.text) and not folding.query_tokens(self.text)


def question(args: Mapping[str, str]) -> Question:
    """Read the parameters. An empty one counts as left out, an unknown name is ignored. Raises Unusable."""
    text = args.get("q", "")
    if len(text) > LONGEST:
        raise Unusable("q")
    return Question(text.strip(), Filters(
        agency=fitting(args, "agency", CODE), category=_one_of(args, "category", CATEGORIES),
        outcome=_one_of(args, "outcome", OUTCOMES), month=fitting(args, "month", MONTH),
        procedure=fitting(args, "procedure", CODE)),
        cursor_from(args))


def opaque(cursor: Cursor) -> str:
    """A place in the list as a word without meaning to its reader. Every word of this form is one."""
    return f"{cursor.published_on.toordinal()}-{cursor.id}"


def cursor_from(args: Mapping[str, str]) -> Cursor | None:
    """The place that ``cursor`` names, None when it is left out. Raises Unusable."""
    word = fitting(args, "cursor", PLACE)
    if word is None:
        return None
    day, _, number = word.partition("-")
    return Cursor(date.fromordinal(int(day)), int(number))


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
