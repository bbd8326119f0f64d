"""Who sent a case: asked for with a reason, allowed by somebody else, opened by who asked, seen by the sender.

The web never holds an identity: it asks the vault, which writes the opening into the history before it answers.
"""

from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.adapters import vault
from feedback.domain.complaints import IDENTITY_FIELDS
from feedback.domain.errors import NotPermitted, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.kinds import IdentityMode
from feedback.domain.permissions import Permission, may_know_sender
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.identity import IdentityGrant
from feedback.queries.cases import case_for
from feedback.queries.identity import Asked, asked_of, fields_kept, waiting_for, why_declined
from feedback.queries.visibility import facts_of
from feedback.services import identity as identities
from feedback.web.desk import bp
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, current_person, requires
from feedback.web.redirects import see

WORDS = {("why", "missing"): _l("Write the reason, so that everyone can follow it later.")}
STATES = {
    "waiting": _l("waits for a second person"), "declined": _l("not allowed"), "open": _l("allowed"),
    "over": _l("its time is over"),
}
FIELD_NAMES = {
    "name": _l("Full name"), "phone": _l("Telephone"), "email": _l("E-mail"), "address": _l("Address"),
    "firm_name": _l("Name of the firm or organisation"), "tax_code": _l("Tax code"),
    "representative": _l("Name of its representative"), "position": _l("Position of the representative"),
    "behalf_name": _l("The person concerned"), "relation": _l("Relation to the person concerned"),
}


def field_name(field: str) -> str:
    """The name of a sealed field; the further signers are numbered."""
    if field.startswith("signer_"):
        return gettext("Signer %(number)s", number=field.removeprefix("signer_"))
    return str(FIELD_NAMES[field])


@bp.route("/cases/<reference>/identity", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def identity(reference: str) -> ResponseReturnValue:
    """What is kept about the sender, what was asked before, and the form to ask (POST ``why``). Anonymous and
    imported cases have nothing: 404. The handling agency of a confidential sender may not ask: 403."""
    case = _with_sender(reference)
    if request.method == "GET":
        return _page(case, ReasonForm())
    if not _may_ask(case):
        abort(403)
    form = ReasonForm(request.form)
    if not form.validate():
        return _page(case, form), 422
    try:
        with writing():
            identities.ask_grant(case_for(current_actor(), reference), actor=current_actor(),
                                 why=form.why.data or "")
    except ReasonMissing as error:
        form.fail(error, WORDS)
        return _page(case_for(current_actor(), reference), form), 422
    return see("desk.identity", reference=reference, done="identity_asked")


@bp.post("/cases/<reference>/identity/open")
@requires(Permission.CASE_ACT, fresh=True)
def open_identity(reference: str) -> ResponseReturnValue:
    """Open it under the grant ``grant`` that this person asked for: the vault writes the opening down first. By
    POST, so that nothing opens it by following a link; never cached. Without a grant in force 403, vault away
    503."""
    case = _with_sender(reference)
    person = current_person()
    mine = [asked for asked in asked_of(case)
            if person is not None and asked.asked_by_id == person.id and asked.state == "open"]
    if not mine or person is None or request.form.get("grant") != str(mine[0].id):
        abort(403)
    db.session.rollback()  # the vault writes, perhaps to the same file: no read of ours stays open
    fields = vault.open_under_grant(mine[0].id, person_id=person.id)
    case = case_for(current_actor(), reference)
    return render_template(
        "desk/identity_opened.html", case=case, at=clock.now(), who=current_person(), until=mine[0].until,
        fields=[{"term": field_name(name), "value": fields[name]} for name in IDENTITY_FIELDS if name in fields])


@bp.get("/identity")
@requires(Permission.CASE_READ_ORIGINAL)
def identity_requests() -> str:
    """Requests that wait for this person's word: within reach, asked by somebody else, of another agency."""
    return render_template("desk/identity_requests.html", asked=waiting_for(current_actor()))


@bp.route("/identity/<int:grant_id>", methods=["GET", "POST"])
@requires(Permission.CASE_READ_ORIGINAL, fresh=True)
def identity_request(grant_id: int) -> ResponseReturnValue:
    """One request: POST ``decision`` give, or decline with ``why``. Decided meanwhile or out of reach: 404; who
    asked, and the handling agency: 403."""
    asked = _asked(grant_id)
    if request.method == "GET":
        return _request_page(asked, ReasonForm())
    decision = request.form.get("decision")
    if decision not in ("give", "decline"):
        abort(400)
    form = ReasonForm(request.form)
    if decision == "decline" and not form.validate():
        return _request_page(asked, form), 422
    try:
        with writing():
            grant = db.session.get_one(IdentityGrant, grant_id)
            if decision == "give":
                identities.give_grant(grant, actor=current_actor())
            else:
                identities.decline_grant(grant, actor=current_actor(), why=form.why.data or "")
    except (SamePerson, NotPermitted):
        abort(403)
    return see("desk.identity_requests", done="identity_given" if decision == "give" else "identity_declined")


def _with_sender(reference: str) -> Case:
    case = case_for(current_actor(), reference)
    if case.historical or case.identity_mode == IdentityMode.ANONYMOUS.value:
        raise OutOfReach("nobody is known")
    return case


def _may_ask(case: Case) -> bool:
    return may_know_sender(current_actor(), facts_of(case), IdentityMode(case.identity_mode))


def _asked(grant_id: int) -> Asked:
    found = next((asked for asked in waiting_for(current_actor()) if asked.id == grant_id), None)
    if found is None:
        raise OutOfReach("no such request")
    return found


def _page(case: Case, form: ReasonForm) -> str:
    person, reasons = current_person(), why_declined(case)
    asked, held = asked_of(case), fields_kept(case)
    mine = [one for one in asked if person is not None and one.asked_by_id == person.id]
    return render_template(
        "desk/identity.html", case=case, form=form,
        kept=[field_name(name) for name in IDENTITY_FIELDS if name in held],
        rows=[{"who": one.asked_by, "at": one.asked_at, "why": one.why, "state": _said(one),
               "note": reasons.get(one.id, "")} for one in asked],
        may_ask=_may_ask(case), in_force=next((one for one in mine if one.state == "open"), None),
        waits=any(one.state == "waiting" for one in mine))


def _said(asked: Asked) -> str:
    words = str(STATES[asked.state])
    return gettext("%(state)s by %(who)s", state=words, who=asked.decided_by) if asked.decided_by else words


def _request_page(asked: Asked, form: Any) -> str:
    return render_template("desk/identity_request.html", asked=asked, case=asked.case, form=form)
