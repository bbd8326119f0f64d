"""Who is signed in: the cookie's value leads to a row, and only a living row to a person.

flask-login is used as a loader and nothing else: it never sets a cookie and remembers nobody.
"""

import logging
from datetime import timedelta

from flask import Flask, Request, Response, after_this_request, g, request
from sqlalchemy.exc import OperationalError

from feedback import clock
from feedback.extensions import db, login_manager, writing
from feedback.models.people import Person, StaffSession
from feedback.services import accounts, passwords, second_step
from feedback.web.cookies import cookie_flags, init_cookies, staff_cookie_name

TOUCH_EVERY = timedelta(minutes=1)
"""Reading pages must not write each time; the 30 idle minutes are therefore counted to the minute."""

log = logging.getLogger("feedback.web")


def init_staff_sessions(app: Flask) -> None:
    """Load the person from the session row at the first question who it is."""
    app.config.setdefault("ARGON2", dict(passwords.COST))
    app.config["REMEMBER_COOKIE_REFRESH_EACH_REQUEST"] = False
    init_cookies(app)
    login_manager.session_protection = None  # it would read Flask's session, which staff do not have
    login_manager.request_loader(_load)


def current_session() -> StaffSession | None:
    """The living session of this request, or None. One statement a request; none without the cookie."""
    if "staff_session" not in g:
        token = request.cookies.get(staff_cookie_name())
        g.staff_session = _find(token) if token else None
    session: StaffSession | None = g.staff_session
    return session


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its session. No Max-Age: it ends with the browser at the latest; the row decides."""
    response.set_cookie(staff_cookie_name(), token, **cookie_flags())


def clear_cookie(response: Response) -> None:
    """Take the session out of the browser."""
    response.delete_cookie(staff_cookie_name(), **cookie_flags())


def cookie_token() -> str | None:
    """The value that the browser sent, or None."""
    return request.cookies.get(staff_cookie_name())


def take_over(token: str) -> StaffSession:
    """Go on with the session that has this cookie value now, in this request and in the browser."""
    read_again()
    session = g.staff_session = accounts.find_session(token, now=clock.now())
    assert session is not None

    @after_this_request
    def _set(response: Response) -> Response:
        mine = f"{staff_cookie_name()}="
        if not any(crumb.startswith(mine) for crumb in response.headers.getlist("Set-Cookie")):
            set_cookie(response, token)  # unless the view has gone on to yet another session
        return response

    return session


def read_again() -> None:
    """A write has ended since this request asked who is there: the next question reads the rows anew."""
    for known in ("staff_session", "_login_user", "actor", "actors"):
        g.pop(known, None)


def _load(_request: Request) -> Person | None:
    session = current_session()
    return session.person if session and second_step.is_through(session) else None


def _find(token: str) -> StaffSession | None:
    now = clock.now()
    session = accounts.find_session(token, now=now)
    if session is None or now - session.seen_at < TOUCH_EVERY:
        return session
    session_id = session.id
    try:
        with writing():  # nothing else has been read in this request yet, so ending the read costs nothing
            accounts.touch(session_id, now=now)
    except OperationalError:
        db.session.rollback()  # a busy database must not keep anybody from reading; the next request tries again
        log.warning("session_not_touched")
    return accounts.find_session(token, now=now)
