"""Refusing, guiding and forwarding: a listed reason, completed for the case, seen as the sender will read it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from feedback.domain.errors import BadInput, ReasonMissing
from feedback.domain.lifecycle import Action
from feedback.domain.listed_reasons import AFTER_ASKING, Listed
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.listed_reasons import reasons_for
from feedback.services import endings
from feedback.services.asking import asked_already
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.case import deeds
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.language import current_language
from feedback.web.numbers import shown_version
from feedback.web.redirects import see

WHY = _l("What the sender will read")


def _why() -> TextAreaField:
    return TextAreaField(WHY, [required(_l("Write what the sender will read.")), at_most(REASON_LONGEST)])


class RefuseForm(HouseForm):
    """A listed reason with its words for this case."""

    reason = HiddenField("")
    why = _why()


class GuideForm(HouseForm):
    """Another legal way: which office receives it."""

    reason = HiddenField("")
    outside_name = StringField(_l("Which office receives it? Name, address, opening hours"), [
        required(_l("Name the office with its address, so that the sender can go there.")), at_most(300)])
    why = _why()


class ForwardForm(HouseForm):
    """A body outside the province, and the number under which it has the matter."""

    reason = HiddenField("")
    outside_name = StringField(_l("To which body?"), [required(_l("Name the body.")), at_most(200)])
    outside_code = StringField(_l("Number of the letter or outside code"), [
        required(_l("Write the number or code: with it the sender can ask that body.")), at_most(100)])
    why = _why()


FORMS: dict[Action, type[HouseForm]] = {
    Action.REFUSE: RefuseForm, Action.GUIDE: GuideForm, Action.FORWARD_OUTSIDE: ForwardForm}
EXPLAINED = {
    Action.REFUSE: _l("A second person has to agree. Then the sender reads your words and may object once."),
    Action.GUIDE: _l("For complaints against a decision, for denunciations and for the content of legal "
                     "documents. A second person has to agree; then the sender reads your words and may object "
                     "once."),
    Action.FORWARD_OUTSIDE: _l("First send it to that body and take down its number. A second person has to "
                               "agree; then the sender reads where it went and why."),
}
FAULTS = {
    ("reason", "unknown"): _l("This reason is not in the list any more. Go back and choose again."),
    ("reason", "ask_first"): _l("This reason holds only after the sender was asked once. Ask first."),
    ("why", "missing"): _l("Write what the sender will read."),
    ("why", "open_places"): _l("Complete or delete every place in double square brackets: the list's text alone "
                               "answers nobody."),
    ("outside_name", "missing"): _l("Name the office."),
    ("outside_code", "missing"): _l("Write the number or code."),
}


@bp.route("/cases/<reference>/refuse", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def refuse(reference: str) -> ResponseReturnValue:
    """Propose not to take a complaint on. GET ``reason``: code of the listed reason; POST ``do``: preview, edit or
    propose. Not possible now, or changed meanwhile: 409 with what was typed."""
    return _ending(reference, Action.REFUSE)


@bp.route("/cases/<reference>/guide", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def guide(reference: str) -> ResponseReturnValue:
    """Propose to guide the sender to another legal way; as ``refuse``, with the receiving office."""
    return _ending(reference, Action.GUIDE)


@bp.route("/cases/<reference>/forward_outside", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def forward_outside(reference: str) -> ResponseReturnValue:
    """Propose to forward a complaint to a body outside the province; as ``refuse``, with body and code."""
    return _ending(reference, Action.FORWARD_OUTSIDE)


def _ending(reference: str, action: Action) -> ResponseReturnValue:
    case = case_for(current_actor(), reference)
    if action not in deeds(current_actor(), case):
        return conflict(case, not_now(case, action), typed=_typed())
    reasons = reasons_for(action)
    if request.method == "GET":
        chosen = next((r for r in reasons if r.code == request.args.get("reason", "")), None)
        if chosen is None or not _offered(case, chosen):
            return _choose(case, action, reasons)
        start = {"reason": chosen.code, "why": _start(case, chosen)}
        return _page(case, action, FORMS[action](data=start), chosen)
    form: Any = FORMS[action](request.form)
    chosen = next((r for r in reasons if r.code == form.reason.data), None)
    if chosen is None:
        written = "\n\n".join(text for _name, text in _typed() if text.strip())
        return _choose(case, action, reasons, typed=written, gone=True), 422
    do = request.form.get("do", "preview")
    if do == "edit":
        return _page(case, action, form, chosen)
    if not form.validate():
        return _page(case, action, form, chosen), 422
    try:
        if do != "propose":
            return _page(case, action, form, chosen, preview=endings.completed(
                case, action, reason_code=chosen.code, **_words(form)))
        with writing():
            endings.propose_listed(case_for(current_actor(), reference), action, actor=current_actor(),
                                   reason_code=chosen.code, expected_version=shown_version(request.form),
                                   **_words(form))
    except (BadInput, ReasonMissing) as error:
        form.fail(error, FAULTS)
        return _page(case_for(current_actor(), reference), action, form, chosen), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed())
    return see("desk.case", reference=reference, done="propose")


def _words(form: Any) -> dict[str, str]:
    return {"why": form.why.data or "", "office": form.outside_name.data if "outside_name" in form else "",
            "code": form.outside_code.data if "outside_code" in form else ""}


def _start(case: Case, chosen: Listed) -> str:
    """The list's text in the sender's language, with its legal basis under it."""
    basis = "Legal basis" if case.language == "en" else "Căn cứ"
    return f"{chosen.text(case.language)}\n\n{basis}: {chosen.legal_basis}."


def _offered(case: Case, reason: Listed) -> bool:
    return reason.code not in AFTER_ASKING or asked_already(case)


def _choose(case: Case, action: Action, reasons: list[Listed], *, typed: str = "", gone: bool = False) -> str:
    asked, lang = asked_already(case), current_language()
    return render_template(
        "desk/ending_reason.html", case=case, action=action, explained=EXPLAINED[action], typed=typed, gone=gone,
        asked=asked,
        reasons=[{"code": r.code, "name": r.name(lang), "basis": r.legal_basis,
                  "open": asked or r.code not in AFTER_ASKING} for r in reasons])


def _page(case: Case, action: Action, form: HouseForm, chosen: Listed, *, preview: str = "") -> str:
    return render_template(
        "desk/ending_preview.html" if preview else "desk/ending.html", case=case, action=action, form=form,
        reason=chosen.name(current_language()), basis=chosen.legal_basis, preview=preview,
        explained=EXPLAINED[action])


def _typed() -> list[tuple[str, str]]:
    return [(str(WHY), request.form.get("why", "")),
            (str(_l("To which body?")), request.form.get("outside_name", "")),
            (str(_l("Number of the letter or outside code")), request.form.get("outside_code", ""))]
