"""``/account/welcome/<token>``: choosing a password through the link of a mail; and waiting for one's roles."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import PasswordField

from feedback import clock
from feedback.domain.errors import BadInput, OutOfReach
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.services import accounts, invitations, second_step
from feedback.web.account import bp
from feedback.web.account.forms import NEW_PASSWORD_HINT, WORDS
from feedback.web.account.signing import led_on, remember
from feedback.web.csrf import csrf_token
from feedback.web.devices import device_words
from feedback.web.forms import HouseForm, required
from feedback.web.guards import actor_of, public, requires
from feedback.web.staff_session import cookie_token, current_session, set_cookie


class WelcomeForm(HouseForm):
    """Twice the password that is chosen."""

    new = PasswordField(_l("New password"), [required(_l("Write a new password."))], description=NEW_PASSWORD_HINT)
    again = PasswordField(_l("New password once more"), [required(_l("Write the new password once more."))])


@bp.get("/account/welcome/<token>")
@public
def welcome(token: str) -> ResponseReturnValue:
    """Who is expected here, and two boxes. Opening the link changes nothing: programs that look through mail open
    links too."""
    return _page(WelcomeForm(), token)


@bp.post("/account/welcome/<token>")
@public
def welcome_post(token: str) -> ResponseReturnValue:
    """Keep the password; the link is used up, and the person goes on to the second step."""
    form = WelcomeForm(request.form)
    guest = invitations.guest_of(token, now=clock.now())
    if guest is None or not form.validate():
        return _page(form, token, refused=True)
    email, device, old = guest.email, device_words(request.user_agent.string), cookie_token()
    try:
        if form.new.data != form.again.data:
            raise BadInput("again", "different")
        new_hash = accounts.new_password_hash(str(form.new.data), email=email)
        with writing():
            person = invitations.use(token, new_hash, now=clock.now())
            sid = accounts.open_session(accounts.Checked(person.id, person.auth_epoch), now=clock.now(),
                                        device=device)
            if old is not None:
                accounts.sign_out(old, now=clock.now())
    except BadInput as wrong:
        form.fail(wrong, WORDS)
        return _page(form, token, refused=True)
    except OutOfReach:  # somebody used it a moment ago
        return _page(form, token, refused=True)
    remember(email)
    response = redirect(url_for("account.second_step"), code=303)
    assert sid is not None
    set_cookie(response, sid)
    return response


@bp.get("/account/waiting")
@requires(Permission.OWN_ACCOUNT, at_the_door=True)
def waiting() -> ResponseReturnValue:
    """The account is ready, but no role is given yet: say so, instead of a closed door."""
    here = current_session()
    assert here is not None
    if not second_step.is_through(here):
        return redirect(url_for("account.second_step"))
    if actor_of(here.person).roles:
        return redirect(led_on())
    return render_template("account/waiting.html", name=here.person.display_name)


def _page(form: WelcomeForm, token: str, *, refused: bool = False) -> ResponseReturnValue:
    guest = invitations.guest_of(token, now=clock.now())
    if guest is None:
        return render_template("account/welcome_gone.html"), 410
    page = render_template("account/welcome.html", form=form, name=guest.display_name, email=guest.email,
                           first=not guest.password_hash, csrf_token=csrf_token())
    return page, 400 if refused else 200
