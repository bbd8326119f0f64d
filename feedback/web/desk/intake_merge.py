"""Joining a complaint to another case about the same matter, without telling one sender about the other."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField

from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.duplicates import twins
from feedback.services import endings
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.case import deeds
from feedback.web.desk.intake_words import twin_lines
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version
from feedback.web.redirects import see

NEUTRAL = _l("We joined your complaint to a matter that the office is handling already. The agency in charge "
             "answers it there; what is settled is published without anybody's name. You may object if "
             "yours is another one.")
"""Where the reason starts: nothing about the other case. Said in the sender's language."""

FAULTS = {
    ("into", "missing"): _l("Choose a case, or write its reference."),
    ("into", "unknown"): _l("There is no case with this reference that you may see."),
    ("into", "same"): _l("This is the same case. Write the reference of the other one."),
    ("into", "ended"): _l("That case ended without an answer: nobody would answer this one either."),
    ("into", "restricted"): _l("A case of the restricted desk and an ordinary one cannot be joined."),
    ("why", "missing"): _l("Write what the sender will read."),
    ("why", "reference"): _l("The reference of the other case stands in it. This sender must not learn of it: "
                             "take it out."),
    ("why", "words"): _l("Words that the other sender wrote stand in it. Say it without them."),
    ("why", "unsure"): _l("The vault does not answer: whether something about the other sender stands in it "
                          "cannot be looked for just now. Nothing was lost; try again in a minute."),
    ("why", "sender"): _l("Something about the other sender stands in it: a name, a number or an address. Take it "
                          "out."),
}


class MergeForm(HouseForm):
    """Which case this one joins: one of those proposed, or another by its reference."""

    twin = RadioField(_l("Which case is about the same matter?"), validate_choice=False)
    into = StringField(_l("Reference of the other case"), [at_most(20)])
    why = TextAreaField(_l("What the sender will read"), [
        required(_l("Write what the sender will read.")), at_most(REASON_LONGEST)])


@bp.route("/cases/<reference>/merge", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def merge(reference: str) -> ResponseReturnValue:
    """Propose to join this case to another: ``into`` its reference, or ``twin`` one of those proposed; ``why`` is
    what the sender reads. Not possible now, or changed meanwhile: 409 with what was typed."""
    case = case_for(current_actor(), reference)
    if Action.MERGE not in deeds(current_actor(), case):
        return conflict(case, not_now(case, Action.MERGE), typed=_typed())
    if request.method == "GET":
        with force_locale(case.language):
            start = str(NEUTRAL)
        return _page(case, MergeForm(data={"why": start}))
    form = MergeForm(request.form)
    if not form.validate():
        return _page(case, form), 422
    try:
        with writing():
            case = case_for(current_actor(), reference)
            endings.propose_merge(case, _other(form), actor=current_actor(), why=form.why.data or "",
                                  expected_version=shown_version(request.form))
    except (BadInput, ReasonMissing) as error:
        form.fail(error, FAULTS)
        return _page(case_for(current_actor(), reference), form), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed())
    return see("desk.case", reference=reference, done="propose")


def _other(form: MergeForm) -> Case:
    written = (form.into.data or "").strip() or (form.twin.data or "")
    if not written:
        raise BadInput("into", "missing")
    try:
        return case_for(current_actor(), written)
    except OutOfReach:
        raise BadInput("into", "unknown") from None


def _page(case: Case, form: MergeForm) -> str:
    likely = twin_lines(twins(current_actor(), [case])[case.id])
    form.twin.choices = [(twin["reference"], gettext("%(reference)s: %(why)s", reference=twin["reference"],
                                                     why=twin["why"])) for twin in likely]
    return render_template("desk/merge.html", case=case, form=form, likely=likely,
                           states={twin["reference"]: twin["state"] for twin in likely})


def _typed() -> list[tuple[str, Any]]:
    return [(str(_l("Reference of the other case")), request.form.get("into", "")),
            (str(_l("What the sender will read")), request.form.get("why", ""))]
