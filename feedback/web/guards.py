"""Who may open which door. Every view carries exactly one of ``@public``, ``@tracked`` or ``@requires``; a view
without any answers 404, and a test fails."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from feedback.domain.permissions import Actor, Permission
from feedback.domain.roles import Role
from feedback.models.people import Person
from feedback.queries import acting
from feedback.services import second_step
from feedback.services.citizen import as_sender
from feedback.web import visits
from feedback.web.staff_session import current_session

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """How a view is guarded: 'public', 'tracked' or 'staff' with its permission. ``fresh``: the second step must
    have been passed in the last five minutes (``web/step_up``). ``at_the_door``: opens before the
    second step and without any role."""

    kind: str
    permission: Permission | None = None
    fresh: bool = False
    at_the_door: bool = False


def public(view: View) -> View:
    """Anybody may open it."""
    return _mark(view, Access("public"))


def tracked(view: View) -> View:
    """Only who has just proved to hold a case's tracking key; others are sent to the tracking page."""
    return _mark(view, Access("tracked"))


def requires(permission: Permission, *, fresh: bool = False, at_the_door: bool = False) -> Callable[[View], View]:
    """Only staff whose roles grant this permission. Not signed in: to the sign-in page; second step not passed: to
    its page; not granted: 403. ``fresh`` asks for the code again when the last one is older than five minutes, and
    then goes on with what was being done. ``at_the_door`` is for the pages of the second step itself: the password
    opens them, whatever the roles."""
    return lambda view: _mark(view, Access("staff", permission, fresh, at_the_door))


def _mark(view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view


PLUMBING = frozenset({"static", "font_file"})
"""Endpoints of files that everyone may load and that carry nobody's data."""


def access_of(app: Flask, endpoint: str) -> Access | None:
    """How an endpoint is guarded, or None when nobody classified it."""
    if endpoint in PLUMBING:
        return Access("public")
    return getattr(app.view_functions.get(endpoint), "access", None)


def init_guards(app: Flask) -> None:
    """Ask at every request; deny by default."""

    @app.before_request
    def _guard() -> Any:
        if request.endpoint is None:
            return None  # no such route: the 404 page
        access = access_of(app, request.endpoint)
        if access is None:
            abort(404)
        if access.kind == "tracked" and visits.case_id() is None:
            return redirect(url_for("public.track"))
        if access.kind == "staff":
            person = person_at_the_door() if access.at_the_door else current_person()
            if person is None:
                return _led_to_a_door()
            assert access.permission is not None
            if not access.at_the_door and not actor_of(person).can(access.permission):
                abort(403)
        return None


def _led_to_a_door() -> Response:
    """To the sign-in page, or to the second step for who has given the password only."""
    after = request.full_path.rstrip("?") if request.method == "GET" else None
    session = current_session()
    if session is None:
        return redirect(url_for("account.sign_in", next=after))
    endpoint = "account.second_step" if second_step.is_set_up(session.person) else "account.set_up"
    return redirect(url_for(endpoint, next=after))


def current_person() -> Person | None:
    """The signed-in member of staff, or None. Who has not passed the second step yet is nobody."""
    return cast(Person, current_user) if current_user.is_authenticated else None


def person_at_the_door() -> Person | None:
    """Whose password was given in this browser, whether or not the second step was passed; or None."""
    session = current_session()
    return session.person if session else None


def current_actor() -> Actor:
    """Who is acting in this request, as the rules see them. Computed once a request."""
    if "actor" not in g:
        person = current_person()
        if person is None:
            case_id = visits.case_id()
            g.actor = as_sender(case_id) if case_id is not None else Actor(roles=frozenset())
        else:
            g.actor = actor_of(person)
    return g.actor


def actor_of(person: Person) -> Actor:
    """A person of the staff as the rules see them. Computed once a request for each."""
    kept: dict[int, Actor] = g.setdefault("actors", {})
    if person.id not in kept:
        kept[person.id] = acting.actor_of(
            person.id, roles=(Role(grant.role) for grant in person.roles), agency_id=person.agency_id)
    return kept[person.id]
