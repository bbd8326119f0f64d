"""How right the reader is, counted from what supervisors said of real answers; by the sweep, on no request."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from feedback.domain.answers.metrics import Interval, wilson
from feedback.domain.answers.taxonomy import Flag, Level
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.queries.reader_model import model_in_force

MOST = 5_000
"""Newest verdicts that are counted."""
LEAST = 30
"""With fewer verdicts no share is given, only the counts."""
UNIT = 10_000
"""Shares are kept as whole numbers, in ten-thousandths."""


class _Judged(NamedTuple):
    found: bool
    true: bool
    weight: float


def reader_counts() -> dict[str, int]:
    """``reader.verdicts`` and of these ``.found_right``, ``.found_wrong``, ``.missed``, ``.passed_right``; from
    LEAST verdicts on ``reader.precision`` and ``reader.recall`` with ``.low`` and ``.high``, weighed by one over
    the chance of having been drawn; ``reader.flag.<code>.right``, ``.wrong`` and ``.missed``."""
    rows = _rows()
    kinds = Counter((row.found, row.true) for row in rows)
    counts = {
        "reader.verdicts": len(rows), "reader.found_right": kinds[True, True],
        "reader.found_wrong": kinds[True, False], "reader.missed": kinds[False, True],
        "reader.passed_right": kinds[False, False]}
    if len(rows) >= LEAST:
        counts.update(_estimate("precision", [(row.true, row.weight) for row in rows if row.found]))
        counts.update(_estimate("recall", [(row.found, row.weight) for row in rows if row.true]))
    for code, said, number in db.session.execute(
            select(FlagVerdict.code, FlagVerdict.said, func.count()).group_by(FlagVerdict.code, FlagVerdict.said)):
        if code in set(Flag):
            counts[f"reader.flag.{code}.{said}"] = number
    return counts


def _rows() -> list[_Judged]:
    """The newest verdicts on answers that were read closely, with what the reader had said. An answer judged by
    several people counts once between them."""
    threshold = model_in_force().threshold
    read = list(db.session.execute(
        select(Answer.id, Answer.probability, Answer.hard, AnswerVerdict.level, AnswerVerdict.weight)
        .join(AnswerVerdict, AnswerVerdict.answer_id == Answer.id)
        .where(AnswerVerdict.weight > 0, Answer.probability.is_not(None))
        .order_by(AnswerVerdict.id.desc()).limit(MOST)))
    people = Counter(row.id for row in read)
    return [_Judged(row.hard or row.probability >= threshold, row.level != Level.CLEAR.value,
                    row.weight / people[row.id]) for row in read]


def _estimate(name: str, told: Sequence[tuple[bool, float]]) -> dict[str, int]:
    """A weighed share with its 95 % interval; nothing where nobody could have been right."""
    weights = [weight for _, weight in told]
    if not weights:
        return {}
    share = sum(weight for right, weight in told if right) / sum(weights)
    spread = wilson(share, weights) or Interval(0.0, 1.0)
    return {f"reader.{name}": round(share * UNIT), f"reader.{name}.low": round(spread.low * UNIT),
            f"reader.{name}.high": round(spread.high * UNIT)}
