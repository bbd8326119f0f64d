"""Who acts for whom today: deputies of heads of agencies."""

from collections.abc import Sequence
from datetime import date
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from feedback import clock
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.appointments import Deputy
from feedback.models.people import Person, RoleGrant

MAY_ACT: frozenset[Role] = frozenset({Role.OFFICER, Role.AGENCY_HEAD})
"""Roles of whom a head may name as deputy. Who loses the last of them acts for nobody any more."""


def in_force(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """A condition on ``Deputy`` rows: in force on this day."""
    return and_(Deputy.from_on <= on, Deputy.to_on >= on, Deputy.ended_at.is_(None))


def heads_of_deputy(person_id: int) -> list[Person]:
    """The heads for whom this person acts today, by name, with their agency."""
    return list(db.session.scalars(
        select(Person).join(Deputy, Deputy.head_id == Person.id)
        .where(Deputy.person_id == person_id, in_force(clock.today()), Person.disabled_at.is_(None),
               _works(Deputy.person_id))
        .options(joinedload(Person.agency)).order_by(Person.display_name)).unique())


def deputies_of_heads(head_ids: Sequence[int]) -> list[int]:
    """The ids of those who act for these heads today: for whoever named them, also where a head handles a case as
    its officer."""
    if not head_ids:
        return []
    return list(db.session.scalars(_deputies(), {"heads": [*head_ids], "today": clock.today()}))


@cache
def _deputies() -> Select[tuple[int]]:
    """Put together once: it is asked for each head who is told of something."""
    return (select(Deputy.person_id).join(Person, Person.id == Deputy.person_id)
            .where(Deputy.head_id.in_(bindparam("heads", expanding=True)),
                   in_force(bindparam("today", type_=Date)), Person.disabled_at.is_(None),
                   _works(Deputy.person_id))
            .order_by(Deputy.person_id))


def _works(person_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Whether this person still has a role in which a deputy can be named."""
    return select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None),
        RoleGrant.role.in_([role.value for role in MAY_ACT])).exists()


def appointed_by(head_id: int) -> list[Deputy]:
    """The deputies this head named, the newest first, with the person; the last 25."""
    return list(db.session.scalars(
        select(Deputy).where(Deputy.head_id == head_id).options(joinedload(Deputy.person))
        .order_by(Deputy.id.desc()).limit(25)))


def candidates(head: Person, agency_ids: Sequence[int]) -> list[Person]:
    """Who can be named: active officers and heads of these agencies, other than the head, by name."""
    return list(db.session.scalars(
        select(Person).where(Person.agency_id.in_(sorted(agency_ids)), Person.disabled_at.is_(None),
                             Person.id != head.id, _works(Person.id))
        .options(joinedload(Person.agency)).order_by(Person.display_name).limit(500)))
