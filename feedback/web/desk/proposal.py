"""The second person: what was proposed and why, to be confirmed or not."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.domain.errors import SamePerson
from feedback.domain.lifecycle import TABLE, Action, State
from feedback.domain.permissions import Actor, Permission, confirming_role
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note, Proposal
from feedback.models.people import Person
from feedback.queries.cases import case_for
from feedback.queries.visibility import facts_of
from feedback.services import lifecycle
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.labels import button
from feedback.web.redirects import see


@bp.route("/cases/<reference>/proposal", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def second_person(reference: str) -> ResponseReturnValue:
    """The second person's word on a proposed step. POST ``decision`` confirm, or decline with a reason in ``why``;
    ``proposal`` is the id that the page showed. Decided, lapsed or replaced meanwhile: 409. Who may not decide,
    the proposer above all, gets 403."""
    case = case_for(current_actor(), reference)
    proposal = lifecycle.open_proposal(case)
    why, shown = request.form.get("why", ""), request.form.get("proposal", "")
    if proposal is None or (shown and shown != str(proposal.id)):
        return conflict(case, typed=[(str(ReasonForm().why.label.text), why)])
    if not may_confirm(current_actor(), case, proposal):
        abort(403)
    if request.method == "GET":
        return _page(case, proposal, ReasonForm())
    decision = request.form.get("decision")
    if decision not in ("confirm", "decline"):
        abort(400)
    form = ReasonForm(request.form)
    if decision == "decline" and not form.validate():
        return _page(case, proposal, form), 422
    proposal_id = proposal.id
    try:
        with writing():
            _decide(reference, proposal_id, decision, why)
    except SamePerson:
        abort(403)
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=[(str(form.why.label.text), why)])
    return see("desk.case", reference=reference, done=decision)


def _decide(reference: str, proposal_id: int, decision: str, why: str) -> None:
    case = case_for(current_actor(), reference)
    proposal = db.session.get_one(Proposal, proposal_id)
    if decision == "confirm":
        lifecycle.confirm(case, proposal, actor=current_actor())
    else:
        lifecycle.decline(case, proposal, actor=current_actor(), why=why)


def may_confirm(actor: Actor, case: Case, proposal: Proposal) -> bool:
    """Whether this person may be the second one: another person, in a role that may confirm this move."""
    move = TABLE.get((Action(proposal.action), State(case.state)))
    return (move is not None and actor.person_id is not None and actor.person_id != proposal.proposed_by_id
            and confirming_role(actor, move, facts_of(case)) is not None)


def _page(case: Case, proposal: Proposal, form: ReasonForm) -> str:
    first = db.session.get(Person, proposal.proposed_by_id) if proposal.proposed_by_id else None
    into = db.session.get(Case, proposal.merge_into_id) if proposal.merge_into_id else None
    facts = [{"term": gettext("Proposed step"), "value": button(proposal.action)},
             {"term": gettext("Proposed by"), "value": first.display_name if first else gettext("the sender")}]
    if proposal.outside_name:
        facts.append({"term": gettext("To which body?"), "value": proposal.outside_name,
                      "note": proposal.outside_code or ""})
    if into is not None:
        facts.append({"term": gettext("Joined to"), "value": into.reference,
                      "url": url_for("desk.case", reference=into.reference)})
    return render_template("desk/proposal.html", case=case, proposal=proposal, form=form, facts=facts,
                           why=db.session.get_one(Note, proposal.note_id).body)
