"""Following a case with its tracking key, and what the sender can do there."""

from collections.abc import Callable
from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.domain import references
from feedback.domain.errors import MoveNotAllowed
from feedback.domain.lifecycle import Action, State, find_move
from feedback.domain.references import KeyFault
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries import tracking
from feedback.queries.deadlines import as_due
from feedback.queries.lateness import apologies_of
from feedback.services import attachments, citizen, commitments
from feedback.services.letters import letters_of
from feedback.web import attached, visits
from feedback.web.casework import due_row, pairs, structured_rows
from feedback.web.csrf import csrf_token
from feedback.web.guards import current_actor, public, tracked
from feedback.web.late_words import rows_of
from feedback.web.limits import count_wrong_key, tracking_refused
from feedback.web.passing_words import held_rows, held_summary
from feedback.web.public import bp
from feedback.web.public.forms import KeyForm, ObjectForm, SupplyForm, WithdrawForm
from feedback.web.public.story import ASKED, WITHOUT_ANSWER, holder_now, last_note, status, told
from feedback.web.redirects import see
from feedback.web.time_words import two_clocks
from feedback.web.why import why_lines

FAULTS = {
    KeyFault.EMPTY: _l("Enter your tracking key."),
    KeyFault.ACCENTED: _l("The key has letters without accents. Turn off Vietnamese typing, then enter it again."),
    KeyFault.BAD_SYMBOL: _l("The key has only letters and digits. Please look at it once more."),
    KeyFault.REFERENCE: _l("This is the reference, for talking about the case by phone. "
                           "The tracking key is longer: five groups of five signs."),
    KeyFault.TOO_SHORT: _l("Some signs are missing. The key has five groups of five signs."),
    KeyFault.TOO_LONG: _l("There are too many signs. The key has five groups of five signs."),
    KeyFault.MISTYPED: _l("There is a slip in it: one sign is wrong, or two have changed places."),
}
TROUBLE = {
    "too_late": _l("The time to object has passed."),
    "objected_once": _l("You have already objected once. One objection is possible."),
    "proposal_open": _l("The province office is deciding about another step of this case. "
                        "Please try again tomorrow."),
    "commitment_open": _l("The answer promised something by a date. The case stays open until then."),
    "said_often": _l("You have changed this too often. What you said last stays as it is."),
}
ELSEWISE = _l("The case had moved on while you were reading, so nothing was changed. This is where it is now.")


@bp.route("/track", methods=["GET", "POST"])
@public
def track() -> ResponseReturnValue:
    """Ask for the key. A slip of the finger is told apart without asking the database; a key that is well formed
    but opens nothing gets the same answer whether it was ever given out or not."""
    form = KeyForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _ask(form)
    if not form.validate():
        return _ask(form, 422)
    typed = form.key.data or ""
    if (fault := references.check_key(typed)) is not None:
        return _ask(form, 422, str(FAULTS[fault]))
    if tracking_refused():
        return _ask(form, 429)
    pepper = current_app.extensions["settings"].pepper
    key_hash = references.key_hash(pepper.encode(), typed)
    case_id = tracking.case_id_of_key(key_hash)
    if case_id is None:
        count_wrong_key()
        return _ask(form, 422, gettext("This key opens no case. Compare it with your receipt, sign by sign."))
    visits.begin(case_id, key_hash)
    return redirect(url_for("public.tracked_case"), code=303)


def _ask(form: KeyForm, status_code: int = 200, message: str = "") -> ResponseReturnValue:
    if message:
        form.key.errors = [message]
    return render_template("public/track.html", form=form, csrf_token=csrf_token(), too_many=status_code == 429), (
        status_code), ({"Retry-After": "600"} if status_code == 429 else {})


@bp.get("/track/case")
@tracked
def tracked_case() -> ResponseReturnValue:
    """The case as a story, with what the sender can do now."""
    return _page()


@bp.post("/track/leave")
@public
def leave() -> ResponseReturnValue:
    """Forget the key and the receipt in this browser."""
    visits.end()
    session.pop("receipt", None)
    return see("public.track", done="left")


@bp.post("/track/case/supplement")
@tracked
def supplement() -> ResponseReturnValue:
    """Hand in what the office asked for."""
    form = SupplyForm(request.form)
    if not form.validate():
        return _page(supply_form=form, status_code=422)
    return _do(Action.SUPPLEMENT, lambda case: citizen.supply(
        case, actor=current_actor(), text=form.text.data or ""), typed=form.text.data or "")


@bp.post("/track/case/said")
@tracked
def said() -> ResponseReturnValue:
    """Say for each point whether the answer answered it."""
    answered = {int(name[5:]): value == "yes" for name, value in request.form.items()
                if name.startswith("said-") and name[5:].isascii() and name[5:].isdigit() and len(name) < 9
                and value in ("yes", "no")}
    return _do("said", lambda case: citizen.say_answered(case, actor=current_actor(), answered=answered))


@bp.post("/track/case/promises/<int:commitment_id>/denied")
@tracked
def promise_denied(commitment_id: int) -> ResponseReturnValue:
    """The sender says that a promise was not kept although it was reported so. 404 for another case's promise."""
    return _do("promise_denied", lambda case: commitments.deny(case, commitment_id, actor=current_actor()))


@bp.post("/track/case/close")
@tracked
def close() -> ResponseReturnValue:
    """The sender is content."""
    return _do(Action.CLOSE, lambda case: citizen.close(case, actor=current_actor()))


@bp.route("/track/case/object", methods=["GET", "POST"])
@tracked
def object_to() -> ResponseReturnValue:
    """Object to the result, once, with a reason."""
    form = ObjectForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        return _do(Action.OBJECT, lambda case: citizen.object_to(
            case, actor=current_actor(), why=form.why.data or ""), typed=form.why.data or "")
    shown = tracking.tracked(current_actor())
    return render_template("public/object.html", form=form, case=shown.case, until=shown.objection_until,
                           may=shown.may_object, csrf_token=csrf_token()), 422 if form.errors else 200


@bp.route("/track/case/withdraw", methods=["GET", "POST"])
@tracked
def withdraw() -> ResponseReturnValue:
    """Ask to withdraw; whether somebody pressed for it is asked and kept with the reason."""
    form = WithdrawForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        return _do(Action.WITHDRAW, lambda case: citizen.ask_to_withdraw(
            case, actor=current_actor(), why=form.why.data or "", pressed=form.was_pressed()),
                   typed=form.why.data or "")
    shown = tracking.tracked(current_actor())
    return render_template("public/withdraw.html", form=form, case=shown.case, may=_may_withdraw(shown),
                           csrf_token=csrf_token()), 422 if form.errors else 200


def _do(done: str, deed: Callable[[Case], Any], *, typed: str = "") -> ResponseReturnValue:
    """One deed in one transaction, then the page that shows it; what the rules refuse is said on the page, with
    what was ``typed``, so that it can be copied."""
    try:
        with writing():
            deed(tracking.own_case(current_actor()))
    except MoveNotAllowed as refused:
        return _page(trouble=str(TROUBLE.get(refused.why, ELSEWISE)), typed=typed, status_code=409)
    return see("public.tracked_case", done=done)


def _may_withdraw(shown: tracking.Tracked) -> bool:
    try:
        find_move(Action.WITHDRAW, State(shown.case.state))
    except MoveNotAllowed:
        return False
    return shown.withdrawal is None


def _apologies(shown: tracking.Tracked) -> list[dict[str, Any]]:
    """What the agency said about being late."""
    return rows_of(apologies_of(shown.case.id)) if "apologised" in shown.happened else []


def _page(*, supply_form: SupplyForm | None = None, trouble: str = "", typed: str = "",
          status_code: int = 200) -> ResponseReturnValue:
    shown = tracking.tracked(current_actor())
    case, clocks = shown.case, shown.clocks
    total, supply, promise = clocks.get("total"), clocks.get("supply"), clocks.get("commitment")
    counted = shown.explained
    days = why_lines(counted, shown.limit, shown.calendar, shown.special_days) if counted and shown.limit else []
    awaiting, ended_by = case.state in ASKED, WITHOUT_ANSWER.get(State(case.state))
    answered = case.state == State.ANSWERED.value
    open_promise = promise is not None and promise.stopped_at is None
    return render_template(
        "public/tracking.html", sorry=_apologies(shown), case=case, status=status(shown), trouble=trouble,
        typed=typed, csrf_token=csrf_token(), holder=holder_now(shown), returned_mail=shown.returned_mail,
        due=due_row(as_due(total, shown.calendar)) if total and not ended_by else None, days=days,
        two=two_clocks([*clocks.values()], shown.entries, shown.calendar, mine=True),
        limit=shown.limit, told_why=last_note(shown.entries, ended_by.value) if ended_by else "",
        supply_form=(supply_form or SupplyForm()) if awaiting else None,
        asked=last_note(shown.entries, Action.ASK_SUBMITTER.value),
        supply_due=due_row(as_due(supply, shown.calendar)) if awaiting and supply else None,
        promise=open_promise, promises=shown.promises, may_deny=answered,
        answer=shown.answer, answer_rows=structured_rows(shown.answer, english=False) if shown.answer else [],
        pairs=pairs(case, shown.answer, original=True),
        earlier_round=shown.answer is not None and shown.answer.round < case.round,
        said={p.n: shown.said.get(p.n) for p in case.points}, may_say=answered,
        may_close=answered and not open_promise, may_object=shown.may_object, until=shown.objection_until,
        objected=case.objected, may_withdraw=_may_withdraw(shown), withdrawal=shown.withdrawal,
        files=attached.case_rows(case, current_actor(), endpoint="public.own_file"), refused=attached.refused(),
        room=awaiting and attachments.has_room(),
        letters=letters_of(case) if "letter_made" in shown.happened else [],
        held=held_rows(shown.held), held_words=held_summary(shown.held) if shown.held else "",
        story=told(shown)), status_code
