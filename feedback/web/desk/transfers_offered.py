"""``/desk/transfers``: requests that name this person's agency as competent, with its yes or no; and those between
two agencies under it, on which its head decides."""

from dataclasses import replace
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.permissions import Permission
from feedback.domain.transfers import GROUND_LONGEST
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.reader import TransferRequest
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.history import timeline
from feedback.queries.holdings import held_by
from feedback.queries.tracking import HIDDEN
from feedback.queries.transfer_requests import Asked, for_superior, offer_for, offered_to, request_for
from feedback.services import transfer_replies, transfer_requests
from feedback.web.casework import due_row, story
from feedback.web.conflict import CLASHES, REASONS
from feedback.web.desk import bp
from feedback.web.forms import HouseForm, ReasonForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version
from feedback.web.passing_words import STANDING, held_rows
from feedback.web.redirects import see
from feedback.web.transfer_words import FAULTS, asked_words

REFUSALS = {("why", code): words for (field, code), words in FAULTS.items() if field == "ground"}


class RefusalForm(HouseForm):
    """Why the agency does not take it: as concrete as the ground itself."""

    why = TextAreaField(_l("The provision, and the fact of this case that speaks against it"),
                        [required(FAULTS["ground", "missing"]), at_most(GROUND_LONGEST)])


@bp.get("/transfers/offered")
@requires(Permission.CASE_READ)
def transfers_offered() -> str:
    """What waits for a word of this person's agency, and what waits for theirs as superior of two agencies."""
    actor = current_actor()
    return render_template("desk/transfers_offered.html", offered=[_row(one) for one in offered_to(actor)],
                           above=[_row(one) for one in for_superior(actor)])


@bp.route("/transfers/<int:transfer_id>", methods=["GET", "POST"])
@requires(Permission.CASE_APPROVE)
def transfer_offer(transfer_id: int) -> ResponseReturnValue:
    """One request: POST ``decision`` accept or refuse (``why``) for the agency that was named; grant or deny
    (``why``) for the superior of both; ``version`` as shown. Neither of them: 404; settled meanwhile, or the case
    moved on: 409 with what was typed."""
    actor = current_actor()
    asked = offer_for(actor, transfer_id)
    if asked is None:
        return _above(transfer_id)
    form = RefusalForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _offer(asked, form)
    decision = request.form.get("decision")
    if decision not in ("accept", "refuse"):
        abort(400)
    if decision == "refuse" and not form.validate():
        return _offer(asked, form), 422
    try:
        with writing():
            row = db.session.get_one(TransferRequest, transfer_id)
            case = db.session.get_one(Case, row.case_id)
            if decision == "accept":
                transfer_replies.accept(case, row, actor=actor, expected_version=shown_version(request.form))
            else:
                transfer_replies.refuse(case, row, actor=actor, why=form.why.data or "")
    except BadInput as error:
        form.fail(error, {**REFUSALS, **{("agency", code): FAULTS["agency", code] for code in ("closed", "same")}})
        return _offer(asked, form), 422
    except (SamePerson, *CLASHES) as error:
        return _not_now(asked, error, form.why.data or "")
    return see("desk.transfers_offered", done="transfer_accepted" if decision == "accept" else "transfer_refused")


def _above(transfer_id: int) -> ResponseReturnValue:
    """The page of who stands above both agencies."""
    actor = current_actor()
    asked = request_for(actor, transfer_id)
    if asked is None or not transfer_requests.may_decide(
            actor, asked.case, asked.asked_by_id, to_agency_id=asked.to_agency.id):
        raise OutOfReach("no such request")
    form = ReasonForm(request.form if request.method == "POST" else None)
    if asked.decided_at is not None:
        return _not_now(asked, "decided", form.why.data or "")
    if request.method == "GET":
        return _offer(asked, form, above=True)
    decision = request.form.get("decision")
    if decision not in ("grant", "deny"):
        abort(400)
    if decision == "deny" and not form.validate():
        return _offer(asked, form, above=True), 422
    try:
        with writing():
            case, row = case_for(actor, asked.case.reference), db.session.get_one(TransferRequest, transfer_id)
            if decision == "grant":
                transfer_requests.grant(case, row, actor=actor, expected_version=shown_version(request.form))
            else:
                transfer_requests.deny(case, row, actor=actor, why=form.why.data or "")
    except (BadInput, ReasonMissing) as error:
        form.fail(error, {("agency", code): FAULTS["agency", code] for code in ("closed", "same")})
        return _offer(asked, form, above=True), 422
    except (SamePerson, *CLASHES) as error:
        return _not_now(asked, error, form.why.data or "")
    return see("desk.transfers_offered", done="transfer_granted" if decision == "grant" else "transfer_denied")


def _not_now(asked: Asked, why: str | Exception, typed: str) -> ResponseReturnValue:
    """Settled meanwhile, or somebody else's word: an honest 409 that keeps what was typed. The case's own conflict
    page is not for who has no reach of the case."""
    code = why if isinstance(why, str) else "role" if isinstance(why, SamePerson) else getattr(why, "why", "")
    return render_template("desk/passing_conflict.html", reference=asked.case.reference,
                           reason=REASONS.get(code or "moved", REASONS["moved"]), typed=typed,
                           back="desk.transfers_offered"), 409


def _offer(asked: Asked, form: Any, *, above: bool = False) -> str:
    """The masked complaint, the ground, and what has been done so far, without names and without notes."""
    case, calendar, actor = asked.case, load_calendar(), current_actor()
    total = clocks_of([case.id], ["total"]).get((case.id, "total"))
    told = [replace(entry, note=None) for entry in timeline(case.id, for_sender=True) if entry.type not in HIDDEN]
    row = db.session.get_one(TransferRequest, asked.id)
    return render_template(
        "desk/transfer_offer.html", asked=asked, case=case, form=form, title=asked_words(asked), above=above,
        may=above or transfer_replies.may_answer(actor, case, row), standing=str(STANDING[asked.standing]),
        reply=due_row(asked.reply) if asked.reply is not None else None,
        total=due_row(as_due(total, calendar)) if total is not None else None,
        points=[point.masked for point in case.points if point.masked],
        held=held_rows(held_by(case.id)), story=story(told, calendar))


def _row(asked: Asked) -> dict[str, Any]:
    return {"id": asked.id, "reference": asked.case.reference, "asked": asked,
            "standing": str(STANDING[asked.standing]), "late": asked.standing in ("no_reply", "refused"),
            "reply": due_row(asked.reply) if asked.reply is not None else None}
