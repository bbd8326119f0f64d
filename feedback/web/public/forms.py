"""The forms of the tracking pages: the key, and what the sender says afterwards."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField

from feedback.web.fields import listed, said
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required


class KeyForm(HouseForm):
    """The tracking key. What is wrong with it, ``domain.references`` says."""

    key = StringField(_l("Tracking key"), [at_most(200)])


class SupplyForm(HouseForm):
    """What intake asked for."""

    text = TextAreaField(_l("Your answer"), [
        said(_l("Write what the office asked for.")), at_most(REASON_LONGEST)])


class ObjectForm(HouseForm):
    """Why the result is not right."""

    why = TextAreaField(_l("What is not right?"), [
        said(_l("Write what is not right, so that the next reader knows where to look.")),
        at_most(REASON_LONGEST)])


PRESSED = {"no": _l("No, I decided it myself"), "yes": _l("Yes, somebody pressed me"),
           "unsaid": _l("I would rather not say")}


class WithdrawForm(HouseForm):
    """Why the complaint is withdrawn, and whether somebody pressed for it."""

    pressed = RadioField(_l("Did anybody press you to withdraw?"), [
        required(_l("Choose one of the three answers.")), listed], validate_choice=False)
    why = TextAreaField(_l("Why do you withdraw?"), [
        said(_l("Write the reason, so that the office knows that it is your own wish.")),
        at_most(REASON_LONGEST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pressed.choices = list(PRESSED.items())

    def was_pressed(self) -> bool | None:
        """What was said about pressure; None when they would rather not say."""
        return {"yes": True, "no": False}.get(self.pressed.data)
