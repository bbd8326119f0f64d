"""What people said of answers, with the texts they said it of: what the reader learns from."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from feedback.domain.answers.check import in_one
from feedback.domain.answers.learning import SENDER_WEIGHT, Said, Witness
from feedback.domain.answers.structured import PointAnswer, StructuredAnswer
from feedback.domain.answers.taxonomy import Flag, Level
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Point
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.queries.point_verdicts import PointsSaid, said_of

MOST = 3_000
"""Newest verdicts, and newest answers that senders spoke of, that are learned from."""


def witnesses() -> list[Witness]:
    """Supervisors' verdicts on answers, oldest first, then what senders said. An answer that several people judged
    counts once, shared between them."""
    verdicts = list(reversed(list(db.session.scalars(
        select(AnswerVerdict).where(AnswerVerdict.weight > 0).order_by(AnswerVerdict.id.desc()).limit(MOST)))))
    people: dict[int, int] = defaultdict(int)
    for verdict in verdicts:
        people[verdict.answer_id] += 1
    answers = _answers(list(people))
    flags = _flags(list(people))
    found = [_witness(*answers[v.answer_id], defective=v.level != Level.CLEAR.value,
                      weight=v.weight / people[v.answer_id], flags=flags.get(v.answer_id, frozenset()))
             for v in verdicts if v.answer_id in answers]
    return found + _senders()


def flags_said() -> dict[Flag, Said]:
    """Of how many answers each flag was called right and wrong, by anybody, ever; one statement."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for code, said, number in db.session.execute(
            select(FlagVerdict.code, FlagVerdict.said, func.count(func.distinct(FlagVerdict.answer_id))
                   ).group_by(FlagVerdict.code, FlagVerdict.said)):
        counts[code][said] = number
    return {Flag(code): Said(of.get("right", 0), of.get("wrong", 0)) for code, of in counts.items()
            if code in set(Flag)}


def _senders() -> list[Witness]:
    """Senders who spoke of points of an answer: one with a point that was not answered does not answer. What was
    said of an earlier round's answer says nothing of the next one's."""
    cases = list(db.session.scalars(
        select(Point.case_id).where(Point.answered_by_sender.is_not(None)).distinct()
        .order_by(Point.case_id.desc()).limit(MOST)))
    said: dict[int, PointsSaid] = {}
    for start in range(0, len(cases), 500):
        ids = db.session.scalars(select(Answer.id).where(
            Answer.case_id.in_(cases[start:start + 500]), Answer.released_at.is_not(None)))
        said.update((answer_id, one) for answer_id, one in said_of(ids).items() if one.points)
    return [_witness(answer, case, defective=said[answer.id].not_answered > 0, weight=SENDER_WEIGHT, sender=True)
            for answer, case in _answers(list(said)).values()]


def _answers(ids: list[int]) -> dict[int, tuple[Answer, Case]]:
    found: dict[int, tuple[Answer, Case]] = {}
    for start in range(0, len(ids), 500):  # no statement with thousands of values
        for answer, case in db.session.execute(
                select(Answer, Case).join(Case, Case.id == Answer.case_id)
                .where(Answer.id.in_(ids[start:start + 500])).order_by(Answer.id)
                .options(selectinload(Answer.points), selectinload(Case.points))):
            found[answer.id] = (answer, case)
    return found


def _flags(ids: list[int]) -> dict[int, frozenset[Flag]]:
    """The flags that are truly there: called right, or missed by the reader."""
    found: dict[int, set[Flag]] = defaultdict(set)
    for start in range(0, len(ids), 500):
        for answer_id, code in db.session.execute(
                select(FlagVerdict.answer_id, FlagVerdict.code).where(
                    FlagVerdict.answer_id.in_(ids[start:start + 500]), FlagVerdict.said != "wrong")):
            if code in set(Flag):
                found[answer_id].add(Flag(code))
    return {answer_id: frozenset(flags) for answer_id, flags in found.items()}


def _witness(answer: Answer, case: Case, *, defective: bool, weight: float, sender: bool = False,
             flags: frozenset[Flag] | None = None) -> Witness:
    points = tuple(point.masked or point.text for point in case.points)
    text = in_one(StructuredAnswer(
        outcome=None, found=answer.found, done=answer.done, ground=answer.ground, next_step=answer.next_step,
        points=tuple(PointAnswer(n=p.n, text=p.text) for p in answer.points)))
    return Witness(case.masked or "\n".join(points), text, points, defective, weight, sender, flags)
