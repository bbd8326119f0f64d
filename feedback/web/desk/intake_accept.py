"""Read, mask, classify, give to an agency: one page, one button."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField

from feedback.domain.complaints import MAX_HINDRANCE, MAX_NARRATIVE
from feedback.domain.errors import BadInput
from feedback.domain.kinds import RESTRICTED_CATEGORIES, CaseKind, Category
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Permission
from feedback.domain.redaction import Mark, mask, merge
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.cases import case_for
from feedback.queries.proposals import Proposed, proposals
from feedback.services import attachments, reading
from feedback.services.complexity import LONGEST as MAX_COMPLEX_WHY
from feedback.services.masking import marks_of
from feedback.web import attached
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.intake_words import marks, proposed_lines
from feedback.web.desk.points import boxes, with_points, words_of
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.numbers import shown_version, whole
from feedback.web.redirects import see

NEEDED = _l("The agency needs a text to work on.")
NO_AGENCY = _l("Choose the agency that has to answer.")
COPY_OF = _l("Point %(number)s, for the agency")
STILL_NAMED = _l("The sender's name, telephone number, e-mail or address still stands here. Hide it; or, if these "
                 "words name nobody here, tick the box below.")
NOT_LOOKED_FOR = _l("The vault does not answer: whether the sender's name, telephone number, e-mail or address "
                    "stands here was not looked for. Try again in a minute; or look yourself and tick the box "
                    "below.")
STILL_NUMBERED = _l("The number of the dossier still stands here, and the sender did not agree that the agency "
                    "sees it. Hide it.")
FAULTS = {
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "missing"): NO_AGENCY,
    ("hindrance", "missing"): _l("Say what it stops the sender from."),
    ("complex_why", "missing"): _l("Say why it is complex: the sender waits longer and reads it."),
    ("translated", "missing"): _l("An agency answers in Vietnamese: write the translation before it gets the "
                                  "case."),
}


class AcceptForm(HouseForm):
    """Each point has its box besides (``with_points``)."""

    masked = TextAreaField(_l("What the agency will see"), [required(NEEDED), at_most(MAX_NARRATIVE)])
    translated = TextAreaField(_l("Vietnamese translation, for the agency"), [at_most(MAX_NARRATIVE)])
    kind = SelectField(_l("Kind"))
    category = SelectField(_l("Category"))
    urgent = BooleanField(_l("Urgent: it stops the sender from something"))
    hindrance = StringField(_l("What does it stop them from?"), [at_most(MAX_HINDRANCE)])
    complex = BooleanField(_l("Complex: several agencies, old papers or a visit to the place are needed"))
    complex_why = TextAreaField(_l("Why is it complex?"), [at_most(MAX_COMPLEX_WHY)])
    agency = SelectField(_l("Agency that has to answer"), [required(NO_AGENCY)])
    looked_twice = BooleanField(_l("I have looked again: these words name nobody here and may stay"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, label(k)) for k in CaseKind]
        self.category.choices = [(c.value, label(c)) for c in Category]
        self.agency.choices = [("", _l("Choose…")), *((str(a.id), name_of(a)) for a in open_agencies())]


@bp.route("/cases/<reference>/accept", methods=["GET", "POST"])
@requires(Permission.CASE_INTAKE)
def accept(reference: str) -> ResponseReturnValue:
    """Read a new complaint: mask it, classify it and give it to an agency (accept and assign in one step). A case
    that is not waiting for this any more, or was changed meanwhile, answers 409 with what was typed."""
    case = case_for(current_actor(), reference)
    if case.state != State.SUBMITTED.value:
        return conflict(case, not_now(case, Action.ACCEPT), typed=_typed(case))
    kind_of_form = with_points(AcceptForm, case.points, COPY_OF, [required(NEEDED), at_most(MAX_NARRATIVE)])
    if request.method == "GET":
        return _page(case, kind_of_form(data=_proposed_copy(case)))
    form = kind_of_form(request.form)
    if case.restricted or form.category.data in RESTRICTED_CATEGORIES:
        form.agency.validators, form.agency.validate_choice = [], False  # it goes to the restricted desk alone
    if not form.validate():
        return _page(case, form), 422
    try:
        return see("desk.intake", done=_do(reference, form))
    except BadInput as error:
        case = case_for(current_actor(), reference)
        form.fail(error, _words(form))
        return _page(case, form, named=error.code in ("sender", "unsure")), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed(case))


def _proposed_copy(case: Case) -> dict[str, Any]:
    """What the form starts with: the sender's words with the machine's marks hidden, and what the sender chose."""
    texts = [case.narrative, *(p.text for p in case.points)]
    found, _complete = marks_of(case, texts)
    hidden = [mask(text, marked) for text, marked in zip(texts, found, strict=True)]
    return {"masked": hidden[0], "kind": case.kind, "category": case.category, "urgent": case.urgent,
            "hindrance": case.hindrance or "",
            **{f"point_{p.n}": text for p, text in zip(case.points, hidden[1:], strict=True)}}


def _do(reference: str, form: AcceptForm) -> str:
    """Do it and return the word of what was done. A possible denunciation is given to nobody but the restricted
    desk, which sees it next."""
    with writing():
        case: Case = case_for(current_actor(), reference)
        was_open = not case.restricted
        agency_id = whole(form.agency.data or "")
        copy = reading.ReadCopy(
            masked=form.masked.data or "", masked_points=words_of(form, case.points),
            translated=form.translated.data or "", kind=CaseKind(form.kind.data),
            category=Category(form.category.data), urgent=bool(form.urgent.data),
            hindrance=form.hindrance.data or "", complex=bool(form.complex.data),
            complex_why=form.complex_why.data or "", looked_twice=bool(form.looked_twice.data))
        given = reading.accept_for(case, copy, agency_by_id(agency_id) if agency_id is not None else None,
                                   actor=current_actor(), expected_version=shown_version(request.form))
        role = next(r for r in (Role.INTAKE, Role.RESTRICTED_DESK) if r in current_actor().roles)
        known = {row["token"] for row in attached.case_rows(case, current_actor(), endpoint="desk.case_file")}
        attachments.share(case, known & set(request.form.getlist("shared")), actor=current_actor(), role=role)
    return "accept" if given else "restricted" if was_open else "kept"


def _words(form: AcceptForm) -> dict[tuple[str, str], Any]:
    texts = ["masked", "translated", *(name for name in form._fields if name.startswith("point_"))]
    return {**FAULTS, **{(name, "sender"): STILL_NAMED for name in texts},
            **{(name, "unsure"): NOT_LOOKED_FOR for name in texts},
            **{(name, "dossier"): STILL_NUMBERED for name in texts}}


def _page(case: Case, form: AcceptForm, *, named: bool = False) -> str:
    files = attached.case_rows(case, current_actor(), endpoint="desk.case_file")
    ticked = request.form.getlist("shared") if request.method == "POST" else [
        row["token"] for row in files if row["shared"]]
    texts = [case.narrative, *(p.text for p in case.points)]
    found, complete = marks_of(case, texts)
    shown = [_pieces(text, marked) for text, marked in zip(texts, found, strict=True)]
    proposed: Proposed = proposals(current_actor(), [case])[case.id]
    return render_template(
        "desk/accept.html", case=case, form=form, boxes=boxes(form, case.points), complete=complete,
        named_agency=agency_by_id(case.named_agency_id) if case.named_agency_id else None,
        marks=marks(case), lines=proposed_lines(case, proposed), narrative=shown[0], points=shown[1:],
        files=[{**row, "ticked": row["token"] in ticked} for row in files],
        named=named or bool(form.looked_twice.data))


def _pieces(text: str, found: list[Mark]) -> list[dict[str, Any]]:
    """The text cut at its marks: [{text, hidden}]."""
    pieces, at = [], 0
    for marked in merge(found):
        pieces.append({"text": text[at:marked.start], "hidden": False})
        pieces.append({"text": text[marked.start:marked.end], "hidden": True})
        at = marked.end
    pieces.append({"text": text[at:], "hidden": False})
    return [piece for piece in pieces if piece["text"]]


def _typed(case: Case) -> list[tuple[str, str]]:
    return [(str(_l("What the agency will see")), request.form.get("masked", "")),
            (str(_l("Vietnamese translation, for the agency")), request.form.get("translated", "")),
            *((gettext("Point %(number)s", number=p.n), request.form.get(f"point_{p.n}", ""))
              for p in case.points)]
