"""A form counts only when the browser that loaded the page sends it.

The token is a timed signature over who loaded the page: the staff session, or the visitor's cookie on the
complaint, tracking and sign-in paths. Every POST, PUT, PATCH and DELETE needs one; the only way around it is
``@without_csrf``, for callers that carry a key of their own in a header. A public page sets no cookie, so a form
on it has nobody to be bound to: its view is an ``@open_form``, and the token signs what it is for and the day.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from flask import Flask, current_app, g, request, session
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import BadRequest

from feedback import clock
from feedback.web.cookies import VISIT_SECONDS, is_visitor_path
from feedback.web.staff_session import current_session

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

View = TypeVar("View", bound=Callable[..., Any])


class FormNotOurs(BadRequest):
    """The form has no token, an old one, or somebody else's. Nothing was done; going back keeps the text."""


def csrf_token() -> str:
    """The token for the forms of this page. Empty where nobody could send a form: on public pages, and on staff
    pages without a session."""
    holder = _holder(make=True)
    if not holder:
        return ""
    made: dict[str, str] = g.setdefault("form_tokens", {})  # a page asks for each of its forms
    if holder not in made:
        made[holder] = str(_signer().dumps(holder))
    return made[holder]


def open_form(view: View) -> View:
    """Mark a view that takes a form of a public page, with the token of ``open_token``."""
    view.open_form = True  # type: ignore[attr-defined]
    return view


def open_token(endpoint: str, **values: str) -> str:
    """The token of a form on a public page, for the view that takes it with these parts of its address. The same
    for everybody all day, so that the page has one ETag; it holds today and tomorrow (Viet Nam)."""
    return _open(endpoint, values, clock.today())


def without_csrf(view: View) -> View:
    """Mark a view that browsers do not send forms to and that asks for a key in a header instead."""
    view.without_csrf = True  # type: ignore[attr-defined]
    return view


def init_csrf(app: Flask) -> None:
    """Check every request that could change something."""

    @app.before_request
    def _check() -> None:
        if request.method in SAFE or request.endpoint is None:
            return
        if getattr(app.view_functions.get(request.endpoint), "without_csrf", False):
            return
        # Browsers say where a request comes from; one that another site caused is refused whatever it carries.
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise FormNotOurs
        token = request.form.get(FIELD) or request.headers.get(HEADER, "")
        if getattr(app.view_functions.get(request.endpoint), "open_form", False):
            if not _is_open(token):
                raise FormNotOurs
            return
        holder = _holder(make=False)
        if holder is None or not _is_ours(token, holder):
            raise FormNotOurs


def _is_open(token: str) -> bool:
    days = (clock.today(), clock.today() - timedelta(days=1))
    return any(secrets.compare_digest(token.encode(), _open(
        request.endpoint or "", dict(request.view_args or {}), day).encode()) for day in days)


def _open(endpoint: str, values: Mapping[str, str], day: date) -> str:
    key: str = current_app.secret_key  # type: ignore[assignment]
    message = repr(("open-form", endpoint, sorted(values.items()), day.isoformat()))
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()[:40]


def _is_ours(token: str, holder: str) -> bool:
    try:
        signed = _signer().loads(token, max_age=VISIT_SECONDS)
    except BadData:
        return False
    return isinstance(signed, str) and secrets.compare_digest(signed, holder)


def _holder(*, make: bool) -> str | None:
    """A short hash of what binds the form to this browser, or None when there is nothing to bind it to."""
    if is_visitor_path(request.path):
        if "visitor" not in session:
            if not make:
                return None
            session["visitor"] = secrets.token_urlsafe(16)
        return _short("visitor", str(session["visitor"]))
    staff = current_session()
    return _short("staff", staff.token_hash) if staff else None


def _short(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()[:32]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.secret_key, salt="form",  # type: ignore[arg-type]
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"})
