"""Questions about staff and agencies for the administrator. No case is read here, only how many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from feedback.domain.errors import OutOfReach
from feedback.domain.folding import fold
from feedback.domain.lifecycle import OPEN
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.appointments import Invitation, RoleRequest
from feedback.models.cases import Case
from feedback.models.people import Person, RoleGrant

PAGE = 50
"""People on one page of the list."""
MOST_SEARCHED = 20_000
"""Accounts that a search looks through at most."""
MOST_FOUND = 500
"""What a search gives at most; whoever finds more writes another word."""
STATES = ("active", "invited", "without_second_step", "disabled")
"""By what the list can be narrowed down."""


@dataclass(frozen=True)
class PeoplePage:
    """A page of the list; ``after`` is the id of the last person shown when there are more, else None."""

    rows: list[Person]
    after: int | None


def people_page(*, q: str = "", role: str = "", agency_id: int | None = None, state: str = "",
                after: int | None = None) -> PeoplePage:
    """Everybody with an account, by name, 50 a page, with agency and live roles. ``q``: words of the name, the
    address or the agency, or their beginnings, in any order, with or without accents. ``state``: one of STATES, or
    empty for all."""
    query = select(Person).options(joinedload(Person.agency), selectinload(Person.roles)).where(*_wanted(
        role=role, agency_id=agency_id, state=state)).order_by(Person.display_name, Person.id)
    if words := fold(q).split():
        query = query.where(Person.id.in_(_matching(words, role=role, agency_id=agency_id, state=state)))
    if after is not None and (name := db.session.scalar(select(Person.display_name).where(Person.id == after))):
        query = query.where(or_(Person.display_name > name, and_(Person.display_name == name, Person.id > after)))
    found = list(db.session.scalars(query.limit(PAGE + 1)))
    return PeoplePage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def _wanted(*, role: str, agency_id: int | None, state: str) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if role:
        wanted.append(Person.id.in_(select(RoleGrant.person_id).where(
            RoleGrant.role == role, RoleGrant.revoked_at.is_(None))))
    if agency_id is not None:
        wanted.append(Person.agency_id == agency_id)
    if state == "disabled":
        wanted.append(Person.disabled_at.is_not(None))
    elif state in STATES:
        wanted.append(Person.disabled_at.is_(None))
    if state == "invited":
        wanted.append(Person.password_hash == "")
    elif state == "without_second_step":
        wanted += [Person.password_hash != "", Person.totp_since.is_(None)]
    return wanted


def _matching(words: list[str], *, role: str, agency_id: int | None, state: str) -> list[int]:
    """Folding is Python's work (design §8); a province has a few thousand people at most."""
    rows = db.session.execute(
        select(Person.id, Person.display_name, Person.email, Agency.name_vi, Agency.name_en)
        .outerjoin(Agency, Agency.id == Person.agency_id)
        .where(*_wanted(role=role, agency_id=agency_id, state=state)).order_by(Person.id).limit(MOST_SEARCHED))
    found = []
    for person_id, *texts in rows:
        written = fold(" ".join(filter(None, texts))).split()
        if all(any(one.startswith(word) for one in written) for word in words):
            found.append(person_id)
    return found[:MOST_FOUND]


def person_for(person_id: int) -> Person:
    """One person with agency and live roles. Raises OutOfReach when there is none."""
    person = db.session.scalar(select(Person).where(Person.id == person_id).options(
        joinedload(Person.agency), selectinload(Person.roles)))
    if person is None:
        raise OutOfReach("no such person")
    return person


def held_roles(person_id: int) -> frozenset[Role]:
    """The roles the person has now."""
    return frozenset(Role(role) for role in db.session.scalars(select(RoleGrant.role).where(
        RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None))))


def administrators(*, joined: bool = False, lock: bool = False) -> set[int]:
    """The ids of the administrators whose accounts are open; sample ones count in a trial only. ``joined``: only
    those who have a password, and can therefore sign in. ``lock`` keeps their grants from changing meanwhile."""
    query = select(RoleGrant).join(Person, Person.id == RoleGrant.person_id).where(
        RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.revoked_at.is_(None), Person.disabled_at.is_(None))
    if not current_app.extensions["settings"].trial:
        query = query.where(Person.sample.is_(False))
    if joined:
        query = query.where(Person.password_hash != "")
    if lock:
        query = query.with_for_update(of=RoleGrant)
    return {grant.person_id for grant in db.session.scalars(query)}


def is_founder_alone(person_id: int | None) -> bool:
    """Whether this person is the one administrator and nobody else who could sign in has ever been one. Who is
    left alone later, because the others' accounts were closed, is none: closing takes a single word, so it must
    not lead to appointing somebody alone (trust.md W11)."""
    if person_id is None or administrators() != {person_id}:
        return False
    others = select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id).where(
        RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.person_id != person_id, Person.password_hash != "")
    if not current_app.extensions["settings"].trial:
        others = others.where(Person.sample.is_(False))
    return db.session.scalar(others.limit(1)) is None


def open_requests() -> list[RoleRequest]:
    """What waits for a second administrator, the oldest first."""
    return list(db.session.scalars(
        select(RoleRequest).where(RoleRequest.decided_at.is_(None))
        .options(joinedload(RoleRequest.person), joinedload(RoleRequest.asked_by))
        .order_by(RoleRequest.id).limit(PAGE)))


def requests_about(person_id: int) -> list[RoleRequest]:
    """What was asked about this person, the newest first; the last 30."""
    return list(db.session.scalars(
        select(RoleRequest).where(RoleRequest.person_id == person_id)
        .options(joinedload(RoleRequest.asked_by)).order_by(RoleRequest.id.desc()).limit(30)))


def names_of(person_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people by id; None among the ids is left out."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    return {} if not wanted else {row.id: row.display_name for row in db.session.execute(
        select(Person.id, Person.display_name).where(Person.id.in_(wanted)))}


def living_link(person_id: int, *, now: datetime) -> Invitation | None:
    """The link that was sent to this person and can still be used, if any."""
    return db.session.scalar(select(Invitation).where(
        Invitation.person_id == person_id, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .order_by(Invitation.id.desc()).limit(1))


def open_cases_by_state(person_id: int) -> dict[str, int]:
    """How many open cases this person holds, by state. Numbers only: administrators cannot read cases."""
    states: dict[str, int] = {}
    for state in db.session.scalars(select(Case.state).where(*held_by(person_id))):
        states[state] = states.get(state, 0) + 1
    return states


def holds_open_cases(person_id: int) -> bool:
    """Whether the person holds any open case."""
    return db.session.scalar(select(Case.id).where(*held_by(person_id)).limit(1)) is not None


def held_by(person_id: int) -> tuple[ColumnElement[bool], ...]:
    """True for the open cases that this person is the officer of."""
    return (Case.officer_id == person_id, Case.state.in_([state.value for state in OPEN]),
            Case.historical.is_(False))


@dataclass(frozen=True)
class Branch:
    """One agency with its depth in the tree and the agency that took over, if it is closed."""

    agency: Agency
    depth: int
    successor: Agency | None


def agency_tree() -> list[Branch]:
    """All agencies depth first, by name below each parent; one statement."""
    rows = list(db.session.scalars(select(Agency).order_by(Agency.name_vi)))
    by_id = {a.id: a for a in rows}
    children: dict[int | None, list[Agency]] = {}
    for agency in rows:
        children.setdefault(agency.parent_id, []).append(agency)
    found: list[Branch] = []
    waiting = [(a, 0) for a in reversed(children.get(None, []))]
    while waiting:
        agency, depth = waiting.pop()
        found.append(Branch(agency, depth, by_id.get(agency.successor_id or 0)))
        waiting.extend((c, depth + 1) for c in reversed(children.get(agency.id, [])))
    return found
