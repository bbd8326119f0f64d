"""Who may open which door. Every view carries exactly one of ``@public``, ``@tracked`` or ``@requires``; a view
without any answers 404, and a test fails."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, abort, g, redirect, request, session, url_for
from flask_login import current_user

from feedback import clock
from feedback.domain.permissions import Actor, Permission
from feedback.domain.roles import Role
from feedback.models.people import Person
from feedback.queries.agencies import tree_below
from feedback.services.citizen import as_sender

TRACKING_SECONDS = 30 * 60
"""How long a proven tracking key opens its case in this browser."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """How a view is guarded: 'public', 'tracked' or 'staff' with its permission."""

    kind: str
    permission: Permission | None = None


def public(view: View) -> View:
    """Anybody may open it."""
    return _mark(view, Access("public"))


def tracked(view: View) -> View:
    """Only who has just proved to hold a case's tracking key; others are sent to the tracking page."""
    return _mark(view, Access("tracked"))


def requires(permission: Permission) -> Callable[[View], View]:
    """Only staff whose roles grant this permission. Not signed in: to the sign-in page; not granted: 403."""
    return lambda view: _mark(view, Access("staff", permission))


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
        if access.kind == "tracked" and tracked_case_id() is None:
            return redirect(url_for("public.track"))
        if access.kind == "staff":
            person = current_person()
            if person is None:
                after = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("account.sign_in", next=after))
            assert access.permission is not None
            if not current_actor().can(access.permission):
                abort(403)
        return None


def current_person() -> Person | None:
    """The signed-in member of staff, or None."""
    return cast(Person, current_user) if current_user.is_authenticated else None


def current_actor() -> Actor:
    """Who is acting in this request, as the rules see them. Computed once a request."""
    if "actor" not in g:
        person = current_person()
        if person is None:
            case_id = tracked_case_id()
            g.actor = as_sender(case_id) if case_id is not None else Actor(roles=frozenset())
        else:
            roles = frozenset(Role(grant.role) for grant in person.roles)
            leads = Role.AGENCY_HEAD in roles and person.agency_id is not None
            tree = tree_below(person.agency_id) if leads else frozenset()
            g.actor = Actor(roles=roles, person_id=person.id, agency_id=person.agency_id, agency_tree=tree)
    return g.actor


def remember_tracked(case_id: int) -> None:
    """This browser has proved to hold the key of the case, for half an hour."""
    session["tracked"] = {"case": case_id, "until": int(clock.now().timestamp()) + TRACKING_SECONDS}


def forget_tracked() -> None:
    """Leave the tracking page."""
    session.pop("tracked", None)


def tracked_case_id() -> int | None:
    """The case whose key this browser proved to hold, or None."""
    if not request.cookies:
        return None
    proof = session.get("tracked")
    if not isinstance(proof, dict) or not isinstance(proof.get("case"), int):
        return None
    until = datetime.fromtimestamp(int(proof.get("until", 0)), UTC)
    return proof["case"] if clock.now() < until else None
