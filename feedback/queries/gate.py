"""Questions of the gate: what is read closely, how often an answer came back, and who signs in person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, false, func, select
from sqlalchemy.orm import joinedload

from feedback.domain.gate import CHAIRMAN_HEARS_AT
from feedback.domain.lifecycle import OPEN, Action
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer, Review
from feedback.models.cases import Case
from feedback.models.people import Person, RoleGrant
from feedback.queries.agencies import tree_above
from feedback.queries.visibility import visible_to

MOST = 25
"""Cases on the chairman's list that are shown."""


def reads_closely() -> ColumnElement[bool]:
    """A condition on ``Case`` rows: the newest submitted answer wants a close reading."""
    newest = (select(Answer.close_reading).where(Answer.case_id == Case.id, Answer.submitted_at.is_not(None))
              .order_by(Answer.id.desc()).limit(1).correlate(Case).scalar_subquery())
    return func.coalesce(newest, false())


def times_returned(case: Case) -> int:
    """How often the gate returned an answer to this case in this round."""
    return db.session.scalar(
        select(func.count()).select_from(Review).join(Answer, Answer.id == Review.answer_id)
        .where(Answer.case_id == case.id, Answer.round == case.round, Review.action == Action.RETURN.value)) or 0


def head_in_person(person_id: int, agency_id: int) -> bool:
    """Whether this person is head of this agency, or of one above it, in their own right: a deputy is not."""
    reach = {agency_id, *tree_above(agency_id)}
    return db.session.scalar(
        select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.person_id == person_id, RoleGrant.role == Role.AGENCY_HEAD.value,
               RoleGrant.revoked_at.is_(None), Person.agency_id.in_(sorted(reach))).limit(1)) is not None


@dataclass(frozen=True)
class ComesBack:
    """A case whose answer the gate returned again and again in the same round."""

    case: Case
    times: int


def often_returned(actor: Actor) -> Sequence[ComesBack]:
    """The chairman's list: open cases returned at least three times in their round, the most often first."""
    counted = _returns()
    return [ComesBack(row.Case, row.times) for row in db.session.execute(
        select(Case, counted.c.times).join(counted, counted.c.case_id == Case.id)
        .where(visible_to(actor), Case.restricted.is_(False)).options(joinedload(Case.agency))
        .order_by(counted.c.times.desc(), Case.id).limit(MOST))]


def _returns() -> Subquery:
    """By open case, how often its answer was returned in its round, where that is often enough."""
    times = func.count(Review.id)
    return (select(Answer.case_id, times.label("times"))
            .join(Review, Review.answer_id == Answer.id)
            .join(Case, Case.id == Answer.case_id)
            .where(Review.action == Action.RETURN.value, Answer.round == Case.round,
                   Case.state.in_(sorted(state.value for state in OPEN)))
            .group_by(Answer.case_id).having(times >= CHAIRMAN_HEARS_AT).subquery())
