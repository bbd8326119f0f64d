"""Roles by two administrators: one asks, another decides, nobody about themselves (trust.md W11).

The same goes for opening a closed account, taking away a lost second step, and moving somebody to another agency.
The one exception: the first administrator of a system may bring in a second one alone; history says so. Who is
left alone later is helped by whoever runs the machine (``feedback create-admin``).
"""

from sqlalchemy import select, update

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach, SamePerson
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.domain.wishes import Wish, agency_code, agency_of, may_stand_together, role_of
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.appointments import RoleRequest
from feedback.models.people import Person, RoleGrant
from feedback.queries.people import administrators, held_roles, holds_open_cases, is_founder_alone
from feedback.services import accounts, history, second_step

CHAIN = "sys:roles"


def ask_role(person: Person, role: Role, *, grants: bool, actor: Actor) -> RoleRequest:
    """Ask to give (``grants``) or to take away a role. Raises SamePerson about oneself, and BadInput("role", …):
    has, has_not, apart (the two roles exclude each other), no_agency, open (asked already)."""
    held = held_roles(person.id)
    if grants:
        _may_have(person, role, held)
    elif role not in held:
        raise BadInput("role", "has_not")
    request = _ask(person, role.value, grants=grants, actor=actor)
    if grants and role is Role.ADMINISTRATOR and is_founder_alone(actor.person_id):
        _decided(request, granted=True, by=None)
        _apply(person, request, actor=actor, alone=True)
    return request


def ask(person: Person, wish: Wish, *, actor: Actor, agency: Agency | None = None) -> RoleRequest:
    """Ask for one of the other things two administrators decide. Raises SamePerson about oneself, and BadInput
    naming what is wrong: ("wish", not_needed | open), ("agency", same | closed | holds_cases)."""
    if (wish is Wish.ENABLE and person.disabled_at is None) or (
            wish is Wish.SECOND_STEP and not second_step.is_set_up(person)):
        raise BadInput("wish", "not_needed")
    if wish is not Wish.AGENCY:
        return _ask(person, wish.value, grants=wish is Wish.ENABLE, actor=actor)
    assert agency is not None
    _may_move(person, agency)
    return _ask(person, agency_code(agency.id), grants=True, actor=actor)


def decide(request_id: int, *, granted: bool, actor: Actor) -> RoleRequest:
    """The second administrator agrees or not; who asked may take it back. Raises OutOfReach for a request that
    does not exist, SamePerson for who asked or is concerned, MoveNotAllowed when it is decided already or does not
    fit any more (the person has the role by now, they hold cases again, they are the last administrator)."""
    request = db.session.scalar(select(RoleRequest).where(RoleRequest.id == request_id).with_for_update())
    if request is None:
        raise OutOfReach("no such request")
    if actor.person_id is None or actor.person_id == request.person_id or (
            granted and actor.person_id == request.asked_by_id):
        raise SamePerson(request.role)
    if request.decided_at is not None:
        raise MoveNotAllowed(action="decide", state=None, why="decided")
    person = db.session.get_one(Person, request.person_id)
    _decided(request, granted=granted, by=actor.person_id)
    if granted:
        try:
            _still_fits(person, request)
        except BadInput as wrong:
            raise MoveNotAllowed(action="decide", state=None, why=wrong.code) from wrong
        _apply(person, request, actor=actor, alone=False)
    else:
        history.record(chain=CHAIN, type="request_declined", actor=actor, role=Role.ADMINISTRATOR,
                       payload=_payload(request))
    return request


def disable(person: Person, *, actor: Actor) -> None:
    """Close an account at once; one administrator is enough. Raises SamePerson about oneself, BadInput("person",
    "disabled" | "last_administrator")."""
    if person.id == actor.person_id:
        raise SamePerson("disable")
    if person.disabled_at is not None:
        raise BadInput("person", "disabled")
    if administrators(joined=True, lock=True) == {person.id}:
        raise BadInput("person", "last_administrator")
    accounts.disable(person, actor=actor)
    history.record(chain=CHAIN, type="disabled", actor=actor, role=Role.ADMINISTRATOR,
                   payload={"person": person.id})


def _ask(person: Person, code: str, *, grants: bool, actor: Actor) -> RoleRequest:
    if actor.person_id is None or actor.person_id == person.id:
        raise SamePerson(code)
    if db.session.scalar(select(RoleRequest.id).where(
            RoleRequest.person_id == person.id, RoleRequest.role == code, RoleRequest.decided_at.is_(None))):
        raise BadInput("role" if role_of(code) else "wish", "open")
    request = RoleRequest(person_id=person.id, role=code, grants=grants, asked_by_id=actor.person_id,
                          asked_at=clock.now())
    db.session.add(request)
    db.session.flush()  # the event names its id
    history.record(chain=CHAIN, type="request_made", actor=actor, role=Role.ADMINISTRATOR,
                   payload=_payload(request))
    return request


def _still_fits(person: Person, request: RoleRequest) -> None:
    role, agency_id = role_of(request.role), agency_of(request.role)
    if role is not None and request.grants:
        _may_have(person, role, held_roles(person.id))
    elif role is not None:
        if role not in held_roles(person.id):
            raise BadInput("role", "has_not")
        if role is Role.ADMINISTRATOR and administrators(joined=True, lock=True) <= {person.id}:
            raise BadInput("role", "last_administrator")
    elif agency_id is not None:
        _may_move(person, db.session.get_one(Agency, agency_id))


def _may_have(person: Person, role: Role, held: frozenset[Role]) -> None:
    if role in held:
        raise BadInput("role", "has")
    if not may_stand_together(held | {role}):
        raise BadInput("role", "apart")
    if role in (Role.OFFICER, Role.AGENCY_HEAD) and person.agency_id is None:
        raise BadInput("role", "no_agency")


def _may_move(person: Person, agency: Agency) -> None:
    if agency.id == person.agency_id:
        raise BadInput("agency", "same")
    if agency.valid_to is not None and agency.valid_to < clock.today():
        raise BadInput("agency", "closed")
    if holds_open_cases(person.id):
        raise BadInput("agency", "holds_cases")


def _apply(person: Person, request: RoleRequest, *, actor: Actor, alone: bool) -> None:
    now, role, agency_id = clock.now(), role_of(request.role), agency_of(request.role)
    if role is not None and request.grants:
        db.session.add(RoleGrant(person_id=person.id, role=role.value, granted_by_id=actor.person_id,
                                 granted_at=now))
        accounts.revoke_all(person, actor=actor, why="role")
    elif role is not None:
        db.session.execute(update(RoleGrant).where(
            RoleGrant.person_id == person.id, RoleGrant.role == role.value,
            RoleGrant.revoked_at.is_(None)).values(revoked_at=now))
        accounts.revoke_all(person, actor=actor, why="role")
    elif agency_id is not None:
        person.agency_id = agency_id
        accounts.revoke_all(person, actor=actor, why="agency")
    elif request.role == Wish.ENABLE.value:
        person.disabled_at = None
    else:
        second_step.take_away(person, actor=actor)
    kind = {True: "role_granted", False: "role_revoked"}[request.grants] if role else "request_granted"
    history.record(chain=CHAIN, type=kind, actor=actor, role=Role.ADMINISTRATOR,
                   payload={**_payload(request), "alone": alone})


def _decided(request: RoleRequest, *, granted: bool, by: int | None) -> None:
    request.granted, request.decided_at, request.decided_by_id = granted, clock.now(), by


def _payload(request: RoleRequest) -> dict[str, int | str | bool | None]:
    return {"request": request.id, "person": request.person_id, "role": request.role, "grants": request.grants,
            "asked_by": request.asked_by_id}
