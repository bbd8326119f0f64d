"""``/account/…``: one's own sessions and password."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.people import Person
from feedback.services import accounts, second_step
from feedback.web import limits
from feedback.web.account import bp
from feedback.web.account.forms import WORDS, PasswordForm
from feedback.web.guards import current_actor, current_person, requires
from feedback.web.redirects import see
from feedback.web.staff_session import current_session, set_cookie


@bp.get("/account/sessions")
@requires(Permission.OWN_ACCOUNT)
def sessions() -> str:
    """Where this account is signed in, and since when."""
    here, person = current_session(), current_person()
    assert here is not None
    assert person is not None
    return render_template(
        "account/sessions.html", here=here.id, sessions=accounts.own_sessions(person.id, now=clock.now()),
        since=person.totp_since, waived=second_step.is_waived(person),
        codes_left=second_step.codes_left(person.id))


@bp.post("/account/sessions/<int:session_id>/revoke")
@requires(Permission.OWN_ACCOUNT)
def revoke(session_id: int) -> Response:
    """End one session of one's own; somebody else's is as if it did not exist."""
    actor = current_actor()
    with writing():
        ended = accounts.end_session(session_id, actor=actor, now=clock.now())
    if not ended:
        abort(404)
    return see("account.sessions", done="revoked")


@bp.route("/account/password", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT)
def password() -> ResponseReturnValue:
    """Choose another password. Every session ends, and this browser gets a new one."""
    form = PasswordForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return render_template("account/password.html", form=form)
    actor, person, here = current_actor(), current_person(), current_session()
    assert person is not None
    assert here is not None
    person_id, email, device, proved_at = person.id, person.email, here.device, here.proved_at
    try:
        if not form.validate():
            return render_template("account/password.html", form=form), 400
        if limits.sign_in_refused(email, known=True):  # who is signed in here is no stranger
            abort(429)
        if accounts.check(email, str(form.current.data)) is None:
            limits.count_failed_sign_in(email, known=True)
            raise BadInput("current", "wrong")
        if form.new.data != form.again.data:
            raise BadInput("again", "different")
        new_hash = accounts.new_password_hash(str(form.new.data), email=email)
        with writing():
            person = db.session.get_one(Person, person_id)
            accounts.change_password(person, new_hash, actor=actor)
            token = accounts.open_session(accounts.Checked(person_id, person.auth_epoch), now=clock.now(),
                                          device=device, proved_at=proved_at)
    except BadInput as wrong:
        form.fail(wrong, WORDS)
        return render_template("account/password.html", form=form), 400
    response = see("account.sessions", done="save")
    assert token is not None
    set_cookie(response, token)
    return response
