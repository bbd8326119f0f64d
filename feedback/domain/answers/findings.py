"""A finding: what is wrong, where, why, and what would mend it. Its words are data (``reasons.json``)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from feedback.domain.answers.taxonomy import TAXONOMY, Fault, Flag


class Severity(StrEnum):
    """How much a finding weighs at the gate."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the reader found.

    ``field`` is the field of the form (``outcome``, ``found``, ``done``, ``owner``, ``due_on``, ``ground``,
    ``next_step``, ``point``); ``point`` the number of the point or None; ``start``–``end`` the letters of
    that field's text that show it (equal when something is absent). ``reason`` is the key of the words.
    Blocking is only what no written reason can replace: an outcome, and for "being handled" a day and an
    owner; all others advise, a person decides.
    """

    code: Flag
    fault: Fault
    severity: Severity
    field: str
    point: int | None
    start: int
    end: int
    reason_vi: str
    reason_en: str
    mend_vi: str
    mend_en: str
    blocking: bool
    reason: str
    insert_vi: str = ""
    """What one click puts into the field: a label and a place to fill in (``blanks``), never a sentence; empty
    when nothing can be prepared."""
    insert_en: str = ""


@cache
def reasons() -> Mapping[str, Mapping[str, str | bool]]:
    """Every reason by its key: code, severity, blocking, and the words in both languages."""
    rows: dict[str, dict[str, str | bool]] = json.loads(
        (files(__package__) / "reasons.json").read_text("utf-8")
    )
    return rows


def finding(reason: str, *, field: str, point: int | None = None, start: int = 0, end: int = 0) -> Finding:
    """The finding for a reason of ``reasons.json``. KeyError when there is none."""
    row = reasons()[reason]
    flag = Flag(str(row["code"]))
    return Finding(
        code=flag,
        fault=TAXONOMY[flag].fault,
        severity=Severity(str(row["severity"])),
        field=field,
        point=point,
        start=start,
        end=end,
        reason_vi=str(row["reason_vi"]),
        reason_en=str(row["reason_en"]),
        mend_vi=str(row["mend_vi"]),
        mend_en=str(row["mend_en"]),
        blocking=bool(row["blocking"]),
        reason=reason,
        insert_vi=str(row.get("insert_vi", "")),
        insert_en=str(row.get("insert_en", "")),
    )
