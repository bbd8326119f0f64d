"""Who plays which part: the sample people as actors, by role and agency."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select

from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.people import Person, RoleGrant
from feedback.queries.agencies import tree_below


@dataclass(frozen=True)
class Cast:
    """Actors by part. ``officers`` and ``heads`` are by the agency's code; the first officer takes the case, the
    second one reads it again after an objection."""

    intake: tuple[Actor, ...]
    coordinators: tuple[Actor, ...]
    publishers: tuple[Actor, ...]
    restricted: Actor
    leader: Actor
    officers: dict[str, tuple[Actor, ...]]
    heads: dict[str, Actor]
    agencies: dict[str, int]


def load() -> Cast:
    """The cast from the sample accounts of this database."""
    found = db.session.execute(
        select(Person.id, Person.agency_id, Agency.code, RoleGrant.role)
        .join(Agency, Agency.id == Person.agency_id).join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(Person.sample.is_(True), RoleGrant.revoked_at.is_(None)).order_by(Person.id)).all()
    actors: list[tuple[str, Actor]] = []
    for person_id, grants in groupby(found, key=lambda row: row.id):
        rows = list(grants)
        roles = frozenset(Role(row.role) for row in rows)
        tree = tree_below(rows[0].agency_id) if Role.AGENCY_HEAD in roles else frozenset()
        actors.append((rows[0].code, Actor(roles=roles, person_id=person_id, agency_id=rows[0].agency_id,
                                           agency_tree=tree)))

    def all_of(role: Role) -> tuple[Actor, ...]:
        return tuple(actor for _, actor in actors if role in actor.roles)

    officers: dict[str, tuple[Actor, ...]] = {}
    for code, actor in actors:
        if Role.OFFICER in actor.roles:
            officers[code] = (*officers.get(code, ()), actor)
    return Cast(
        intake=all_of(Role.INTAKE), coordinators=all_of(Role.COORDINATOR), publishers=all_of(Role.PUBLISHER),
        restricted=all_of(Role.RESTRICTED_DESK)[0], leader=all_of(Role.LEADER)[0], officers=officers,
        heads={code: actor for code, actor in actors if Role.AGENCY_HEAD in actor.roles},
        agencies=dict(db.session.execute(select(Agency.code, Agency.id)).all()))
