"""The form with which intake writes down a complaint for somebody, in the order in which people tell it."""

import re
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from feedback.domain.answers import points as proposing
from feedback.domain.complaints import (
    BEHALF,
    CONTACT,
    FIRM,
    MAX_DOSSIER,
    MAX_HINDRANCE,
    MAX_NARRATIVE,
    MAX_POINT,
    MAX_POINTS,
    MAX_SIGNERS,
    Complaint,
)
from feedback.domain.kinds import CaseKind, Category, Channel, IdentityMode, SenderKind
from feedback.domain.province import Switch
from feedback.domain.tax_code import tax_code
from feedback.queries.agencies import open_agencies
from feedback.queries.offered import find_procedures, procedures_by_id
from feedback.queries.province import switch
from feedback.services.cases import new_nonce
from feedback.services.entry import BY_STAFF
from feedback.web.fields import email, firm_code, has_words, line, listed, phone, said
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.labels import label
from feedback.web.numbers import whole

SENDERS = {
    "myself": _l("For themselves"), "behalf": _l("For somebody else, on their behalf"),
    "several": _l("Several people who all sign"), "firm": _l("A firm or another organisation"),
}
ASKED = {"myself": ("name",), "behalf": ("name", *BEHALF), "several": ("name", "signers"), "firm": FIRM}
"""The fields about the sender, by whom they complain for; the ways to reach them come besides."""
_POINT = re.compile(r"points-([0-9]{1,3})")
_NONCE = re.compile(r"[0-9a-f]{32}")


class EntryForm(HouseForm):
    """Everything about a complaint that came by counter, telephone, post or e-mail. ``nonce`` makes a double click
    one case."""

    nonce = HiddenField("")
    channel = RadioField(_l("How did it come?"), [required(_l("Say how it came.")), listed], validate_choice=False)
    received_on = DateField(_l("Day of receipt"), [required(_l("Write the day on which it was received."))])
    language = RadioField(_l("Language of the sender"), [listed], validate_choice=False, default="vi")
    narrative = TextAreaField(_l("What happened, in the sender's own words"), [
        said(_l("Write down what the sender told, at least one sentence.")), at_most(MAX_NARRATIVE)])
    points = FieldList(TextAreaField("", [at_most(MAX_POINT)]), _l("What the sender wants answered"),
                       min_entries=1)
    procedure_q = line(_l("Procedure: name, code or everyday words"), 200)
    procedure = RadioField(_l("Which of these procedures?"), [listed], validate_choice=False, default="")
    category = SelectField(_l("Category"), [listed], validate_choice=False, default=Category.OTHER.value)
    kind = SelectField(_l("Kind"), [listed], validate_choice=False, default=CaseKind.BEHAVIOUR.value)
    agency = SelectField(_l("Agency that the sender named"), [listed], validate_choice=False)
    dossier_number = line(_l("Dossier number"), MAX_DOSSIER)
    dossier_shared = BooleanField(_l("The sender agrees that the agency sees this number"))
    urgent = BooleanField(_l("Urgent: it stops the sender from something"))
    hindrance = StringField(_l("What does it stop them from?"), [at_most(MAX_HINDRANCE)])
    mode = RadioField(_l("Who may know the sender? Ask them."), [listed], validate_choice=False,
                      default=IdentityMode.CONFIDENTIAL.value)
    sender = RadioField(_l("For whom do they complain?"), [listed], validate_choice=False, default="myself")
    name = line(_l("Full name"), 200)
    phone = line(_l("Phone number"), 40, phone)
    email = line(_l("E-mail"), 200, email)
    address = line(_l("Postal address"), 300)
    behalf_name = line(_l("Name of the person concerned"), 200)
    relation = line(_l("What the sender is to them"), 100)
    signers = TextAreaField(_l("Names of the others who sign"), [at_most(20 * 202)])
    firm_name = line(_l("Firm or organisation: its name"), 200)
    tax_code = line(_l("Firm or organisation: tax code"), 40, firm_code)
    representative = line(_l("Firm or organisation: who represents it"), 200)
    position = line(_l("Firm or organisation: position of the representative"), 100)
    read_back = BooleanField(_l("By telephone: I read it back to the caller, who agreed"), [Optional()])

    def __init__(self, formdata: MultiDict[str, str] | None, **data: Any) -> None:
        super().__init__(_numbered(formdata) if formdata is not None else None,
                         data={"nonce": new_nonce(), **data})
        anonymous = bool(switch(Switch.ANONYMOUS_ALLOWED))
        english = bool(switch(Switch.ENGLISH_ALLOWED))
        self.channel.choices = [(c.value, label(c)) for c in BY_STAFF]
        self.language.choices = [("vi", _l("Vietnamese")), *([("en", _l("English"))] if english else [])]
        self.category.choices = [(c.value, label(c)) for c in Category]
        self.kind.choices = [(k.value, label(k)) for k in CaseKind]
        self.agency.choices = [("", _l("none")), *((str(a.id), name_of(a)) for a in open_agencies())]
        self.mode.choices = [(m.value, label(m)) for m in
                             (IdentityMode.CONFIDENTIAL, IdentityMode.NAMED, IdentityMode.ANONYMOUS)
                             if anonymous or m is not IdentityMode.ANONYMOUS]
        self.sender.choices = list(SENDERS.items())
        self._offer_procedures()

    def _offer_procedures(self) -> None:
        """The procedures that fit what was written; one that was chosen stays."""
        chosen = whole(self.procedure.data or "")
        found = find_procedures(self.procedure_q.data)[0] if has_words(self.procedure_q.data) else []
        kept = procedures_by_id([chosen]) if chosen is not None else []
        rows = {row.id: row for row in (*kept, *found)}
        self.procedure.choices = [*((str(row.id), f"{name_of(row)} ({row.code})") for row in rows.values()),
                                  ("", _l("not known"))]

    def written_points(self) -> list[str]:
        """The points that are not empty, in order."""
        return [entry.data.strip() for entry in self.points.entries if has_words(entry.data)]

    def put_points(self, texts: list[str]) -> None:
        """Show these points instead; one empty box when there are none."""
        while self.points.entries:
            self.points.pop_entry()
        for text in texts or [""]:
            self.points.append_entry(text)

    def propose_points(self) -> None:
        """Offer the questions found in the text."""
        self.put_points([p for p in proposing.propose(self.narrative.data or "") if len(p) <= MAX_POINT])

    def signer_names(self) -> list[str]:
        """One name a line, without the first signer."""
        return [" ".join(name.split()) for name in (self.signers.data or "").splitlines() if has_words(name)]

    def valid(self) -> bool:
        """Validate every field, and the rules that look at several of them; messages stand beside the fields."""
        self.validate()
        for name, message in self._faults():
            self[name].errors = [*self[name].errors, message]
        return not self.errors

    def _faults(self) -> list[tuple[str, str]]:
        found = []
        if not self.written_points():
            found.append(("points", gettext("Write at least one point that the sender wants answered.")))
        elif len(self.written_points()) > MAX_POINTS:
            found.append(("points", gettext("A complaint has at most %(most)s points. Please join some of them.",
                                            most=MAX_POINTS)))
        if self.urgent.data and not has_words(self.hindrance.data):
            found.append(("hindrance", gettext("Say what it stops the sender from.")))
        if self.channel.data == Channel.PHONE.value and not self.read_back.data:
            found.append(("read_back", gettext(
                "Read it back to the caller before you enter it, and tick this box.")))
        given = self._given()
        if self.mode.data == IdentityMode.ANONYMOUS.value:
            return found + [("signers" if name.startswith("signer_") else name, gettext(
                "The sender stays anonymous. Empty this box, or choose another way.")) for name in given][:1]
        if not any(name in given for name in CONTACT):
            found.append(("phone", gettext("Write at least one way to reach the sender: phone, e-mail or postal "
                                           "address. Whoever leaves none stays anonymous.")))
        needed = {"behalf": ("behalf_name", "name"), "several": ("name",), "firm": ("firm_name", "representative")}
        if self.mode.data == IdentityMode.NAMED.value and self.sender.data == "myself":
            needed["myself"] = ("name",)
        found += [(name, gettext("Write this name.")) for name in needed.get(self.sender.data or "", ())
                  if name not in given]
        if self.sender.data == "several" and not 1 <= len(self.signer_names()) < MAX_SIGNERS:
            found.append(("signers", gettext(
                "Write the names of the others who sign, one a line, at most %(most)s.", most=MAX_SIGNERS - 1)))
        return found

    def _given(self) -> dict[str, str]:
        """What is sealed: what belongs to this sort of sender and was written."""
        asked = (*ASKED.get(self.sender.data or "", ("name",)), *CONTACT)
        given = {name: self[name].data for name in asked if name != "signers" and has_words(self[name].data)}
        if "signers" in asked:
            given |= {f"signer_{n}": name for n, name in enumerate(self.signer_names(), start=2)}
        return given

    def complaint(self) -> Complaint:
        """What is handed in. Call it on a valid form."""
        identity = {} if self.mode.data == IdentityMode.ANONYMOUS.value else self._given()
        if "tax_code" in identity:
            identity["tax_code"] = tax_code(identity["tax_code"])
        return Complaint(
            narrative=self.narrative.data, points=tuple(self.written_points()),
            language=self.language.data or "vi",
            identity_mode=IdentityMode(self.mode.data), identity=identity, category=Category(self.category.data),
            kind=CaseKind(self.kind.data), channel=Channel(self.channel.data),
            procedure_id=whole(self.procedure.data or ""), named_agency_id=whole(self.agency.data or ""),
            dossier_number=self.dossier_number.data or "", dossier_shared=bool(self.dossier_shared.data),
            urgent=bool(self.urgent.data), hindrance=self.hindrance.data or "",
            sender_kind=SenderKind.FIRM if self.sender.data == "firm" else SenderKind.PERSON,
            on_behalf=self.sender.data == "behalf", received_on=self.received_on.data)


def is_nonce(text: str) -> bool:
    """Whether a text is a nonce that this house could have made."""
    return _NONCE.fullmatch(text) is not None


def _numbered(formdata: MultiDict[str, str]) -> MultiDict[str, str]:
    """The posted fields with line ends as one sign and the points numbered anew."""
    clean: MultiDict[str, str] = MultiDict(
        (name, value.replace("\r\n", "\n")) for name, value in formdata.items() if not _POINT.fullmatch(name))
    numbers = sorted((int(m[1]), name) for name in formdata if (m := _POINT.fullmatch(name)))
    for i, (_number, name) in enumerate(numbers):
        clean[f"points-{i}"] = formdata[name].replace("\r\n", "\n")
    return clean
