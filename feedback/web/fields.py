"""Fields and their rules that several desks share."""

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from wtforms import Field, StringField
from wtforms.validators import StopValidation

from feedback.domain.errors import BadInput
from feedback.domain.tax_code import tax_code
from feedback.web.forms import HouseForm, at_most

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"()]+")


def one_line(value: str | None) -> str:
    """Text of a single line: whitespace of any sort becomes one space."""
    return " ".join((value or "").split())


def has_words(text: str | None) -> bool:
    """Whether there is a letter or digit in it: blanks and invisible signs are nothing."""
    return re.search(r"[^\W_]", text or "") is not None


def said(message: Any) -> Callable[[HouseForm, Field], None]:
    """Must hold at least one letter or digit."""
    def check(form: HouseForm, field: Field) -> None:
        if not has_words(field.data):
            field.errors = []
            raise StopValidation(str(message))
    return check


def listed(form: HouseForm, field: Field) -> None:
    """One of the choices that the page offered."""
    if (field.data or "") not in {str(value) for value, _words in field.choices}:
        raise StopValidation(gettext("This choice is not in the list. Please choose again."))


def email(form: HouseForm, field: Field) -> None:
    """An address to which mail could go."""
    if field.data and not _EMAIL.fullmatch(field.data):
        raise StopValidation(gettext("An e-mail address looks like name@example.vn. Please check it."))


def phone(form: HouseForm, field: Field) -> None:
    """8 to 15 digits, however they are grouped."""
    digits = re.sub(r"[\s().+\-]", "", field.data or "")
    if field.data and not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15):
        raise StopValidation(gettext("A phone number has 8 to 15 digits, such as 0912 345 678. Please check it."))


def firm_code(form: HouseForm, field: Field) -> None:
    """A tax code that can exist; says what is wrong with it."""
    if not has_words(field.data):
        return
    try:
        tax_code(field.data)
    except BadInput as fault:
        raise StopValidation(_tax_words(fault.code)) from None


def _tax_words(code: str) -> str:
    return {
        "digits": gettext("A tax code has 10 digits, 13 for a branch, or 12 for a household business. "
                          "Please check it."),
        "check_digit": gettext("The last of the ten digits does not fit the others: one of them is mistyped. "
                               "Please compare it with your registration paper."),
        "branch": gettext("The three digits of a branch cannot be 000. Leave them out for the head office."),
        "personal_number": gettext("A personal number begins with 001 to 096. Please check it."),
    }[code]


def line(text: Any, longest: int, *more: Any) -> StringField:
    """A field of one line with at most so many characters."""
    return StringField(text, [at_most(longest), *more], filters=[one_line])
