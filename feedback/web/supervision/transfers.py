"""Requests to pass cases on: the list of those that wait, and one of them to grant or to deny."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.reader import TransferRequest
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.transfer_requests import Asked, request_for, waiting
from feedback.services import transfer_requests
from feedback.web.casework import due_row
from feedback.web.conflict import CLASHES, conflict
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version, whole
from feedback.web.passing_words import STANDING
from feedback.web.redirects import see
from feedback.web.supervision import bp
from feedback.web.transfer_words import FAULTS, asked_words

REASON_MISSING = _l("Write the reason, so that everyone can follow it later.")


@bp.get("/transfers")
@requires(Permission.CASE_OVERSEE)
def transfers() -> str:
    """Requests that wait, the oldest first, by key ``after``; each leads to its page."""
    rows, after = waiting(current_actor(), after=whole(request.args.get("after", "")))
    return render_template(
        "supervision/transfers.html", rows=rows, standing=STANDING,
        older_url=url_for("supervision.transfers", after=after) if after is not None else "")


@bp.route("/transfers/<int:transfer_id>", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def transfer(transfer_id: int) -> ResponseReturnValue:
    """One request: POST ``decision`` grant, or deny with ``why``; ``version`` as shown. Out of reach: 404; decided
    meanwhile, the case moved on, or the word is somebody else's: 409 with what was typed."""
    asked = _asked(transfer_id)
    case = case_for(current_actor(), asked.case.reference)
    typed = [(str(ReasonForm().why.label.text), request.form.get("why", ""))]
    if asked.decided_at is not None:
        return conflict(case, "decided", typed=typed)
    if request.method == "GET":
        return _page(asked, ReasonForm())
    decision, form = request.form.get("decision"), ReasonForm(request.form)
    if decision not in ("grant", "deny"):
        abort(400)
    if decision == "deny" and not form.validate():
        return _page(asked, form), 422
    try:
        with writing():
            case = case_for(current_actor(), asked.case.reference)
            row = db.session.get_one(TransferRequest, transfer_id)
            if decision == "grant":
                transfer_requests.grant(case, row, actor=current_actor(),
                                        expected_version=shown_version(request.form))
            else:
                transfer_requests.deny(case, row, actor=current_actor(), why=form.why.data or "")
    except (BadInput, ReasonMissing) as error:
        code = error.code if isinstance(error, BadInput) else "missing"
        form.why.errors = [str(FAULTS.get(("agency", code), REASON_MISSING))]
        return _page(_asked(transfer_id), form), 422
    except SamePerson:
        return conflict(case_for(current_actor(), asked.case.reference), "role", typed=typed)
    except CLASHES as error:
        return conflict(case_for(current_actor(), asked.case.reference), error, typed=typed)
    return see("supervision.transfers", done="transfer_granted" if decision == "grant" else "transfer_denied")


def _asked(transfer_id: int) -> Asked:
    asked = request_for(current_actor(), transfer_id)
    if asked is None:
        raise OutOfReach("no such request")
    return asked


def _page(asked: Asked, form: ReasonForm) -> str:
    case = case_for(current_actor(), asked.case.reference)
    calendar = load_calendar()
    clocks = clocks_of([case.id], ["total", "handle", "redo"])
    return render_template(
        "supervision/transfer.html", asked=asked, case=case, form=form, title=asked_words(asked),
        standing=str(STANDING[asked.standing]),
        may=transfer_requests.may_decide(current_actor(), case, asked.asked_by_id,
                                         to_agency_id=asked.to_agency.id),
        own=asked.asked_by_id == current_actor().person_id,
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None])
