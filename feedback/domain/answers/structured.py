"""The answer as the officer fills it in: a form that makes most vague answers impossible at the source."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """How the agency says the matter stands (the field's outcome codes)."""

    RESOLVED = "resolved"
    IN_PROGRESS = "in_progress"
    """Being handled: needs an owner and a date, which becomes a deadline of its own."""
    EXPLAINED = "explained"
    UNFOUNDED = "unfounded"
    """The complaint has no basis: needs the reason."""
    PASSED_ON = "passed_on"
    """Another body decides: needs to whom, with which document."""
    RECORDED_FOR_RULE_CHANGE = "recorded_for_rule_change"
    """The rule itself is to be changed: needs the document that proposes it."""


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """The answer to one numbered point of the complaint."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class StructuredAnswer:
    """One version of an answer. Texts are plain; empty means not filled in.

    ``found``: what was checked and found. ``done``: what was done. ``owner``: the person or unit in charge.
    ``due_on``: Viet Nam date by which it will be done, for IN_PROGRESS. ``ground``: the provision or fact the
    conclusion rests on. ``next_step``: what the citizen does next, where and with whom.
    """

    outcome: Outcome | None
    found: str = ""
    done: str = ""
    owner: str = ""
    due_on: date | None = None
    ground: str = ""
    next_step: str = ""
    points: tuple[PointAnswer, ...] = ()
    english: str = ""
    """The answer in English, for a sender who wrote in English."""
