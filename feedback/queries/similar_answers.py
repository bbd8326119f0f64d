"""Earlier answers of the same agency that say nearly the same: a boilerplate shows beside the others, and so does
the same complaint that was answered the same way years ago."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import selectinload

from feedback.domain.lifecycle import State
from feedback.domain.permissions import Actor
from feedback.domain.proposing.likeness import ALIKE, COMPARED_CHARS, likeness, shingles
from feedback.extensions import db
from feedback.models.answers import Answer, AnswerPoint
from feedback.models.cases import Case
from feedback.queries.visibility import visible_to

COMPARED = 300
"""Newest settled cases of the agency whose answers are compared."""
OTHER_CHARS = 8_000
"""So much of each part of another answer is given to the reader."""
NEARLY_THE_SAME = 0.55
"""From this share of common pairs of syllables on an answer is shown: official words alone make a fifth."""
SHOWN = 5
SETTLED = (State.ANSWERED.value, State.CLOSED.value)


@dataclass(frozen=True)
class Similar:
    """One earlier answer. ``tenths``: so many tenths of the shorter text's pairs of syllables are in both."""

    reference: str
    state: str
    answer: Answer
    tenths: int


def words_of(answer: Answer) -> str:
    """What an answer says in its own words: the points first, then its parts. Not the office in charge, which is
    the same each time for good reason."""
    return "\n".join([*(point.text for point in answer.points), answer.found, answer.done, answer.next_step])


def similar_answers(actor: Actor, case: Case, answer: Answer) -> list[Similar]:
    """Released answers of the same agency to other cases that this actor may see, the most alike first, at most
    five; imported ones too. Three statements, at most 300 texts of a bounded length."""
    if case.agency_id is None:
        return []
    settled = {row.id: row for row in db.session.execute(
        select(Case.id, Case.reference, Case.state).where(
            visible_to(actor), Case.agency_id == case.agency_id, Case.id != case.id, Case.state.in_(SETTLED))
        .order_by(Case.id.desc()).limit(COMPARED))}
    own = shingles(words_of(answer))
    found = []
    for other in db.session.scalars(
            select(Answer).join(Case, Case.id == Answer.case_id)
            .where(Answer.case_id.in_(list(settled)), was_given())
            .options(selectinload(Answer.points))):
        share = likeness(own, shingles(words_of(other)))
        if share >= NEARLY_THE_SAME:
            of_case = settled[other.case_id]
            found.append(Similar(of_case.reference, of_case.state, other, round(share * 10)))
    return sorted(found, key=lambda one: (-one.tenths, -one.answer.id))[:SHOWN]


def was_given() -> ColumnElement[bool]:
    """A condition on answers joined with their case: it went out. Of an imported one the day may be unknown."""
    return or_(Answer.released_at.is_not(None), Case.historical.is_(True))


def complaint_words() -> ColumnElement[str]:
    """What a complaint says, as far as it is compared: the copy for the agency; of an imported case, which was
    published before, the text itself."""
    return func.substr(func.coalesce(Case.masked, Case.narrative), 1, COMPARED_CHARS)


def texts_of_others(case: Case) -> list[str]:
    """What the agency of this case answered lately to other complaints, whole, for the reader to find boilerplate:
    given answers of its newest 300 settled cases, one statement. Whoever asked the same got the same for good
    reason, so that answers to nearly the same complaint are left out."""
    if case.agency_id is None:
        return []
    settled = (select(Case.id).where(Case.agency_id == case.agency_id, Case.id != case.id, Case.state.in_(SETTLED))
               .order_by(Case.id.desc()).limit(COMPARED).subquery())
    parts = [func.substr(column, 1, OTHER_CHARS).label(column.key)
             for column in (Answer.found, Answer.done, Answer.ground, Answer.next_step)]
    own = shingles(case.masked or case.narrative)
    rows = db.session.execute(
        select(Answer.id, complaint_words().label("asked"), *parts,
               func.substr(AnswerPoint.text, 1, OTHER_CHARS).label("point"))
        .join(Case, Case.id == Answer.case_id).outerjoin(AnswerPoint, AnswerPoint.answer_id == Answer.id)
        .where(Case.id.in_(select(settled.c.id)), was_given()).order_by(Answer.id.desc(), AnswerPoint.n))
    points: dict[int, list[str]] = {}
    whole: dict[int, list[str]] = {}
    same: dict[str, bool] = {}  # what many send word for word is compared once
    for row in rows:
        if row.id not in whole:
            if row.asked not in same:
                same[row.asked] = likeness(own, shingles(row.asked)) >= ALIKE
            whole[row.id] = [] if same[row.asked] else [row.found, row.done, row.ground, row.next_step]
        if row.point:
            points.setdefault(row.id, []).append(row.point)
    return ["\n".join(part for part in (*points.get(id_, ()), *rest) if part.strip())
            for id_, rest in whole.items() if rest]
