"""``/desk/cases/<reference>/transfer-request``: who holds a case names the agency that is competent, and why."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, TextAreaField

from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.domain.transfers import GROUND_LONGEST
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.transfer_requests import open_request
from feedback.queries.visibility import facts_of
from feedback.services import transfer_requests
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version, whole
from feedback.web.redirects import see
from feedback.web.transfer_words import FAULTS


class TransferRequestForm(HouseForm):
    """The competent agency and the ground."""

    agency = SelectField(_l("The agency that is competent"), [required(FAULTS["agency", "missing"])])
    ground = TextAreaField(
        _l("The provision, and the fact it applies to"),
        [required(FAULTS["ground", "missing"]), at_most(GROUND_LONGEST)],
        description=_l("For example: “Article 5 of Decision 15/2025/QĐ-UBND gives river sand to the Department of "
                       "Agriculture and Environment; the heap the sender means lies in the river bed.”"))


@bp.route("/cases/<reference>/transfer-request", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def transfer_request(reference: str) -> ResponseReturnValue:
    """Ask the province office to pass the case on (POST ``agency``, ``ground``, ``version``). Only the officer
    whose case it is and the head of the holding agency; others, another open request and a case that moved answer
    409 with what was typed."""
    actor = current_actor()
    case = case_for(actor, reference)
    form = _form(case, request.form if request.method == "POST" else None)
    typed = [(str(form.ground.label.text), form.ground.data or "")]
    if transfer_requests.asking_role(actor, case, facts_of(case)) is None:
        return conflict(case, "role", typed=typed)
    if open_request(case.id) is not None:
        return conflict(case, "transfer_open", typed=typed)
    if request.method == "GET":
        return _page(case, form)
    if not form.validate():
        return _page(case, form), 422
    try:
        with writing():
            transfer_requests.ask(case_for(actor, reference), to_agency_id=whole(form.agency.data or ""),
                                  ground=form.ground.data or "", actor=actor,
                                  expected_version=shown_version(request.form))
    except BadInput as error:
        form.fail(error, FAULTS)
        return _page(case_for(actor, reference), form), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    return see("desk.case", reference=reference, done="transfer_asked")


def _form(case: Case, posted: Any) -> Any:
    form = TransferRequestForm(posted)
    form.agency.choices = [
        ("", _l("Choose…")), *((str(a.id), name_of(a)) for a in transfer_requests.offered(case))]
    return form


def _page(case: Case, form: Any) -> str:
    return render_template("desk/transfer_request.html", case=case, form=form)
