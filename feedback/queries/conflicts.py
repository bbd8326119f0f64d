"""Questions about conflicts of interest: who can be named, who is, and who is left to decide."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from feedback.domain.conflicts import About, levels_of
from feedback.domain.lifecycle import State
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Conflict, Note
from feedback.models.people import Person, RoleGrant
from feedback.queries.visibility import facts_of

CANDIDATES: dict[About, frozenset[Role]] = {
    About.OFFICER: frozenset({Role.OFFICER}),
    About.HEAD: frozenset({Role.AGENCY_HEAD}),
    About.OFFICE: frozenset({Role.INTAKE, Role.COORDINATOR, Role.LEADER}),
}
"""Which roles somebody holds who is named as this."""

MOST_PEOPLE = 200
"""People a page offers to be named; an agency is not larger."""


@dataclass(frozen=True)
class Named:
    """One recorded conflict: who is named as what, why, by whom, when."""

    who: str
    about: About
    why: str
    recorded_by: str
    recorded_at: datetime | None


def people_with_roles(roles: Collection[Role], *, ids: Collection[int] | None = None,
                      agency_id: int | None = None) -> list[Person]:
    """Active people with one of these roles, by name: of these ids, or of this agency; at most 200."""
    has_role = select(RoleGrant.id).where(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None),
                                          RoleGrant.role.in_([role.value for role in roles]))
    query = (select(Person).where(Person.disabled_at.is_(None), has_role.exists())
             .options(joinedload(Person.agency)).order_by(Person.display_name, Person.id).limit(MOST_PEOPLE))
    if ids is not None:
        query = query.where(Person.id.in_(list(ids)))
    if agency_id is not None:
        query = query.where(Person.agency_id == agency_id)
    return list(db.session.scalars(query))


def conflicts_of(case: Case) -> list[Named]:
    """The conflicts recorded about a case, oldest first; one statement."""
    recorder = aliased(Person)
    rows = db.session.execute(
        select(Conflict, Person.display_name, Note.body, recorder.display_name)
        .join(Person, Person.id == Conflict.person_id).outerjoin(Note, Note.id == Conflict.note_id)
        .outerjoin(recorder, recorder.id == Conflict.recorded_by_id)
        .where(Conflict.case_id == case.id).order_by(Conflict.id))
    return [Named(who, About(row.about), why or "", by or "", row.recorded_at) for row, who, why, by in rows]


def left_to_decide(case: Case) -> bool:
    """Whether somebody active and not named can still take the next decisions of this case: its reader while it
    waits to be read; the head above, the coordinator or the leader where a level is taken out."""
    facts = facts_of(case)
    levels = levels_of(case.moved_up)
    needed = {Role.LEADER if About.OFFICE in levels else Role.COORDINATOR}
    if State(case.state) in (State.SUBMITTED, State.AWAITING_SUBMITTER):
        needed.add(Role.INTAKE)
    if case.restricted:
        needed = {Role.RESTRICTED_DESK}
    held = set(db.session.scalars(
        select(RoleGrant.role).join(Person, Person.id == RoleGrant.person_id).where(
            RoleGrant.role.in_([role.value for role in needed]), RoleGrant.revoked_at.is_(None),
            Person.disabled_at.is_(None), Person.id.not_in(facts.conflict_person_ids)).distinct()))
    return {role.value for role in needed} <= held
