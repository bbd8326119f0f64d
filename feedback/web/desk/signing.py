"""The head's signature in person: demanded when the gate has returned an answer twice in one round."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required


class SignForm(HouseForm):
    """What was changed since the last return, and the statement that the head answers for it."""

    statement = TextAreaField(_l("What was changed since it came back?"), [
        required(_l("Write what was changed. The province office reads it beside the answer.")),
        at_most(REASON_LONGEST)])
    responsible = BooleanField(_l("I have read this answer and I am responsible for it."), [
        required(_l("Tick this only when you have read the answer. Without it, it cannot go on."))])
