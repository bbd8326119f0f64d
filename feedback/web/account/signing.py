"""``/sign-in`` and ``/sign-out``."""

from urllib.parse import urlsplit

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from feedback import clock
from feedback.domain.permissions import Actor, Permission
from feedback.extensions import writing
from feedback.services import accounts
from feedback.web import limits
from feedback.web.account import bp
from feedback.web.account.forms import SignInForm
from feedback.web.csrf import csrf_token
from feedback.web.devices import device_words
from feedback.web.guards import public, requires
from feedback.web.redirects import see
from feedback.web.staff_session import clear_cookie, cookie_token, current_session, set_cookie


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Ask who it is. ``next``: a path of ours to go to afterwards."""
    if current_session() is not None:
        return redirect(led_on())
    return _page(SignInForm())


@bp.post("/sign-in")
@public
def sign_in_post() -> ResponseReturnValue:
    """Open a session. A wrong password and an address that nobody has get the same answer, after the same work."""
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form), 400
    email, password = str(form.email.data), str(form.password.data)
    known = knows(email)
    if limits.sign_in_refused(email, known=known):
        abort(429)
    checked = accounts.check(email, password)  # hashing takes its time: before the write lock is taken
    old, device = cookie_token(), device_words(request.user_agent.string)
    with writing():
        token = accounts.open_session(checked, now=clock.now(), device=device) if checked else None
        if token is None:
            accounts.record_failure(email)
        elif old is not None:
            accounts.sign_out(old, now=clock.now())  # a new session each time; the one before ends
    if token is None:
        limits.count_failed_sign_in(email, known=known)
        form.form_errors = [_("The e-mail address or the password is not right.")]
        return _page(form), 400
    remember(email)
    response = redirect(led_on(), code=303)
    set_cookie(response, token)
    return response


@bp.post("/sign-out")
@requires(Permission.OWN_ACCOUNT, at_the_door=True)
def sign_out() -> Response:
    """End the session in the database, not only in the browser."""
    token = cookie_token()
    if token is not None:
        with writing():
            accounts.sign_out(token, now=clock.now())
    response = see("account.sign_in", done="signed_out")
    clear_cookie(response)
    return response


def _page(form: SignInForm) -> str:
    return render_template("account/sign_in.html", form=form, csrf_token=csrf_token(),
                           next=request.values.get("next", ""))


def knows(email: str) -> bool:
    """Whether this account's password was given in this browser before."""
    return accounts.account_code(email) in session.get("known", [])


def remember(email: str) -> None:
    """Note in the visitor's cookie that this account's password was given here: wrong passwords that others type
    elsewhere then keep nobody out of this browser. A keyed code stands for the account; three at most."""
    code = accounts.account_code(email)
    session["known"] = [code, *(other for other in session.get("known", []) if other != code)][:3]


def wanted_next() -> str:
    """The path on this site that was asked for before signing in; empty when there is none."""
    return safe_path(request.values.get("next", ""))


def led_on(actor: Actor | None = None) -> str:
    """Where to go after signing in: to what was asked for, else to the first desk of the person. Whose second step
    is passed (``actor``) and who has no role yet is told that a second administrator decides about it."""
    if actor is not None and not actor.roles:
        return url_for("account.waiting")
    wanted = wanted_next()
    if not wanted:
        return url_for("desk.home")
    return wanted if wanted.startswith(request.script_root + "/") else request.script_root + wanted


def safe_path(wanted: str) -> str:
    """``wanted`` when it is a path on this site, else an empty string. Browsers read ``//x`` and ``/\\x`` as
    another site, and drop control characters before they look."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or "\\" in wanted:
        return ""
    if any(ord(sign) < 33 or ord(sign) == 127 for sign in wanted):
        return ""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    return wanted if not parts.scheme and not parts.netloc else ""
