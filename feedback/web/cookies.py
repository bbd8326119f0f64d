"""The cookies of the house and where they live. Public pages set none and read none.

* ``visit``: Flask's signed session, on the complaint, tracking and sign-in paths and that of an invitation only.
  It binds a form to the browser that loaded it and remembers for half an hour that a tracking key was shown.
* ``draft``: a random value that opens the unfinished complaint of this browser, on the complaint path only, for
  seven days (``services/drafts``). The database has only a keyed hash of it.
* ``sid``: a random value for staff; what it means stands in the database (``staff_session``).

Under https all carry the ``__Host-`` prefix, so that no neighbouring site can plant one.
"""

from typing import Any

from flask import Flask, Request, current_app
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from feedback.config import Settings

VISITOR_DOORS = ("/complain", "/track", "/sign-in", "/account/welcome")
"""Paths under which a visitor has a cookie (language prefix already taken off)."""
VISIT_SECONDS = 24 * 3600
"""As long as a complaint form may stay open."""


def is_visitor_path(path: str) -> bool:
    """Whether the visitor's cookie is set and read on this path."""
    return any(path == door or path.startswith(door + "/") for door in VISITOR_DOORS)


class VisitorSessions(SecureCookieSessionInterface):
    """Flask's session on the visitors' doors; elsewhere there is none, and writing to it is an error."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """None outside the doors: Flask then gives an empty session that refuses to be written."""
        return super().open_session(app, request) if is_visitor_path(request.path) else None


def staff_cookie_name() -> str:
    """``sid``, with the prefix under https."""
    return "__Host-sid" if _settings().https else "sid"


def draft_cookie_name() -> str:
    """``draft``, with the prefix under https."""
    return "__Host-draft" if _settings().https else "draft"


def cookie_flags() -> dict[str, Any]:
    """The same attributes for setting and for deleting the staff cookie and the draft's."""
    return {"path": "/", "httponly": True, "samesite": "Lax", "secure": _settings().https}


def init_cookies(app: Flask) -> None:
    """Set the attributes of the visitor's cookie and keep it to its doors."""
    https = app.extensions["settings"].https
    app.session_interface = VisitorSessions()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-visit" if https else "visit",
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_PATH="/", SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=VISIT_SECONDS,
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
