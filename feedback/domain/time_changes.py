"""More time for an answer: on which ground, with what to show for it, told in which words, until when.

No rule sets an extension for answers to complaints. Decree 61/2018/NĐ-CP, article 19.9, for procedures: once, no
longer than the original limit, told in writing with the reason before the time has run out. Here by analogy.
"""

import json
import re
from datetime import date
from enum import StrEnum
from importlib.resources import files

from feedback.domain.calendar import WorkingCalendar
from feedback.domain.folding import fold
from feedback.domain.lifecycle import State

LONGEST = 4_000
"""Characters of a reason."""
EVIDENCE_LONGEST = 500
"""Characters of what shows it."""
FEWEST_FACTS = 5
"""Syllables or words that say something of this very case."""


class Ground(StrEnum):
    """Why an answer needs more time. "Complicated" alone is none: each of these can be shown."""

    SITE_INSPECTION = "site_inspection"
    OTHER_AGENCY = "other_agency"
    EXPERT_OPINION = "expert_opinion"
    LARGE_FILE = "large_file"
    FORCE_MAJEURE = "force_majeure"


ASKED_IN: frozenset[State] = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.AGENCY_APPROVAL})
"""Where a case is with an agency whose own clock runs: there more time may be asked for, and a request stands."""

_SYLLABLE = re.compile(r"[a-z0-9]+")
_STOCK: frozenset[str] = frozenset(
    json.loads((files("feedback.domain") / "time_stock.json").read_text("utf-8")))
"""Syllables that any request is made of."""

_DAY = re.compile(
    r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b|\bngay\s{1,3}\d{1,2}\s{1,3}thang\s{1,3}\d{1,2}\b"
    r"|\b\d{1,2}\s{1,3}(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s{1,3}\d{1,2}\b")


def reason_fault(text: str) -> str | None:
    """What the reason lacks: 'missing', 'too_long', or 'generic' when nothing in it says what in this very case
    takes longer. None: the sender can be told so."""
    if not text.strip():
        return "missing"
    if len(text) > LONGEST:
        return "too_long"
    told = {word for word in _SYLLABLE.findall(fold(text)) if word not in _STOCK}
    return None if len(told) >= FEWEST_FACTS else "generic"


def evidence_fault(text: str) -> str | None:
    """What the evidence lacks: 'missing', 'too_long', 'no_day' (it names no day), 'no_document' (a day and nothing
    that was written or done on it). None: somebody can look it up."""
    if not text.strip():
        return "missing"
    if len(text) > EVIDENCE_LONGEST:
        return "too_long"
    said = fold(text)
    if _DAY.search(said) is None:
        return "no_day"
    words = [word for word in _SYLLABLE.findall(_DAY.sub(" ", said)) if not word.isdigit() and word != "ngay"]
    return None if len(words) >= 2 else "no_document"


def latest(due_on: date, most: int, calendar: WorkingCalendar) -> date:
    """The last day that may be asked for: ``most`` working days beyond the citizen's due date."""
    return calendar.add_working_days(due_on, most)


def day_fault(new_on: date | None, *, due_on: date, most: int, today: date,
              calendar: WorkingCalendar) -> str | None:
    """What is wrong with a new due date: 'missing', 'past', 'not_after' the old one, 'rest_day', 'too_late' (more
    than ``most`` working days beyond it). None: it is possible."""
    if new_on is None:
        return "missing"
    if new_on < today:
        return "past"
    if new_on <= due_on:
        return "not_after"
    if new_on > latest(due_on, most, calendar):
        return "too_late"
    return None if calendar.is_working(new_on) else "rest_day"
