"""Marks: ranges of a text that ought to be hidden, and the blocks that stand in their place."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class MarkKind(StrEnum):
    """What a mark hides. Where two kinds overlap, the one that stands earlier here gives the name."""

    KNOWN = "known_identity"
    EMAIL = "email"
    URL = "url"
    SOCIAL_INSURANCE = "social_insurance"
    NATIONAL_ID = "national_id"
    TAX_CODE = "tax_code"
    BANK_ACCOUNT = "bank_account"
    PHONE = "phone"
    BIRTH_DATE = "birth_date"
    PLATE = "plate"
    PERSON_NAME = "person_name"
    ADDRESS = "address"
    PLACE_DETAIL = "place_detail"


_RANK = {kind: rank for rank, kind in enumerate(MarkKind)}


@dataclass(frozen=True, slots=True)
class Mark:
    """A range ``start``–``end`` of the text, what it is, and ``why`` it was proposed (a short code)."""

    start: int
    end: int
    kind: MarkKind
    why: str


@cache
def _blocks() -> Mapping[str, Mapping[str, str]]:
    folder = files("feedback.domain") / "redaction_data"
    rows: dict[str, dict[str, str]] = json.loads((folder / "blocks.json").read_text("utf-8"))
    return rows


@cache
def block_pattern() -> re.Pattern[str]:
    """Finds the blocks that stand in a text already masked: nothing inside them is marked again."""
    every = sorted({text for rows in _blocks().values() for text in rows.values()}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, every)))


def block(kind: MarkKind, language: str = "vi") -> str:
    """What stands in place of a mark, in ``vi`` or ``en`` (any other language gets Vietnamese).

    The same for every mark of the kind: its length tells nothing about what it hides.
    """
    rows = _blocks()
    return rows.get(language, rows["vi"])[kind.value]


def merge(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """The marks in order and apart: overlapping ones as one, named after the kind that weighs most."""
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start, -m.end, _RANK[m.kind])):
        if mark.end <= mark.start:
            continue
        if joined and mark.start < joined[-1].end:
            last = joined[-1]
            named = min(last, mark, key=lambda m: _RANK[m.kind])
            joined[-1] = Mark(last.start, max(last.end, mark.end), named.kind, named.why)
        else:
            joined.append(mark)
    return tuple(joined)


def mask(text: str, marks: Iterable[Mark], labels: Mapping[MarkKind, str] | None = None) -> str:
    """``text`` with a block in place of each mark. ``labels`` gives the block of a kind, by default the
    Vietnamese one of ``block``. Marks may overlap and come in any order."""
    pieces: list[str] = []
    at = 0
    for mark in merge(marks):
        shown = labels.get(mark.kind) if labels else None
        pieces += [text[at : mark.start], shown if shown is not None else block(mark.kind)]
        at = mark.end
    return "".join([*pieces, text[at:]])
