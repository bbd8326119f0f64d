"""What an administrator does about one person. What opens doors needs a second administrator and a fresh code;
what closes them is done at once."""

from collections.abc import Callable

from flask import request
from flask.typing import ResponseReturnValue

from feedback.domain.errors import BadInput, OutOfReach
from feedback.domain.permissions import Actor, Permission
from feedback.domain.wishes import Wish, role_of
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.people import Person
from feedback.queries.people import person_for
from feedback.services import accounts, invitations, role_requests
from feedback.web.admin import bp
from feedback.web.admin.people import person_page
from feedback.web.admin.people_words import WORDS
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole
from feedback.web.redirects import see


@bp.post("/people/<int:person_id>/roles")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def ask_role(person_id: int) -> ResponseReturnValue:
    """Ask to give or to take away a role: ``role``, and ``do`` is give or take."""
    role, grants = role_of(request.form.get("role", "")), request.form.get("do") == "give"
    if role is None:
        raise OutOfReach("no such role")
    return _do(person_id, lambda one, actor: role_requests.ask_role(
        one, role, grants=grants, actor=actor), "asked")


@bp.post("/people/<int:person_id>/wishes")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def ask_wish(person_id: int) -> ResponseReturnValue:
    """Ask for something else that two administrators decide: ``wish`` is enable, second_step or agency."""
    try:
        wish = Wish(request.form.get("wish", ""))
    except ValueError:
        raise OutOfReach("no such wish") from None
    agency = db.session.get(Agency, whole(request.form.get("agency", "")) or 0) if wish is Wish.AGENCY else None
    if wish is Wish.AGENCY and agency is None:
        raise OutOfReach("no such agency")
    agency_id = agency.id if agency else 0
    return _do(person_id, lambda one, actor: role_requests.ask(
        one, wish, actor=actor, agency=db.session.get(Agency, agency_id)), "asked")


@bp.post("/people/requests/<int:request_id>")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def decide(request_id: int) -> ResponseReturnValue:
    """Decide what another administrator asked: ``do`` is grant or decline. Who asked may only take it back."""
    granted, actor = request.form.get("do") == "grant", current_actor()
    with writing():
        decided = role_requests.decide(request_id, granted=granted, actor=actor)
        person_id = decided.person_id
    return see("admin.person", person_id=person_id, done="granted" if granted else "declined")


@bp.post("/people/<int:person_id>/link")
@requires(Permission.PEOPLE_MANAGE, fresh=True)
def send_link(person_id: int) -> ResponseReturnValue:
    """Send a new link for choosing a password; older ones die. Nobody ever sets a password for somebody else."""
    return _do(person_id, lambda one, actor: invitations.send_link(one, actor=actor), "link_sent")


@bp.post("/people/<int:person_id>/disable")
@requires(Permission.PEOPLE_MANAGE)
def disable(person_id: int) -> ResponseReturnValue:
    """Close the account at once."""
    return _do(person_id, lambda one, actor: role_requests.disable(one, actor=actor), "disabled")


@bp.post("/people/<int:person_id>/sessions")
@requires(Permission.PEOPLE_MANAGE)
def end_sessions(person_id: int) -> ResponseReturnValue:
    """Sign the person out everywhere."""
    return _do(person_id, lambda one, actor: accounts.revoke_all(one, actor=actor), "sessions_ended")


def _do(person_id: int, deed: Callable[[Person, Actor], object], done: str) -> ResponseReturnValue:
    actor = current_actor()
    try:
        with writing():
            deed(person_for(person_id), actor)
    except BadInput as wrong:
        return person_page(person_for(person_id), fault=str(WORDS[wrong.field, wrong.code])), 400
    return see("admin.person", person_id=person_id, done=done)
