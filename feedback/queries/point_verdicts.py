"""What senders said of answers, point by point: was it answered? Kept in the history for each answer, so that a
later round does not overwrite what was said of an earlier one."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.events import Event

SAID = "said"
"""Type of the event."""


@dataclass(frozen=True)
class PointsSaid:
    """What the sender of one answer says now. ``points``: by number of the point, whether it was answered; points
    of which nothing was said are left out."""

    points: Mapping[int, bool] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many points the sender calls answered."""
        return sum(self.points.values())

    @property
    def not_answered(self) -> int:
        """How many points the sender calls not answered."""
        return len(self.points) - self.answered


def said_of(answer_ids: Iterable[int]) -> dict[int, PointsSaid]:
    """By answer id, what its sender says point by point; an answer of which nothing was said has no points. Two
    statements, however many answers."""
    found = {answer_id: PointsSaid() for answer_id in answer_ids}
    if not found:
        return found
    cases = db.session.scalars(select(Answer.case_id).where(Answer.id.in_(found)).distinct())
    chains = [f"case:{case_id}" for case_id in cases]
    rows = db.session.scalars(
        select(Event.payload).where(Event.chain.in_(chains), Event.type == SAID).order_by(Event.chain, Event.n))
    for payload in map(json.loads, rows):
        if payload.get("answer") in found:
            found[payload["answer"]] = PointsSaid(_points(payload))
    return found


def said_in(entries: Iterable[tuple[str, Mapping[str, Any]]], answer_id: int) -> dict[int, bool]:
    """The same for one answer, from events (type, payload) that were read already, oldest first."""
    told = [payload for type_, payload in entries if type_ == SAID and payload.get("answer") == answer_id]
    return _points(told[-1]) if told else {}


def written(points: Mapping[int, bool]) -> dict[str, str]:
    """The points as an event's payload keeps them: numbers as codes."""
    return {name: ",".join(str(n) for n in sorted(points) if points[n] is value)
            for name, value in (("yes", True), ("no", False))}


def _points(payload: Mapping[str, Any]) -> dict[int, bool]:
    return {int(n): value for name, value in (("yes", True), ("no", False))
            for n in str(payload.get(name) or "").split(",") if n}
