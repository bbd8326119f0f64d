"""The form of the gate: what the supervisor says of the answer and of each flag, and the reasons of a return."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice

from feedback.domain.answers.taxonomy import Flag, Level
from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action
from feedback.models.answers import Answer
from feedback.services import verdicts
from feedback.services.verdicts import Said
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most
from feedback.web.labels import label
from feedback.web.pages import flag_name

WORDS = {
    ("level", "missing"): _l("Say whether the answer answers. This answer is read closely."),
    ("level", "not_answered"): _l("You say that it does not answer: it cannot be sent then. Return it, or choose "
                                  "another level."),
    ("why", "missing"): _l("Write the reason, so that everyone can follow it later."),
}


class VerdictForm(HouseForm):
    """One form for both decisions; the fields of the flags join it by ``verdict_form``."""

    level = RadioField(_l("Does the answer answer what was asked?"), validate_choice=False)
    missed = SelectMultipleField(_l("What did the reader overlook?"), validate_choice=False)
    why = TextAreaField(_l("Why?"), [at_most(REASON_LONGEST)])

    def flag_fields(self) -> list[Any]:
        """The fields of the flags, in the order of the kept findings."""
        return [field for field in self if field.short_name.startswith("flag_")]

    def said(self) -> Said:
        """What was chosen; what is none of the choices counts as not said."""
        return Said(
            level=Level(self.level.data) if self.level.data in set(Level) else None,
            right={int(field.short_name.removeprefix("flag_")): field.data == "right"
                   for field in self.flag_fields() if field.data in ("right", "wrong")},
            missed=frozenset(Flag(code) for code in self.missed.data or () if code in set(Flag)))

    def judge(self, answer: Answer, decision: Action) -> bool:
        """Whether everything is there that this decision needs. Each gap is said beside its field."""
        sound = self.validate()
        gaps = verdicts.gaps(answer, self.said(), decision=decision)
        if decision is Action.RETURN and not (self.why.data or "").strip():
            gaps = [*gaps, ("why", "missing")]
        for name, code in gaps:
            words = WORDS.get((name, code)) or gettext(
                "Say whether this is right: %(note)s.", note=self[name].label.text)
            self.fail(BadInput(name, code), {**WORDS, (name, code): words})
        return sound and not gaps


def verdict_form(answer: Answer, findings: list[dict[str, Any]],
                 posted: MultiDict[str, str] | None = None) -> VerdictForm:
    """The form for this version; ``findings`` as ``reviewing.review`` numbers them."""
    named = {f"flag_{item['place']}": RadioField(
        gettext("Note %(number)s: %(flag)s", number=item["number"], flag=flag_name(item["code"])),
        choices=[SelectChoice("right", gettext("Right")), SelectChoice("wrong", gettext("Wrong"))],
        validate_choice=False,
        description=f"{item['part']}: " + (f"“{item['quote']}”" if item["quote"] else item["reason"]))
        for item in findings}
    form = type("VerdictOnFlags", (VerdictForm,), named)(posted)
    form.level.choices = [SelectChoice(level.value, label(level)) for level in reversed(Level)]
    raised = {item["code"] for item in findings}
    form.missed.choices = [SelectChoice(flag.value, flag_name(flag.value)) for flag in Flag
                           if flag.value not in raised]
    return form
