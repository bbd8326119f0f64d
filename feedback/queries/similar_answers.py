"""Earlier answers of the same agency that say nearly the same: a boilerplate shows beside the others."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback.domain.lifecycle import State
from feedback.domain.permissions import Actor
from feedback.domain.proposing.likeness import likeness, shingles
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.visibility import visible_to

COMPARED = 200
"""Newest settled cases of the agency whose answers are compared."""
NEARLY_THE_SAME = 0.55
"""From this share of common pairs of syllables on an answer is shown: official words alone make a fifth."""
SHOWN = 5


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
    five. Three statements, at most 200 texts of a bounded length."""
    if case.agency_id is None:
        return []
    settled = {row.id: row for row in db.session.execute(
        select(Case.id, Case.reference, Case.state).where(
            visible_to(actor), Case.agency_id == case.agency_id, Case.historical.is_(False), Case.id != case.id,
            Case.state.in_([State.ANSWERED.value, State.CLOSED.value]))
        .order_by(Case.id.desc()).limit(COMPARED))}
    own = shingles(words_of(answer))
    found = []
    for other in db.session.scalars(
            select(Answer).where(Answer.case_id.in_(list(settled)), Answer.released_at.is_not(None))
            .options(selectinload(Answer.points))):
        share = likeness(own, shingles(words_of(other)))
        if share >= NEARLY_THE_SAME:
            of_case = settled[other.case_id]
            found.append(Similar(of_case.reference, of_case.state, other, round(share * 10)))
    return sorted(found, key=lambda one: (-one.tenths, -one.answer.id))[:SHOWN]
