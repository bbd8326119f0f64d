"""The forms of the public desk: the complaint in steps, the tracking key, and what the sender says afterwards."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Field, FieldList, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import StopValidation

from feedback.domain.answers import points as proposing
from feedback.domain.complaints import MAX_NARRATIVE, MAX_POINTS, Complaint
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.models.agencies import Procedure
from feedback.services.cases import MAX_NARRATIVE, MAX_POINTS, Complaint, new_nonce
from feedback.web.filters import name_of
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required
from feedback.web.labels import label

POINT_LONGEST = 2_000
"""Characters of one point."""
CONTACT = ("email", "phone", "address")
STEPS: dict[str, tuple[str, ...]] = {
    "what": ("narrative", "procedure", "category", "kind"),
    "points": ("points",),
    "who": ("mode", "name", *CONTACT),
    "check": (),
}
"""The pages of a complaint, in order, and the fields that each one shows."""

_POINT = re.compile(r"points-([0-9]{1,3})")
_EMAIL = re.compile(r"[^@\s,;<>\"()]+@[^@\s,;<>\"()]+\.[^@\s,;<>\"()]+")
_NONCE = re.compile(r"[0-9a-f]{32}")
_FIELDS = frozenset({"nonce", *(f for fields in STEPS.values() for f in fields if f != "points")})


def one_line(value: str | None) -> str:
    """Text of a single line: whitespace of any sort becomes one space."""
    return " ".join((value or "").split())


def words_in(field: Field) -> bool:
    """Whether something was written in it: blanks and invisible signs are nothing."""
    return re.search(r"[^\W_]", field.data or "") is not None


def said(message: Any) -> Callable[[HouseForm, Field], None]:
    """Must hold at least one letter or digit."""
    def check(form: HouseForm, field: Field) -> None:
        if not words_in(field):
            field.errors = []
            raise StopValidation(str(message))
    return check


def _listed(form: HouseForm, field: Field) -> None:
    """One of the choices that the page offered."""
    if (field.data or "") not in {str(value) for value, _words in field.choices}:
        raise StopValidation(gettext("This choice is not in the list. Please choose again."))


def _email(form: HouseForm, field: Field) -> None:
    if field.data and not _EMAIL.fullmatch(field.data):
        raise StopValidation(gettext("An e-mail address looks like name@example.vn. Please check it."))


def _phone(form: HouseForm, field: Field) -> None:
    digits = re.sub(r"[\s().+\-]", "", field.data or "")
    if field.data and not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 15):
        raise StopValidation(gettext("A phone number has 8 to 15 digits, such as 0912 345 678. Please check it."))


def _line(text: Any, longest: int, *more: Any) -> StringField:
    return StringField(text, [at_most(longest), *more], filters=[one_line])


class ComplaintForm(HouseForm):
    """A whole complaint. Every page of it carries all fields, so that going back never loses a word; ``nonce``
    makes a double click one case."""

    nonce = HiddenField("")
    narrative = TextAreaField(_l("In your own words"), [
        said(_l("Tell what happened, at least one sentence.")), at_most(MAX_NARRATIVE)])
    procedure = SelectField(_l("Which procedure is it about?"), [_listed], validate_choice=False)
    category = SelectField(_l("What went wrong?"), [_listed], validate_choice=False)
    kind = SelectField(_l("What is your complaint about?"), [_listed], validate_choice=False)
    points = FieldList(TextAreaField("", [at_most(POINT_LONGEST)]),
                       _l("Your points"), min_entries=1)
    mode = RadioField(_l("Who may know that it was you?"), [
        required(_l("Choose who may know that it was you.")), _listed], validate_choice=False,
        default=IdentityMode.CONFIDENTIAL.value)
    name = _line(_l("Full name"), 200)
    email = _line(_l("E-mail"), 200, _email)
    phone = _line(_l("Phone number"), 40, _phone)
    address = _line(_l("Postal address"), 300)

    def __init__(self, formdata: MultiDict[str, str] | None, *, procedures: Iterable[Procedure]) -> None:
        super().__init__(tidy(formdata) if formdata is not None else None, data={"nonce": new_nonce()})
        self.procedure.choices = [("", _l("I do not know")), *((str(p.id), name_of(p)) for p in procedures)]
        self.category.choices = [("", _l("I am not sure")), *((c.value, label(c)) for c in Category)]
        self.kind.choices = [("", _l("I am not sure")), *((k.value, label(k)) for k in CaseKind)]
        self.mode.choices = [(m.value, str(name)) for m, name in MODE_NAMES.items()]

    def first_wrong_step(self, up_to: str) -> str | None:
        """Validate the pages up to and including this one; the first page with a fault, or None. Only that
        page's messages are kept, so that the summary speaks of what is on the screen."""
        self.validate()
        self._rules_of_many()
        reached = list(STEPS)[: list(STEPS).index(up_to) + 1]
        wrong = next((step for step in reached if any(self._fields[f].errors for f in STEPS[step])), None)
        for step, fields in STEPS.items():
            for name in fields:
                if step != wrong:
                    self._forgive(self._fields[name])
        return wrong

    def _rules_of_many(self) -> None:
        if not self.written_points():
            self.points.errors = [gettext("Write at least one point that you want answered.")]
        elif len(self.written_points()) > MAX_POINTS:
            self.points.errors = [gettext("A complaint has at most %(most)s points. Please join some of them.",
                                          most=MAX_POINTS)]
        given = [name for name in ("name", *CONTACT) if words_in(self._fields[name])]
        if self.mode.data == IdentityMode.ANONYMOUS.value:
            for name in given:
                self._wrong(name, gettext("You chose to stay anonymous. Empty this box, or choose another way."))
        elif not self.mode.errors:
            if not any(name in CONTACT for name in given):
                self._wrong("email", gettext(
                    "Leave at least one way to reach you: e-mail, phone or postal address."))
            if self.mode.data == IdentityMode.NAMED.value and "name" not in given:
                self._wrong("name", gettext("Write your name, or choose another way."))

    def _wrong(self, name: str, message: str) -> None:
        self._fields[name].errors = [*self._fields[name].errors, message]

    def _forgive(self, field: Field) -> None:
        field.errors = []
        for entry in getattr(field, "entries", ()):
            entry.errors = []

    def whole(self) -> bool:
        """Whether the nonce is one that this house could have made."""
        return _NONCE.fullmatch(self.nonce.data or "") is not None

    def written_points(self) -> list[str]:
        """The points that are not empty, in order."""
        return [entry.data.strip() for entry in self.points.entries if words_in(entry)]

    def put_points(self, texts: Iterable[str]) -> None:
        """Show these points instead; one empty box when there are none."""
        while self.points.entries:
            self.points.pop_entry()
        for text in list(texts) or [""]:
            self.points.append_entry(text)

    def propose_points(self) -> None:
        """Offer the questions found in the story where the sender has written no points yet. What is too long to
        be one point is not offered."""
        if not self.written_points():
            self.put_points(p for p in proposing.propose(self.narrative.data or "") if len(p) <= POINT_LONGEST)

    def complaint(self, language: str) -> Complaint:
        """What is handed in. Call it on a valid form."""
        return Complaint(
            narrative=self.narrative.data, points=tuple(self.written_points()), language=language,
            identity_mode=IdentityMode(self.mode.data),
            identity={n: self._fields[n].data for n in ("name", *CONTACT) if words_in(self._fields[n])},
            category=Category(self.category.data or Category.OTHER.value),
            kind=CaseKind(self.kind.data or CaseKind.BEHAVIOUR.value),
            procedure_id=int(self.procedure.data) if self.procedure.data else None)


MODE_NAMES = {
    IdentityMode.CONFIDENTIAL: _l("Keep me confidential"),
    IdentityMode.ANONYMOUS: _l("Do not leave a name at all"),
    IdentityMode.NAMED: _l("The agency may know my name"),
}
"""In the order of the page; the first is the default."""


def tidy(formdata: MultiDict[str, str]) -> MultiDict[str, str]:
    """The fields of a complaint and nothing else: line ends as one sign, as browsers count them, and the points
    numbered anew (a foreign ``points-²`` must not confuse anybody)."""
    clean: MultiDict[str, str] = MultiDict(
        (name, formdata[name].replace("\r\n", "\n")) for name in _FIELDS if name in formdata)
    numbered = sorted((int(m[1]), name) for name in formdata if (m := _POINT.fullmatch(name)))
    for i, (_number, name) in enumerate(numbered):
        clean[f"points-{i}"] = formdata[name].replace("\r\n", "\n")
    return clean


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
        required(_l("Choose one of the three answers.")), _listed], validate_choice=False)
    why = TextAreaField(_l("Why do you withdraw?"), [
        said(_l("Write the reason, so that the office knows that it is your own wish.")),
        at_most(REASON_LONGEST - 200)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pressed.choices = list(PRESSED.items())

    def reason(self) -> str:
        """The words that are kept: the reason, and what was said about pressure."""
        return f"{self.why.data}\n\n{self.pressed.label.text} {PRESSED[self.pressed.data]}."
