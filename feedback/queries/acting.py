"""A member of staff as the rules see them: roles, agency, and whom they act for today."""

from collections.abc import Iterable

from sqlalchemy import and_, literal, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.appointments import Deputy
from feedback.models.people import Person, RoleGrant
from feedback.queries.deputies import MAY_ACT, in_force


def actor_of(person_id: int, *, roles: Iterable[Role], agency_id: int | None) -> Actor:
    """The actor of a person with these live roles. Who is a deputy today acts as head of agency too, with the
    reach of the head they act for, as long as they could still be named: an officer or head in that reach. Who has
    another role or another agency by now acts for nobody (one statement)."""
    held = frozenset(roles)
    own = agency_id if Role.AGENCY_HEAD in held else None
    tree, deputy_at = _reach(person_id, own, home=agency_id if held & MAY_ACT else None)
    return Actor(roles=held | {Role.AGENCY_HEAD} if deputy_at else held, person_id=person_id, agency_id=agency_id,
                 agency_tree=tree, deputy_at=deputy_at)


def _reach(person_id: int, own_agency_id: int | None, *,
           home: int | None) -> tuple[frozenset[int], frozenset[int]]:
    """The agencies below those whose head this person is or acts for, and those whose head they act for. A head
    who has left the post, or whose account is closed, has no deputy any more; nor has one whose deputy's own
    agency (``home``) is not theirs."""
    head = aliased(Person)
    covered = (
        select(head.agency_id.label("id"), head.agency_id.label("root"), literal(1).label("covered"))
        .join(Deputy, Deputy.head_id == head.id)
        .join(RoleGrant, and_(RoleGrant.person_id == head.id, RoleGrant.role == Role.AGENCY_HEAD.value,
                              RoleGrant.revoked_at.is_(None)))
        .where(Deputy.person_id == person_id, in_force(clock.today()), head.disabled_at.is_(None),
               head.agency_id.is_not(None)))
    if own_agency_id is None:
        first = covered.subquery()
    else:
        own = select(Agency.id, Agency.id, literal(0)).where(Agency.id == own_agency_id)
        first = covered.union_all(own).subquery()
    below = select(first.c.id, first.c.root, first.c.covered).cte("below", recursive=True)
    child = aliased(Agency)
    below = below.union(select(child.id, below.c.root, below.c.covered).join(below, child.parent_id == below.c.id))
    rows = db.session.execute(select(below.c.id, below.c.root, below.c.covered)).all()
    acts_for = frozenset(row.root for row in rows if row.covered and row.id == home)
    return frozenset(row.id for row in rows if not row.covered or row.root in acts_for), acts_for
