"""What a supervisor says of an answer and of each flag of the reader: the truth that the reader is measured by.

Said with the decision at the gate and written in its transaction. Only what a person said is kept, never guessed
from the decision: who sends an answer on does not thereby say that it is clear.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from feedback import clock
from feedback.domain.answers.taxonomy import Flag, Level
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.gate import ONE_IN, weight
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.queries.visibility import facts_of


@dataclass(frozen=True)
class Said:
    """What one person said of one version. ``level``: of the whole answer, None when not said. ``right``: by place
    in the kept findings, whether that flag is right. ``missed``: flags the reader ought to have raised."""

    level: Level | None = None
    right: Mapping[int, bool] = field(default_factory=dict)
    missed: frozenset[Flag] = frozenset()


NOTHING = Said()


def drawn() -> bool:
    """Whether an unflagged answer is read closely all the same. Drawn once, when it is submitted, from the
    system's own randomness, so that nobody can tell which one will be."""
    return secrets.randbelow(ONE_IN) == 0


def gaps(answer: Answer, said: Said, *, decision: Action) -> list[tuple[str, str]]:
    """What a decision still lacks, as field and code. Close reading demands ('level', 'missing') and right or
    wrong for each flag ('flag_<place>', 'missing'); in a quick look all may be left out. Whoever says that it does
    not answer cannot send it ('level', 'not_answered')."""
    lacking: list[tuple[str, str]] = []
    if answer.close_reading:
        if said.level is None:
            lacking.append(("level", "missing"))
        lacking += [(f"flag_{place}", "missing") for place in range(len(json.loads(answer.findings)))
                    if place not in said.right]
    if decision is Action.RELEASE and said.level is Level.NOT_ANSWERED:
        lacking.append(("level", "not_answered"))
    return lacking


def complete(answer: Answer, said: Said, *, decision: Action) -> None:
    """Raises BadInput for the first of the ``gaps``."""
    for name, code in gaps(answer, said, decision=decision):
        raise BadInput(name, code)


def keep(case: Case, answer: Answer, said: Said, *, actor: Actor, decision: Action) -> None:
    """Write what was said, in the caller's transaction. Raises MoveNotAllowed for whoever wrote or approved an
    answer to the case."""
    if said == NOTHING:
        return
    assert actor.person_id is not None  # verdicts are said by people
    facts = facts_of(case)
    if actor.person_id in facts.drafter_ids | facts.approver_ids:
        raise MoveNotAllowed(action=decision, state=case.state, why="drafter")
    if said.level is not None:
        db.session.add(AnswerVerdict(
            answer_id=answer.id, reviewer_id=actor.person_id, level=said.level.value, at=clock.now(),
            weight=weight(sampled=answer.sampled, close_reading=answer.close_reading)))
    found = json.loads(answer.findings)
    for place, right in sorted(said.right.items()):
        if 0 <= place < len(found):
            raw = found[place]
            _flag(answer, actor, "right" if right else "wrong", raw["code"], field=raw["field"],
                  point=raw["point"], start=raw["start"], end=raw["end"])
    for code in sorted({flag.value for flag in said.missed} - {raw["code"] for raw in found}):
        _flag(answer, actor, "missed", code)


def numbers(said: Said) -> dict[str, int | str | bool | None]:
    """The same for the event of the decision: a code and counts, no words. Empty when nothing was said."""
    if said == NOTHING:
        return {}
    right = sum(said.right.values())
    return {"level": said.level.value if said.level else None, "right": right, "wrong": len(said.right) - right,
            "missed": len(said.missed)}


def reasons_of(answer: Answer, ticked: Sequence[str], said: Said) -> list[str]:
    """The flags that a return names: those ticked that the reader found and the supervisor did not call wrong each
    time, and those the supervisor found."""
    found = json.loads(answer.findings)
    stand = {raw["code"] for place, raw in enumerate(found) if said.right.get(place, True)}
    return sorted({*(stand & set(ticked)), *(flag.value for flag in said.missed)})


def _flag(answer: Answer, actor: Actor, said: str, code: str, *, field: str = "", point: int | None = None,
          start: int = 0, end: int = 0) -> None:
    db.session.add(FlagVerdict(answer_id=answer.id, reviewer_id=actor.person_id, code=code, field=field,
                               point=point, start=start, end=end, said=said, at=clock.now()))
