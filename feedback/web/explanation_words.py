"""Explanations as rows of a page."""

from typing import Any

from feedback import clock
from feedback.queries.calendar import load_calendar
from feedback.queries.explanations import Given, Row
from feedback.web.filters import name_of
from feedback.web.labels import FILTERS
from feedback.web.late_words import GIVEN, cause_name

TONES = {Given.OWED: "near", Given.MISSING: "late", Given.GIVEN: "good", Given.GIVEN_LATE: "near"}


def shown_row(row: Row) -> dict[str, Any]:
    """One explanation with its words in the reader's language; ``state`` and ``days`` for ``case.due_short``."""
    days = load_calendar().working_days_between(clock.today(), row.due_on)
    late = row.standing is Given.MISSING
    return {
        "id": row.id, "reference": row.reference, "agency": name_of(row.agency),
        "clock": FILTERS["clock"](row.late_kind), "late_on": row.late_on, "demanded_at": row.demanded_at,
        "due_on": row.due_on, "state": "late" if late else "near" if days <= 2 else "running", "days": abs(days),
        "standing": str(GIVEN[row.standing]), "tone": TONES[row.standing], "late": late,
        "cause": cause_name(row.cause), "words": row.words, "by": row.given_by, "given_at": row.given_at}
