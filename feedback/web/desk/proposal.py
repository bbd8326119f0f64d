"""The second person: what was proposed and why, to be confirmed or not."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.domain.errors import OutOfReach, SamePerson
from feedback.domain.lifecycle import TABLE, Action, State
from feedback.domain.permissions import Actor, Permission
from feedback.domain.proposing.likeness import ALIKE, likeness, shingles
from feedback.domain.withdrawing import second_role, sees_wish
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note, Proposal
from feedback.models.people import Person
from feedback.queries.cases import case_for
from feedback.queries.duplicates import Sameness, Twin, twins
from feedback.queries.listed_reasons import reason_named
from feedback.queries.visibility import facts_of
from feedback.services import endings, lifecycle
from feedback.services.asking import asked_already
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.desk.intake_words import marks, twin_lines
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.labels import button
from feedback.web.language import current_language
from feedback.web.redirects import see


@bp.route("/cases/<reference>/proposal", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def second_person(reference: str) -> ResponseReturnValue:
    """The second person's word on a proposed step. POST ``decision`` confirm, or decline with a reason in ``why``;
    ``proposal`` is the id that the page showed. Decided, lapsed or replaced meanwhile: 409. Who may not decide,
    the proposer above all, gets 403; who works for the handling agency, 404 whatever is proposed."""
    case = case_for(current_actor(), reference)
    if not sees_wish(current_actor(), facts_of(case)):
        raise OutOfReach("for the province office")  # whether or not a sender wishes to withdraw
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
        endings.confirm(case, proposal, actor=current_actor())
    else:
        lifecycle.decline(case, proposal, actor=current_actor(), why=why)


def may_confirm(actor: Actor, case: Case, proposal: Proposal) -> bool:
    """Whether this person may be the second one: another person, in a role that may confirm this move."""
    move = TABLE.get((Action(proposal.action), State(case.state)))
    return (move is not None and actor.person_id is not None and actor.person_id != proposal.proposed_by_id
            and second_role(actor, move, facts_of(case), pressed=proposal.pressed) is not None)


def _page(case: Case, proposal: Proposal, form: ReasonForm) -> str:
    first = db.session.get(Person, proposal.proposed_by_id) if proposal.proposed_by_id else None
    joins = db.session.get(Case, proposal.merge_into_id) if proposal.merge_into_id else None
    into = _other(joins)
    facts = [{"term": gettext("Proposed step"), "value": button(proposal.action)},
             {"term": gettext("Proposed by"), "value": first.display_name if first else gettext("the sender")}]
    reason = reason_named(proposal.reason_code) if proposal.reason_code else None
    if reason is not None:
        facts.append({"term": gettext("Reason in the list"), "value": reason.name(current_language()),
                      "note": reason.legal_basis})
    if proposal.action == Action.WITHDRAW.value:
        facts.append({"term": gettext("Did somebody press the sender to withdraw?"),
                      "value": {True: gettext("Yes, says the sender"), False: gettext("No, says the sender")}.get(
                          proposal.pressed, gettext("The sender would rather not say"))})
    if proposal.outside_name:
        facts.append({"term": gettext("To which body?"), "value": proposal.outside_name,
                      "note": proposal.outside_code or ""})
    if into is not None:
        facts.append({"term": gettext("Joined to"), "value": into.reference,
                      "url": url_for("desk.case", reference=into.reference)})
    elif joins is not None:
        facts.append({"term": gettext("Joined to"), "value": gettext("a case that you may not see")})
    facts.append({"term": gettext("Was the sender asked for more?"),
                  "value": gettext("yes, once") if asked_already(case) else gettext("no")})
    return render_template(
        "desk/proposal.html", case=case, proposal=proposal, form=form, facts=facts, marks=marks(case),
        why=db.session.get_one(Note, proposal.note_id).body, told=proposal.proposed_by_id is not None,
        into=into, twins=_alike(case, into))


def _other(into: Case | None) -> Case | None:
    """The other case with its points, for somebody who may see it."""
    if into is None:
        return None
    try:
        return case_for(current_actor(), into.reference)
    except OutOfReach:
        return None


def _alike(case: Case, into: Case | None) -> str:
    """In what the two cases are the same, in words; empty when the house finds nothing."""
    if into is None:
        return ""
    found = [twin for twin in twins(current_actor(), [case])[case.id] if twin.case_id == into.id]
    share = likeness(shingles(case.narrative), shingles(into.narrative))
    if not found and share >= ALIKE:  # two procedures, or older than the duplicates that are looked for
        found = [Twin(into.id, into.reference, into.state, (Sameness.WORDS,), round(share * 10))]
    return twin_lines(found)[0]["why"] if found else ""
