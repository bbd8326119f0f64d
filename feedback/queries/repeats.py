"""The same complaint, answered the same way before: the road that was asked about again four years later.

Two statements and the answers' points, at most ``MOST`` complaints of a bounded length. Only cases that the asker
may see are looked at; compared are the copies for the agency, and nothing here says who anybody is.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.domain.proposing.likeness import ALIKE, likeness, shingles
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.queries.similar_answers import NEARLY_THE_SAME, SETTLED, complaint_words, was_given, words_of
from feedback.queries.visibility import visible_to

MOST = 500
"""Newest settled cases of the same procedure (or category) at the agency, or of the same sender, compared."""
SHOWN = 5


@dataclass(frozen=True)
class Repeat:
    """An earlier case on the same matter whose answer says nearly the same. Days are None where an import did not
    know them."""

    reference: str
    received_on: date | None
    answered_on: date | None
    answer: Answer


def answered_alike_before(actor: Actor, case: Case, answer: Answer) -> list[Repeat]:
    """Earlier cases in nearly the same words, of the same agency and procedure (or category), imported, or from
    the same sender, that got nearly the same answer; the newest first, at most five."""
    same_matter = (Case.procedure_id == case.procedure_id if case.procedure_id is not None
                   else and_(Case.procedure_id.is_(None), Case.category == case.category))
    own_contacts = select(SealedIdentity.blind_index).where(
        SealedIdentity.case_id == case.id, SealedIdentity.blind_index.is_not(None))
    of_sender = select(SealedIdentity.case_id).where(SealedIdentity.blind_index.in_(own_contacts))
    rows = db.session.execute(
        select(Case.id, Case.reference, Case.received_on, complaint_words().label("words"))
        .where(visible_to(actor), Case.id != case.id, Case.state.in_(SETTLED),
               or_(and_(Case.agency_id == case.agency_id, or_(same_matter, Case.historical.is_(True))),
                   Case.id.in_(of_sender)))
        .order_by(Case.id.desc()).limit(MOST))
    own = shingles(case.masked or case.narrative)
    asked = {row.id: row for row in rows if likeness(own, shingles(row.words)) >= ALIKE}
    if not asked:
        return []
    said, found = shingles(words_of(answer)), {}
    for other in db.session.scalars(
            select(Answer).join(Case, Case.id == Answer.case_id)
            .where(Answer.case_id.in_(list(asked)), was_given())
            .options(selectinload(Answer.points)).order_by(Answer.id)):
        if likeness(said, shingles(words_of(other))) >= NEARLY_THE_SAME:
            row = asked[other.case_id]
            on = clock.local_date(other.released_at) if other.released_at else None
            found[other.case_id] = Repeat(row.reference, row.received_on, on, other)
    return sorted(found.values(), key=lambda one: one.answered_on or date.min, reverse=True)[:SHOWN]
