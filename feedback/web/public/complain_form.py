"""The whole complaint as one form. Every page of it carries all fields, so that going back never loses a word."""

import re
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, FieldList, HiddenField, RadioField, TextAreaField

from feedback.domain.answers import points as proposing
from feedback.domain.complaints import (
    MAX_DOSSIER,
    MAX_HINDRANCE,
    MAX_NARRATIVE,
    MAX_POINT,
    Complaint,
    language_of,
)
from feedback.domain.kinds import CaseKind, Category, IdentityMode, SenderKind
from feedback.domain.proposing.reading import read
from feedback.domain.province import Switch
from feedback.domain.tax_code import tax_code
from feedback.queries import categories
from feedback.queries.offered import agencies_by_id, procedures_by_id
from feedback.queries.province import switch
from feedback.services.cases import new_nonce
from feedback.web.fields import email, firm_code, has_words, line, listed, phone, said
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.labels import LABELS
from feedback.web.language import current_language
from feedback.web.numbers import whole
from feedback.web.public import complain_rules
from feedback.web.public.complain_rules import LONGEST_NAME
from feedback.web.public.complain_steps import MODE_NAMES, NOTES, SENDERS, STEPS, TRAPS, tidy

LONGEST_LIST = 20 * (LONGEST_NAME + 2)
_NONCE = re.compile(r"[0-9a-f]{32}")


def _area(text: object, longest: int, *more: object) -> TextAreaField:
    return TextAreaField(text, [*more, at_most(longest)])


def _radio(text: object, default: str = "", *more: object) -> RadioField:
    return RadioField(text, [*more, listed], validate_choice=False, default=default)


class ComplaintForm(HouseForm):
    """A whole complaint; ``nonce`` makes a double click one case. ``from_check``: the person came from the last
    page to change something and goes straight back there. ``similar_seen``: settled cases were shown."""

    nonce = HiddenField("")
    from_check = HiddenField("")
    similar_seen = HiddenField("")
    narrative = _area(_l("In your own words"), MAX_NARRATIVE, said(_l(
        "Tell what happened, at least one sentence.")))
    category = _radio(_l("What comes nearest?"))
    kind = _radio(_l("What is your complaint about?"))
    procedure = _radio(_l("Procedure"))
    procedure_q = line(_l("Look for a procedure"), 200)
    agency = _radio(_l("Office complained about"))
    agency_q = line(_l("Look for an office"), 200)
    agency_tier = HiddenField("")
    dossier_number = line(_l("Number of your dossier"), MAX_DOSSIER)
    dossier_shared = BooleanField(_l("The agency that answers may see this number"))
    urgent = _radio(_l("Does it stop you from something that cannot wait?"), "no")
    hindrance = _area(_l("What does it stop you from, and until when?"), MAX_HINDRANCE)
    points = FieldList(TextAreaField("", [at_most(MAX_POINT)]), _l("Your points"), min_entries=1)
    mode = _radio(_l("Who may know that it was you?"), IdentityMode.CONFIDENTIAL.value,
                  required(_l("Choose who may know that it was you.")))
    sender = _radio(_l("For whom do you write?"), "myself")
    firm_name = line(_l("Name of the firm or organisation"), LONGEST_NAME)
    tax_code = line(_l("Tax code"), 40, firm_code)
    representative = line(_l("Name of its representative"), LONGEST_NAME)
    position = line(_l("Position of the representative"), 100)
    behalf_name = line(_l("Name of the person for whom you write"), LONGEST_NAME)
    relation = line(_l("What you are to them"), 100)
    name = line(_l("Full name"), LONGEST_NAME)
    signers = _area(_l("Names of the others who sign"), LONGEST_LIST)
    email = line(_l("E-mail"), 200, email)
    phone = line(_l("Phone number"), 40, phone)
    address = line(_l("Postal address"), 300)

    def __init__(self, formdata: MultiDict[str, str] | None) -> None:
        self.sent = tidy(formdata or MultiDict())
        super().__init__(self.sent if formdata is not None else None, data={"nonce": new_nonce()})
        self.offers = [offer for offer in categories.settings().values() if offer.offered]
        self.anonymous_allowed = bool(switch(Switch.ANONYMOUS_ALLOWED))
        language = current_language()
        # Words are looked up where they are shown: a form that is only checked needs none of them.
        self.category.choices = [*((o.category.value, o.own_name(language) or LABELS[Category, o.category.value])
                                   for o in self.offers), ("", _l("I am not sure"))]
        self.kind.choices = [*((k.value, LABELS[CaseKind, k.value]) for k in CaseKind), ("", _l("I am not sure"))]
        self.procedure.choices = [*((str(p.id), name_of(p)) for p in procedures_by_id(_ids(self.procedure))),
                                  ("", _l("I do not know, or it is not here"))]
        self.agency.choices = [*((str(a.id), name_of(a)) for a in agencies_by_id(_ids(self.agency))),
                               ("", _l("I do not know"))]
        self.urgent.choices = [("no", _l("No, it can wait its turn")), ("yes", _l("Yes"))]
        self.mode.choices = [(m.value, name) for m, name in MODE_NAMES.items()
                             if m is not IdentityMode.ANONYMOUS or self.anonymous_allowed]
        self.sender.choices = list(SENDERS.items())

    @property
    def anonymous(self) -> bool:
        """Whether the sender leaves nothing about themselves."""
        return self.mode.data == IdentityMode.ANONYMOUS.value

    def path(self) -> list[str]:
        """The pages that this person sees, in order: who leaves no name is not asked who they are."""
        return [step for step in STEPS if not (step == "who" and self.anonymous)]

    def shown(self, step: str) -> tuple[str, ...]:
        """The fields that a page shows now."""
        return complain_rules.asked_of(self.sender.data) if step == "who" else STEPS[step]

    def first_wrong_step(self, up_to: str) -> str | None:
        """Validate the pages up to and including this one; the first page with a fault, or None. Only that
        page's messages are kept, so that the summary speaks of what is on the screen."""
        self.validate()
        complain_rules.rules_of_many(self)
        path = self.path()
        reached = path[: path.index(up_to) + 1] if up_to in path else path
        wrong = next((step for step in reached if any(self[f].errors for f in self.shown(step))), None)
        for field in self:
            if wrong is None or field.short_name not in self.shown(wrong):
                forgive(field)
        return wrong

    def forgive(self) -> None:
        """Take all messages away."""
        for field in self:
            forgive(field)

    def whole(self) -> bool:
        """Whether the nonce is one that this house could have made."""
        return _NONCE.fullmatch(self.nonce.data or "") is not None

    def carried(self, step: str) -> list[tuple[str, str]]:
        """Names and values of everything that this page does not show."""
        here, carried = self.shown(step), []
        for name in (*NOTES, *(name for fields in STEPS.values() for name in fields)):
            if name in here and name != "agency_tier":
                continue
            for field in self.points.entries if name == "points" else [self[name]]:
                carried.append((field.name, _posted(field)))
        return carried

    def kept(self) -> dict[str, list[str]]:
        """Everything, as a draft keeps it."""
        kept = {name: [self.sent[name]] for name in TRAPS if name in self.sent}
        for field in self:
            for one in getattr(field, "entries", [field]):
                kept[one.name] = [_posted(one)]
        return kept

    def propose_category(self) -> bool:
        """Choose the category that the story's words suggest, while none is chosen; whether one was."""
        hit = read(self.narrative.data or "").category
        if self.category.data or hit is None or hit.code not in dict(self.category.choices):
            return False
        self.category.data = hit.code
        return True

    def written_points(self) -> list[str]:
        """The points that are not empty, in order."""
        return [entry.data.strip() for entry in self.points.entries if has_words(entry.data)]

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
            self.put_points(p for p in proposing.propose(self.narrative.data or "") if len(p) <= MAX_POINT)

    def signer_names(self) -> list[str]:
        """Those who sign besides the first one, in order."""
        return [" ".join(text.split()) for text in (self.signers.data or "").splitlines() if has_words(text)]

    def complaint(self, page_language: str, doubts: tuple[str, ...] = ()) -> Complaint:
        """What is handed in. Call it on a valid form."""
        return Complaint(
            narrative=self.narrative.data, points=tuple(self.written_points()),
            language=language_of(self.narrative.data, page_language),
            identity_mode=IdentityMode(self.mode.data), identity=self._identity(), doubts=doubts,
            category=Category(self.category.data or Category.OTHER.value),
            kind=CaseKind(self.kind.data or CaseKind.BEHAVIOUR.value),
            procedure_id=next(iter(_ids(self.procedure)), None),
            named_agency_id=next(iter(_ids(self.agency)), None),
            dossier_number=self.dossier_number.data or "", dossier_shared=self.dossier_shared.data,
            urgent=self.urgent.data == "yes", hindrance=self.hindrance.data or "",
            sender_kind=SenderKind.FIRM if self.sender.data == "firm" else SenderKind.PERSON,
            on_behalf=self.sender.data == "behalf")

    def _identity(self) -> dict[str, str]:
        """What is sealed: what was asked for and given, nothing typed before the mind was changed."""
        if self.anonymous:
            return {}
        given = {name: self[name].data for name in self.shown("who")
                 if name != "signers" and has_words(self[name].data)}
        if "tax_code" in given:
            given["tax_code"] = tax_code(given["tax_code"])
        if "signers" in self.shown("who"):
            given |= {f"signer_{n}": name for n, name in enumerate(self.signer_names(), start=2)}
        return given


def forgive(field: Field) -> None:
    """Take a field's messages away, and those of its entries."""
    field.errors = []
    for entry in getattr(field, "entries", ()):
        entry.errors = []


def _posted(field: Field) -> str:
    """A value as a browser would send it."""
    if isinstance(field, BooleanField):
        return "y" if field.data else ""
    return str(field.data or "")


def _ids(field: Field) -> list[int]:
    number = whole(field.data or "")
    return [] if number is None else [number]
