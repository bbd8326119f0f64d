"""Late means explain and apologise: causes, and when a reason, an apology and a new date say something.

Decree 61/2018/NĐ-CP, articles 12.5 and 19.9 (form 04 of Circular 01/2018/TT-VPCP): a written apology with the
reason and a new date, from one day before the due date on, and a new date at most once. Directive 27/CT-TTg of
27 October 2023: heads explain and apologise.
"""

import re
from datetime import date
from enum import StrEnum

from feedback.domain.answers.blanks import blanks
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.errors import BadInput
from feedback.domain.folding import fold


class Cause(StrEnum):
    """Why it is late, to be counted; the words beside it say how."""

    WORKLOAD = "workload"
    OTHER_AGENCY = "other_agency"
    FILE_LOST = "file_lost"
    SYSTEM_FAULT = "system_fault"
    STAFF_ABSENT = "staff_absent"
    COMPLICATED = "complicated"
    OVERLOOKED = "overlooked"
    HANDED_OVER = "handed_over"
    OTHER = "other"


LONGEST = 4_000
"""Characters of a reason, an apology or a part of an explanation."""
FEWEST_WORDS = 6
"""Words (syllables, in Vietnamese) that must be left of a text when its empty phrases are taken out."""
FURTHEST = 15
"""Working days from today to a new date before the answer, at most: the whole ordinary limit once more."""
FORM_DAYS_BEFORE = 1
"""Working days before the due day from which the apology form is ready (Decree 61/2018, article 19.9)."""

_EMPTY = re.compile(r"\b(?:" + "|".join((
    "vi (?:nhieu )?ly do khach quan", "do (?:nhieu )?nguyen nhan khach quan", "vi nhieu ly do", "ly do khach quan",
    "khoi luong cong viec (?:qua )?(?:nhieu|lon)", "(?:cong viec|viec) (?:qua )?nhieu", "do qua tai", "qua tai",
    "dang (?:duoc )?xem xet(?: giai quyet)?", "theo quy dinh(?: cua phap luat)?", "can them thoi gian",
    "trong thoi gian som nhat", "som nhat co the", "rat mong (?:ong ba |quy vi )?thong cam",
    "mong (?:ong ba |quy vi )?thong cam", "xin (?:chan thanh )?cao loi", "(?:chan thanh )?xin loi",
    "xin (?:chan thanh )?cam on", "chan thanh cam on", "se rut kinh nghiem", "rut kinh nghiem", "tran trong",
    "for objective reasons", "due to (?:a )?heavy workload", "too much work", "sincerely apolog(?:ise|ize)",
    "we apolog(?:ise|ize)", "as soon as possible", "thank you for your (?:understanding|patience)",
    "we (?:are )?sorry", "for the inconvenience", "vi su bat tien nay", "vi su cham tre nay", "su cham tre nay",
)) + r")\b")
"""Phrases that say nothing alone, folded (no accents)."""
_SORRY = re.compile(r"\b(?:xin loi|cao loi|ta loi|sorry|apolog)")
_WORD = re.compile(r"[a-z0-9]+")


def concrete(text: str) -> bool:
    """Whether something is left of a text when its empty phrases are taken out: ``FEWEST_WORDS`` words."""
    folded = " ".join(_WORD.findall(fold(text)))
    return len(_EMPTY.sub(" ", folded).split()) >= FEWEST_WORDS


def check_cause(code: str, *, field: str = "cause") -> Cause:
    """The cause of this code. Raises BadInput(field): missing, unknown."""
    if not code.strip():
        raise BadInput(field, "missing")
    try:
        return Cause(code)
    except ValueError:
        raise BadInput(field, "unknown") from None


def check_reason(text: str, *, field: str = "reason") -> str:
    """A reason, or a part of an explanation, without blanks around it. Raises BadInput(field): missing, too_long,
    unfilled (a place in double square brackets), empty_phrase (nothing is said beyond phrases)."""
    words = text.strip()
    if not words:
        raise BadInput(field, "missing")
    if len(words) > LONGEST:
        raise BadInput(field, "too_long")
    if blanks(words):
        raise BadInput(field, "unfilled")
    if not concrete(words):
        raise BadInput(field, "empty_phrase")
    return words


def check_apology(text: str, *, field: str = "text") -> str:
    """The words of an apology. Raises BadInput(field) as ``check_reason``, and no_apology when nowhere in it
    anybody says sorry."""
    words = check_reason(text, field=field)
    if not _SORRY.search(fold(words)):
        raise BadInput(field, "no_apology")
    return words


def check_new_date(new_on: date | None, *, today: date, calendar: WorkingCalendar, after: date | None = None,
                   furthest: int | None = None, field: str = "new_on") -> date:
    """The new date told to the sender. ``after``: the due day it has to lie behind; ``furthest``: working days
    from today at most. Raises BadInput(field): missing, past, before_due, not_working, too_far."""
    if new_on is None:
        raise BadInput(field, "missing")
    if new_on <= today:
        raise BadInput(field, "past")
    if after is not None and new_on <= after:
        raise BadInput(field, "before_due")
    if not calendar.is_working(new_on):
        raise BadInput(field, "not_working")
    if furthest is not None and new_on > calendar.add_working_days(today, furthest):
        raise BadInput(field, "too_far")
    return new_on
