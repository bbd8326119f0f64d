"""The forms of the account pages, in the readers' words."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField

from feedback.domain import passwords
from feedback.web.forms import HouseForm, at_most, required

WORDS = {
    ("current", "wrong"): _l("This is not your present password."),
    ("again", "different"): _l("The two new passwords are not the same."),
    ("new", "too_short"): _l("This is shorter than 15 characters. Add a few words."),
    ("new", "too_long"): _l("This is too long. Please shorten it."),
    ("new", "too_plain"): _l("This repeats itself too much. Use a sentence of different words."),
    ("new", "has_email"): _l("This is mostly your e-mail address. Use other words."),
}

NEW_PASSWORD_HINT = _l(
    "15 characters or more. A sentence only you would think of is best; no special signs needed.")


class SignInForm(HouseForm):
    """Who, and the password."""

    email = StringField(_l("E-mail"), [required(_l("Write your e-mail address.")), at_most(254)])
    password = PasswordField(_l("Password"), [required(_l("Write your password.")), at_most(passwords.LONGEST)])


class PasswordForm(HouseForm):
    """The present password and twice the next one."""

    current = PasswordField(_l("Present password"),
                            [required(_l("Write your present password.")), at_most(passwords.LONGEST)])
    new = PasswordField(
        _l("New password"), [required(_l("Write a new password."))], description=NEW_PASSWORD_HINT)
    again = PasswordField(_l("New password once more"), [required(_l("Write the new password once more."))])


class CodeForm(HouseForm):
    """The code of the second step, or a recovery code."""

    code = StringField(_l("Code"), [required(_l("Write the code.")), at_most(40)])
