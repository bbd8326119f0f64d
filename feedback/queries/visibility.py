"""What an actor may see, in SQL. Twin of ``domain.permissions.within_reach``."""

from sqlalchemy import ColumnElement, and_, false, not_, or_, select

from feedback.domain.conflicts import About, levels_of
from feedback.domain.permissions import GRANTS, Actor, CaseFacts, Permission, only_in
from feedback.domain.roles import Reach, Role
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Conflict
from feedback.models.people import Person, RoleGrant
from feedback.queries.agencies import tree_above


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


def original_to(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case`` rows that is true where the actor may read the sender's own words. Twin of
    ``reads_original``."""
    ways = [visible_to(only_in(actor, role)) for role in sorted(actor.roles)
            if Permission.CASE_READ_ORIGINAL in GRANTS[role]]
    if Role.LEADER in actor.roles:
        ways.append(and_(moved_up_to_leader(), visible_to(only_in(actor, Role.LEADER))))
    return or_(*ways) if ways else false()


def moved_up_to_leader() -> ColumnElement[bool]:
    """True for cases whose decisions the leader takes, because they are about the coordinating office."""
    return Case.moved_up.contains(About.OFFICE.value)


def facts_of(case: Case) -> CaseFacts:
    """The facts of a loaded case that the rules need (two small queries; two more when a head is in conflict)."""
    conflicts = frozenset(db.session.scalars(select(Conflict.person_id).where(Conflict.case_id == case.id)))
    levels = levels_of(case.moved_up or "")
    hands = db.session.execute(
        select(Answer.author_id, Answer.approved_by_id).where(Answer.case_id == case.id)).all()
    return CaseFacts(
        case_id=case.id, agency_id=case.agency_id, restricted=case.restricted, officer_id=case.officer_id,
        conflict_person_ids=conflicts,
        drafter_ids=frozenset(row.author_id for row in hands if row.author_id is not None),
        approver_ids=frozenset(row.approved_by_id for row in hands if row.approved_by_id is not None),
        objected=case.objected, moved_up=levels,
        head_above=About.HEAD in levels and _has_head_above(case, conflicts))


def _has_head_above(case: Case, hidden_from: frozenset[int]) -> bool:
    above = tree_above(case.agency_id) if case.agency_id is not None else frozenset()
    return bool(above) and db.session.scalar(
        select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.AGENCY_HEAD.value, RoleGrant.revoked_at.is_(None),
               Person.disabled_at.is_(None), Person.agency_id.in_(above), Person.id.not_in(hidden_from))
        .limit(1)) is not None
