"""``/account/second-step…``: the code after the password, setting it up, and the recovery codes."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.people import Person
from feedback.services import accounts, second_step
from feedback.web import limits
from feedback.web.account import bp
from feedback.web.account.forms import CodeForm
from feedback.web.account.signing import led_on, wanted_next
from feedback.web.devices import device_words
from feedback.web.guards import actor_of, current_actor, person_at_the_door, requires
from feedback.web.qr import picture
from feedback.web.redirects import see
from feedback.web.staff_session import current_session, set_cookie
from feedback.web.step_up import WORDS, prove

DIGITS = 6
"""Of a code from an app; recovery codes are longer."""


@bp.get("/account/second-step", endpoint="second_step")
@requires(Permission.OWN_ACCOUNT, at_the_door=True)
def second_step_page() -> ResponseReturnValue:
    """Ask for the code: after the password, or again before a weighty deed. ``next``: where to go afterwards."""
    person = person_at_the_door()
    assert person is not None
    if not second_step.is_set_up(person):
        return redirect(url_for("account.set_up", next=wanted_next() or None))
    return _ask(CodeForm())


@bp.post("/account/second-step")
@requires(Permission.OWN_ACCOUNT, at_the_door=True)
def second_step_post() -> ResponseReturnValue:
    """Check the code. The session gets another cookie value; the one before is worth nothing from then on."""
    form = CodeForm(request.form)
    person = person_at_the_door()
    assert person is not None
    if not second_step.is_set_up(person):
        return redirect(url_for("account.set_up"), code=303)
    code = str(form.code.data or "")
    fault = prove(code)
    if fault:
        form.code.errors = [str(WORDS[fault])]
        return _ask(form), 429 if fault == "too_many" else 400
    if sum(sign.isalnum() for sign in code) > DIGITS:
        return see("account.sessions", done="recovery_used")
    return redirect(led_on(current_actor()), code=303)


@bp.route("/account/second-step/set-up", methods=["GET", "POST"])
@requires(Permission.OWN_ACCOUNT, at_the_door=True)
def set_up() -> ResponseReturnValue:
    """Set up the second step, or put another telephone in place of the one before. Whoever has one proves it
    first: the password alone must not be enough to replace it."""
    here, person = current_session(), person_at_the_door()
    assert here is not None
    assert person is not None
    if second_step.is_set_up(person) and not second_step.is_fresh(here, now=clock.now()):
        return redirect(url_for("account.second_step", next=request.path), code=303)
    secret, email, person_id = second_step.proposed_secret(here), person.email, person.id
    form = CodeForm(request.form if request.method == "POST" else None)

    def page() -> str:
        return render_template(
            "account/set_up.html", form=form, next=wanted_next(), again=second_step.is_set_up(person),
            waived=second_step.is_waived(person), groups=[secret[i:i + 4] for i in range(0, len(secret), 4)],
            qr=picture(second_step.address_of(secret, email=email)))

    if request.method == "GET":
        return page()
    if not form.validate():
        return page(), 400
    if limits.second_step_refused(person_id):
        form.code.errors = [str(WORDS["too_many"])]
        return page(), 429
    if second_step.fitting_step(secret, str(form.code.data), now=clock.now()) is None:
        limits.count_wrong_code(person_id)
        form.code.errors = [str(WORDS["wrong"])]
        return page(), 400
    actor, device = actor_of(person), device_words(request.user_agent.string)
    with writing():
        person = db.session.get_one(Person, person_id)
        second_step.set_up(person, secret, str(form.code.data), actor=actor, now=clock.now())
        token = accounts.open_session(accounts.Checked(person_id, person.auth_epoch), now=clock.now(),
                                      device=device, proved_at=clock.now())
        assert token is not None
        second_step.make_recovery_codes(person_id, accounts.token_hash(token), actor=actor)
    return _to_codes(token, next=wanted_next())


@bp.get("/account/second-step/codes")
@requires(Permission.OWN_ACCOUNT, at_the_door=True)
def recovery_codes() -> ResponseReturnValue:
    """The ten recovery codes, for ten minutes and in the browser where they were made; afterwards only how many
    are left, and how to make new ones."""
    here = current_session()
    assert here is not None
    if not second_step.is_through(here):
        return redirect(url_for("account.second_step"))
    return render_template(
        "account/recovery_codes.html", codes=second_step.recovery_codes(here, now=clock.now()),
        left=second_step.codes_left(here.person_id), set_up=second_step.is_set_up(here.person),
        onward=led_on(current_actor()))


@bp.post("/account/second-step/codes")
@requires(Permission.OWN_ACCOUNT, fresh=True)
def new_recovery_codes() -> Response:
    """Make ten new recovery codes; the old ones are worth nothing from then on."""
    here, actor = current_session(), current_actor()
    assert here is not None
    if not second_step.is_set_up(here.person):
        abort(404)
    person_id, session_id = here.person_id, here.id
    with writing():
        token = accounts.renew(session_id)  # the codes are worked out from it: never the same ones twice
        second_step.make_recovery_codes(person_id, accounts.token_hash(token), actor=actor)
    return _to_codes(token)


def _to_codes(token: str, next: str = "") -> Response:
    response = see("account.recovery_codes", done="second_step", **({"next": next} if next else {}))
    set_cookie(response, token)
    return response


def _ask(form: CodeForm) -> str:
    return render_template("account/second_step.html", form=form, next=wanted_next())
