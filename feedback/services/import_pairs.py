"""The file of an import: a complaint with its published answer a line, checked before anything is written."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from feedback import clock

FIELDS = ("complaint", "answer", "agency")
OPTIONAL = ("received_on", "answered_on", "source")
MAX_LINE = 200_000
"""Characters of one line; nothing that was ever published is as long."""
MAX_TEXT = 20_000
MAX_AGENCY = 200
_HALF = re.compile("[\ud800-\udfff]")
"""Half a character: what a file that is not UTF-8 leaves behind."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Pair:
    """One complaint with its published answer. Dates are Viet Nam dates; None: not known."""

    complaint: str
    answer: str
    agency: str
    received_on: date | None = None
    answered_on: date | None = None
    source: str | None = None

    @property
    def digest(self) -> str:
        """What makes two lines the same pair: agency, complaint and answer, however composed or spaced."""
        parts = (" ".join(part.split()) for part in (self.agency, self.complaint, self.answer))
        return "import:" + hashlib.sha256("\x00".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """What is wrong with one line of the file; ``line`` counts from 1. ``code`` is shown as it is."""

    line: int
    code: str


@dataclass
class Reading:
    """What a first reading of a file found, before anything is written."""

    pairs: int = 0
    faults: list[Fault] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    """Names of further fields, which are not read."""


class BadLine(ValueError):
    """A line that is no pair; the text is the fault's code."""


def parse(line: str) -> tuple[Pair, set[str]]:
    """One line as a pair, and the names of the fields that were left aside. Raises BadLine."""
    if len(line) > MAX_LINE:
        raise BadLine("line is too long")
    if _HALF.search(line):
        raise BadLine("not UTF-8")
    try:
        row = json.loads(line)
    except ValueError:
        raise BadLine("not JSON") from None
    if not isinstance(row, dict):
        raise BadLine("not a JSON object")
    found: dict[str, Any] = {name: _words(row, name) for name in FIELDS}
    if len(found["agency"]) > MAX_AGENCY:
        raise BadLine("agency: too long")
    for name in ("received_on", "answered_on"):
        found[name] = _day(row, name)
    if found["received_on"] and found["answered_on"] and found["answered_on"] < found["received_on"]:
        raise BadLine("answered_on: before received_on")
    source = row.get("source")
    if source is not None and not isinstance(source, str):
        raise BadLine("source: not text")
    found["source"] = _plain(source)[:500] if source else None
    return Pair(**found), set(row) - {*FIELDS, *OPTIONAL}


def read(lines: Iterable[str]) -> Reading:
    """Look at every line without keeping it: how many pairs, every fault with its line, fields left aside.
    Empty lines are skipped."""
    reading = Reading()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            _, further = parse(line)
        except BadLine as fault:
            reading.faults.append(Fault(number, str(fault)))
        else:
            reading.pairs += 1
            reading.ignored |= further
    return reading


def pairs(lines: Iterable[str]) -> Iterator[Pair]:
    """The pairs of a file that ``read`` found whole. Raises BadLine when it changed meanwhile."""
    return (parse(line)[0] for line in lines if line.strip())


def _words(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise BadLine(f"{name}: missing" if value is None else f"{name}: not text")
    plain = _plain(value)
    if not plain:
        raise BadLine(f"{name}: empty")
    if len(plain) > MAX_TEXT:
        raise BadLine(f"{name}: too long")
    return plain


def _plain(text: str) -> str:
    """NFC, without control characters (PostgreSQL refuses NUL; half a character cannot be stored)."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()


def _day(row: dict[str, Any], name: str) -> date | None:
    value = row.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BadLine(f"{name}: not a date like 2024-05-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise BadLine(f"{name}: no such day") from None
    if day > clock.today():
        raise BadLine(f"{name}: lies in the future")
    return day
