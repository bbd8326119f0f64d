"""What an actor may see, in SQL. Twin of ``domain.permissions.within_reach``."""

from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from feedback.domain.permissions import Actor, CaseFacts
from feedback.domain.roles import Reach
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Conflict


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case`` rows that is true for exactly the cases within the actor's reach."""
    reaches = actor.reaches
    ways: list[ColumnElement[bool]] = []
    if Reach.OWN in reaches and actor.case_id is not None:
        ways.append(Case.id == actor.case_id)
    if Reach.RESTRICTED in reaches:
        ways.append(Case.restricted.is_(True))
    if Reach.ALL in reaches:
        ways.append(Case.restricted.is_(False))
    if Reach.AGENCY_TREE in reaches and actor.agency_tree:
        ways.append(and_(Case.restricted.is_(False), Case.agency_id.in_(sorted(actor.agency_tree))))
    if Reach.AGENCY in reaches and actor.agency_id is not None:
        ways.append(and_(Case.restricted.is_(False), Case.agency_id == actor.agency_id))
    if not ways:
        return false()
    seen = or_(*ways)
    if actor.person_id is None:
        return seen
    hidden = select(Conflict.id).where(Conflict.case_id == Case.id, Conflict.person_id == actor.person_id)
    return and_(seen, not_(hidden.exists()))


def facts_of(case: Case) -> CaseFacts:
    """The facts of a loaded case that the rules need (two small queries)."""
    conflicts = db.session.scalars(select(Conflict.person_id).where(Conflict.case_id == case.id))
    hands = db.session.execute(
        select(Answer.author_id, Answer.approved_by_id).where(Answer.case_id == case.id)).all()
    return CaseFacts(
        case_id=case.id, agency_id=case.agency_id, restricted=case.restricted, officer_id=case.officer_id,
        conflict_person_ids=frozenset(conflicts),
        drafter_ids=frozenset(row.author_id for row in hands if row.author_id is not None),
        approver_ids=frozenset(row.approved_by_id for row in hands if row.approved_by_id is not None),
        objected=case.objected)
