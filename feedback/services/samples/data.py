"""The words of the sample data, read from ``feedback/data/samples``."""

import json
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

STORY_FILES = ("published", "answered", "handled", "entered", "supervised")


@dataclass(frozen=True)
class Written:
    """An answer as the sample officer writes it. Texts hold places for dates: {checked}, {done}, {pickup}, {due}.
    ``due_in``: for a promise, working days from today (from the answer when the promise is to be broken)."""

    outcome: str
    found: str
    done: str
    owner: str
    ground: str
    next_step: str
    points: list[str]
    due_in: int | None = None


@dataclass(frozen=True)
class Story:
    """One sample complaint: how far it goes (``path``), how many working days ago it came, and its words."""

    path: str
    days: int
    category: str
    agency: str
    procedure: str | None
    narrative: str
    points: list[str]
    kind: str = "behaviour"
    language: str = "vi"
    identity: str = "confidential"
    anonymous: bool = False
    unmasked: bool = False
    """Intake overlooked the sender's name in the text: the publication scan has to find it."""
    returned: int = 0
    passed: list[str] = field(default_factory=list)
    """Agencies that had the case before, in order."""
    answer: Written | None = None
    answer2: Written | None = None
    objection: str = ""
    why: str = ""
    ask: str = ""
    supply: str = ""
    outside: str = ""
    outside_code: str = ""
    words: dict[str, str] = field(default_factory=dict)
    """What is said in a scene of ``samples.supervised``, by its place there."""


@cache
def stories() -> tuple[Story, ...]:
    """All stories in a fixed order: their numbers make their references and senders."""
    return tuple(_story(row) for name in STORY_FILES for row in rows(f"stories_{name}"))


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file: agencies, procedures, accounts or stories."""
    text = (files("feedback") / "data" / "samples" / f"{name}.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found


def _story(row: dict[str, Any]) -> Story:
    answers = {name: Written(**row[name]) for name in ("answer", "answer2") if name in row}
    return Story(**{**row, **answers})
