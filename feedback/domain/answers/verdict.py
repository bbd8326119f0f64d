"""What the reader says of a whole answer: how likely it fails to answer, its flags, the questions it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.domain.answers import model as models
from feedback.domain.answers import points
from feedback.domain.answers.findings import reasons
from feedback.domain.answers.model import Model
from feedback.domain.answers.reading import remarks_on
from feedback.domain.answers.taxonomy import Flag, Level, level


@dataclass(frozen=True, slots=True)
class Mark:
    """One flag on an answer's text. ``start``–``end`` are code points of the answer as given, 0–0 for what is
    absent; ``ask`` is the place (from 0) of the question it is about, or None. ``reason`` is a key of
    ``reasons.json``."""

    code: Flag
    start: int
    end: int
    ask: int | None
    reason: str

    @property
    def words(self) -> dict[str, str]:
        """``reason_vi``, ``reason_en``, ``hint_vi``, ``hint_en``: why, and what would mend it."""
        row = reasons()[self.reason]
        return {"reason_vi": str(row["reason_vi"]), "reason_en": str(row["reason_en"]),
                "hint_vi": str(row["mend_vi"]), "hint_en": str(row["mend_en"])}


@dataclass(frozen=True, slots=True)
class AskReading:
    """One question, whether the answer answers it, and the words that do (``start``–``end``, 0–0 for none)."""

    text: str
    answered: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reading of one answer. ``hard``: a rule that needs no probability spoke (NONE, LINK_ONLY, TEMPLATE)."""

    probability: float
    hard: bool
    defective: bool
    level: Level
    marks: tuple[Mark, ...]
    asks: tuple[AskReading, ...]
    version: str


def read_answer(complaint: str, answer: str, *, asks: Sequence[str] = (), others: Sequence[str] = (),
                model: Model | None = None) -> Verdict:
    """Read ``answer`` against ``complaint``. ``asks``: its questions; left out, they are proposed from the text.
    ``others``: answers to other complaints, for TEMPLATE. Bounded and linear in the text; pure."""
    model = model or models.shipped()
    asked = tuple(asks) or points.propose(complaint)
    found = remarks_on(answer, complaint)
    marks = tuple(Mark(remark.flag, remark.start, remark.end, None, remark.flag.value) for remark in found)
    defective = bool(marks)
    return Verdict(probability=0.9 if defective else 0.1, hard=False, defective=defective,
                   level=level(mark.code for mark in marks), marks=marks,
                   asks=tuple(AskReading(text, not defective, 0, 0) for text in asked), version=model.version)
