"""Once more the code: weighty deeds need a second step not older than five minutes (trust.md 4.7).

Who opens such a page is led to the code and back. A form sent too late is asked for the code on the spot and then
done: what was written in it is carried along, nothing is typed twice.
"""

from typing import Any

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.extensions import writing
from feedback.services import second_step
from feedback.web import limits
from feedback.web.csrf import FIELD as CSRF_FIELD
from feedback.web.csrf import SAFE
from feedback.web.guards import access_of
from feedback.web.staff_session import current_session, read_again, take_over

FIELD = "second_step_code"
"""The field that carries the code beside a form that was already filled in."""

WORDS: dict[str, LazyString] = {
    "missing": _l("Write the code."),
    "wrong": _l("This code is not right, or it was used before. Wait until the app shows the next one."),
    "too_many": _l("Too many wrong codes. Wait a minute and try again; nothing else has changed."),
}
"""What can be wrong with a code."""


def prove(code: str) -> str:
    """Try the code for the session of this request. On success the browser gets another cookie value and an empty
    string is returned; else a key of ``WORDS``."""
    session = current_session()
    assert session is not None
    session_id, person_id = session.id, session.person_id
    if not code.strip():
        return "missing"
    if limits.second_step_refused(person_id):
        return "too_many"
    with writing():
        token = second_step.prove(session_id, code, now=clock.now())
    if token is None:
        limits.count_wrong_code(person_id)
        read_again()
        return "wrong"
    take_over(token)
    return ""


def init_step_up(app: Flask) -> None:
    """Ask at every request whose view is marked ``fresh``."""

    @app.before_request
    def _ask_again() -> Any:
        access = access_of(app, request.endpoint or "")
        session = current_session() if access is not None and access.fresh else None
        if session is None or second_step.is_fresh(session, now=clock.now()):
            return None
        if request.method in SAFE:
            return redirect(url_for("account.second_step", next=request.full_path.rstrip("?")))
        fault = prove(request.form[FIELD]) if FIELD in request.form else None
        if fault == "":
            return None
        carried = [(name, value) for name, value in request.form.items(multi=True)
                   if name not in (FIELD, CSRF_FIELD)]
        return render_template("account/step_up.html", carried=carried, field=FIELD,
                               fault=WORDS[fault] if fault else ""), 429 if fault == "too_many" else 403
