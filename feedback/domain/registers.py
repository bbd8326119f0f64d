"""What may stand in a register: codes, names, days, numbers. The same rules for the page and for the file.

Each function takes the text as somebody typed it and gives the value; it raises ``Unfit`` with the code of the
fault. Spaces around and between words are made single, letters are composed (NFC), as Excel does not do.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from feedback.domain.agencies import Tier
from feedback.domain.calendar import Unit
from feedback.domain.calendar_seed import DayKind
from feedback.domain.errors import StaleEdit

CODE_LONGEST = 35
"""Characters of an agency's code (Decision 20/2020/QĐ-TTg)."""
PROCEDURE_CODE_LONGEST = 60
NAME_LONGEST = 300
TEXT_LONGEST = 2000
EMAIL_LONGEST = 254
MOST_DAYS = 1000
"""Longest limit of a procedure, in days."""
MOST_VND = 10_000_000_000
MOST_COPIES = 50
FIRST_DAY, LAST_DAY = date(1945, 9, 2), date(2199, 12, 31)
"""Days a register may name: from the Republic's first to one that no calendar here will reach."""

_CODE = re.compile(r"[A-Za-z0-9]+(\.[A-Za-z0-9]+)*")
_PROCEDURE_CODE = re.compile(r"[A-Za-z0-9]+([.\-/][A-Za-z0-9]+)*")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
                    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+")
_TRUE = frozenset({"yes", "có", "1", "true", "x"})
_FALSE = frozenset({"no", "không", "0", "false", ""})


class Unfit(ValueError):
    """The text is none of what its field may hold. ``code`` names the fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RowChanged(StaleEdit):
    """Somebody else changed the row of a register since the page was loaded."""

    def __init__(self) -> None:
        super(StaleEdit, self).__init__("the row is another one than the page showed")


def clean(text: str) -> str:
    """One line: composed, single spaces. Raises Unfit for signs that no keyboard makes."""
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn") for sign in words):
        raise Unfit("signs")
    return words


def text(raw: str, *, longest: int = NAME_LONGEST) -> str:
    """Any words, or none. Raises Unfit: signs, too_long."""
    words = clean(raw)
    if len(words) > longest:
        raise Unfit("too_long")
    return words


def words(raw: str, *, longest: int = NAME_LONGEST) -> str:
    """At least one word. Raises Unfit: missing, signs, too_long."""
    found = text(raw, longest=longest)
    if not found:
        raise Unfit("missing")
    return found


def agency_code(raw: str) -> str:
    """``H99.X01.HCC``: groups of letters and digits with dots between, at most 35 characters (Decision
    20/2020/QĐ-TTg). Raises Unfit: missing, too_long, agency_code."""
    return _code(raw, _CODE, CODE_LONGEST, "agency_code")


def procedure_code(raw: str) -> str:
    """``1.004222.000.00.00.H60``. Raises Unfit: missing, too_long, procedure_code."""
    return _code(raw, _PROCEDURE_CODE, PROCEDURE_CODE_LONGEST, "procedure_code")


def _code(raw: str, pattern: re.Pattern[str], longest: int, fault: str) -> str:
    found = words(raw, longest=longest)
    if not pattern.fullmatch(found):
        raise Unfit(fault)
    return found


def tier(raw: str) -> str:
    """A code of ``Tier``. Raises Unfit: missing, tier."""
    return _one_of(raw, frozenset(Tier), "tier")


def unit(raw: str) -> str:
    """A code of ``Unit``. Raises Unfit: missing, unit."""
    return _one_of(raw, frozenset(Unit), "unit")


def day_kind(raw: str) -> str:
    """'off' or 'make_up'. Raises Unfit: missing, day_kind."""
    return _one_of(raw, frozenset(DayKind), "day_kind")


def _one_of(raw: str, known: frozenset[str], fault: str) -> str:
    found = words(raw).lower()
    if found not in known:
        raise Unfit(fault)
    return found


def day(raw: str) -> date:
    """``2026-11-16`` or ``16/11/2026``. Raises Unfit: missing, day, day_range."""
    found = words(raw)
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            value = datetime.strptime(found, shape).date()  # noqa: DTZ007 -- a date has no time zone
        except ValueError:
            continue
        return in_range(value)
    raise Unfit("day")


def in_range(value: date) -> date:
    """The same day. Raises Unfit("day_range") when no register may name it."""
    if not FIRST_DAY <= value <= LAST_DAY:
        raise Unfit("day_range")
    return value


def number(raw: str, *, least: int = 0, most: int = MOST_VND) -> int:
    """A whole number; dots may stand between thousands. Raises Unfit: missing, number, number_range."""
    found = words(raw)
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+", found):
        found = found.replace(".", "")
    if not re.fullmatch(r"[0-9]{1,15}", found):
        raise Unfit("number")
    if not least <= int(found) <= most:
        raise Unfit("number_range")
    return int(found)


def yes_or_no(raw: str) -> bool:
    """yes/no, có/không, 1/0; nothing is no. Raises Unfit: yes_or_no."""
    found = clean(raw).casefold()
    if found not in _TRUE | _FALSE:
        raise Unfit("yes_or_no")
    return found in _TRUE


def email(raw: str) -> str:
    """An address, its domain in small letters. Raises Unfit: missing, too_long, email."""
    found = words(raw, longest=EMAIL_LONGEST)
    if not _EMAIL.fullmatch(found):
        raise Unfit("email")
    local, _, domain = found.rpartition("@")
    return f"{local}@{domain.lower()}"


def fingerprint(values: Mapping[str, object]) -> str:
    """A short sign of what a page showed, to find out whether somebody changed it meanwhile."""
    written = json.dumps({name: str(value) for name, value in values.items()}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:24]


def demand_unchanged(values: Mapping[str, object], shown: str) -> None:
    """Raises RowChanged when ``shown`` is not the fingerprint of the row as it stands now."""
    if fingerprint(values) != shown:
        raise RowChanged
