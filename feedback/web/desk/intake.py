"""Intake: what came in and waits to be read, and the steps that wait for a second person."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField

from feedback.domain.errors import BadInput
from feedback.domain.kinds import RESTRICTED_CATEGORIES, CaseKind, Category
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.cases import case_for, case_list, open_proposals
from feedback.services import cases
from feedback.services.masking import hide_sender
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.points import boxes, with_points, words_of
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.numbers import shown_version
from feedback.web.redirects import see

WAITING = (State.SUBMITTED, State.ACCEPTED, State.AWAITING_SUBMITTER)
FAULTS = {
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "missing"): _l("Choose the agency that has to answer."),
}
COPY_OF = _l("Point %(number)s, for the agency")
NEEDED = _l("The agency needs a text to work on.")


class AcceptForm(HouseForm):
    """Read, mask, classify, give to an agency: one page, one button. Each point has its box besides."""

    masked = TextAreaField(_l("What the agency will see"), [required(NEEDED), at_most(cases.MAX_NARRATIVE)])
    kind = SelectField(_l("Kind"))
    category = SelectField(_l("Category"))
    agency = SelectField(_l("Agency that has to answer"), [required(_l("Choose the agency that has to answer."))])

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
    """Read a new complaint: mask it, classify it and give it to an agency (accept and assign in one step). A case
    that is not waiting for this any more, or was changed meanwhile, answers 409 with what was typed."""
    case = case_for(current_actor(), reference)
    if case.state != State.SUBMITTED.value:
        return conflict(case, not_now(case, Action.ACCEPT), typed=_typed(case))
    kind_of_form = with_points(AcceptForm, case.points, COPY_OF, [required(NEEDED), at_most(cases.MAX_NARRATIVE)])
    if request.method == "GET":
        hidden, complete = hide_sender(case, [case.narrative, *(p.text for p in case.points)])
        return _page(case, kind_of_form(data={
            "masked": hidden[0], "kind": case.kind, "category": case.category,
            **{f"point_{p.n}": text for p, text in zip(case.points, hidden[1:], strict=True)}}), complete=complete)
    form = kind_of_form(request.form)
    if form.category.data in RESTRICTED_CATEGORIES and not case.restricted:
        form.agency.validators = []  # it goes to the restricted desk, to no agency
    if not form.validate():
        return _page(case, form), 422
    try:
        return see("desk.intake", done=_accept_and_assign(reference, form))
    except BadInput as error:
        form.fail(error, FAULTS)
        return _page(case_for(current_actor(), reference), form), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed(case))


def _page(case: Case, form: AcceptForm, *, complete: bool = True) -> str:
    return render_template("desk/accept.html", case=case, form=form, boxes=boxes(form, case.points),
                           complete=complete)


def _accept_and_assign(reference: str, form: AcceptForm) -> str:
    """Do it and return the word of what was done. A possible denunciation is given to nobody but the restricted
    desk, which sees it next."""
    with writing():
        case: Case = case_for(current_actor(), reference)
        was_open = not case.restricted
        cases.accept(case, actor=current_actor(), masked=form.masked.data or "",
                     masked_points=words_of(form, case.points), kind=CaseKind(form.kind.data),
                     category=Category(form.category.data),
                     expected_version=shown_version(request.form))
        if was_open and case.restricted:
            return "restricted"
        agency = agency_by_id(int(form.agency.data))
        if agency is None:
            raise BadInput("agency", "missing")
        cases.assign(case, agency, actor=current_actor())
    return "accept"


def _typed(case: Case) -> list[tuple[str, str]]:
    return [(str(_l("What the agency will see")), request.form.get("masked", "")),
            *((gettext("Point %(number)s", number=p.n), request.form.get(f"point_{p.n}", ""))
              for p in case.points)]
