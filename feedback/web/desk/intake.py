"""Intake: what came in and waits to be read, and the steps that wait for a second person."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField

from feedback.domain.errors import BadInput
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Permission
from feedback.domain.redaction import mask, scan
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.cases import case_for, case_list, open_proposals
from feedback.services import cases
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.redirects import see

WAITING = (State.SUBMITTED, State.ACCEPTED, State.AWAITING_SUBMITTER)
FAULTS = {
    ("masked", "missing"): _l("The agency needs a text to work on."),
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "missing"): _l("Choose the agency that has to answer."),
}


class AcceptForm(HouseForm):
    """Read, mask, classify, give to an agency: one page, one button."""

    masked = TextAreaField(_l("What the agency will see"), [
        required(_l("The agency needs a text to work on.")), at_most(cases.MAX_NARRATIVE)])
    kind = SelectField(_l("Kind"))
    category = SelectField(_l("Category"))
    agency = SelectField(_l("Agency that has to answer"), [required(_l("Choose the agency that has to answer."))])
    version = SelectField("version", validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(k.value, label(k)) for k in CaseKind]
        self.category.choices = [(c.value, label(c)) for c in Category]
        self.agency.choices = [("", _l("Choose…")), *((str(a.id), name_of(a)) for a in open_agencies())]


@bp.get("/intake")
@requires(Permission.CASE_INTAKE)
def intake() -> str:
    """The queue of what waits for intake, most urgent first, 25 rows by key ``after``; and open proposals."""
    actor = current_actor()
    page = case_list(actor, states=[s.value for s in WAITING], holder_kinds=("receive", "transfer", "supply"),
                     after=request.args.get("after"))
    return render_template("desk/intake.html", page=page, proposals=open_proposals(actor),
                           older_url=url_for("desk.intake", after=page.after) if page.after else "")


@bp.route("/cases/<reference>/accept", methods=["GET", "POST"])
@requires(Permission.CASE_INTAKE)
def accept(reference: str) -> ResponseReturnValue:
    """Read a new complaint: mask it, classify it and give it to an agency (accept and assign in one step)."""
    case = case_for(current_actor(), reference)
    form = AcceptForm(request.form if request.method == "POST" else None,
                      data={"masked": proposed(case.narrative), "kind": case.kind, "category": case.category})
    points = {p.n: request.form.get(f"point_{p.n}", proposed(p.text)) for p in case.points}
    missing = {n for n, text in points.items() if not text.strip()}
    if request.method == "POST" and form.validate() and not missing:
        try:
            _accept_and_assign(reference, form, points)
            return see("desk.intake", done="accept")
        except BadInput as error:
            case = case_for(current_actor(), reference)
            form.fail(error, FAULTS)
    return render_template("desk/accept.html", case=case, form=form, points=points, missing=missing), (
        200 if request.method == "GET" else 422)


def _accept_and_assign(reference: str, form: AcceptForm, points: dict[int, str]) -> None:
    version = int(form.version.data) if str(form.version.data or "").isdigit() else None
    with writing():
        case: Case = case_for(current_actor(), reference)
        agency = agency_by_id(int(form.agency.data))
        if agency is None:
            raise BadInput("agency", "missing")
        cases.accept(case, actor=current_actor(), masked=form.masked.data or "", masked_points=points,
                     kind=CaseKind(form.kind.data), category=Category(form.category.data),
                     expected_version=version)
        cases.assign(case, agency, actor=current_actor())


def proposed(text: str) -> str:
    """The masked copy that is proposed to intake; a person decides."""
    return mask(text, scan(text))
