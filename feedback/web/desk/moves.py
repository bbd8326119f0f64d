"""``/desk/cases/<reference>/<action>``: one page for each move that needs a reason, an agency or a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField

from feedback.domain.errors import BadInput, ReasonMissing
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.people import Person
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.cases import case_for, officers_of
from feedback.queries.lateness import run_out, with_answer
from feedback.services import answers, apologies, asking, cases, lifecycle
from feedback.services.restricting import restrict
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.case import deeds
from feedback.web.desk.load import in_hand
from feedback.web.desk.preview import approval_page
from feedback.web.desk.signing import SignForm
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, ReasonForm, required
from feedback.web.guards import current_actor, requires
from feedback.web.late_words import FAULTS, REASON, TEXT, LateFields, start_with
from feedback.web.numbers import shown_version, whole
from feedback.web.redirects import see


class ConfirmForm(HouseForm):
    """A move that needs nothing but the wish."""


class AgencyForm(HouseForm):
    """Choose an agency that exists today."""

    agency = SelectField(_l("Agency"), [required(_l("Choose an agency."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency.choices = [("", _l("Choose…")), *((str(a.id), name_of(a)) for a in open_agencies())]


class SignLateForm(SignForm, LateFields):
    """Both: the statement and the apology."""


class TransferForm(AgencyForm, ReasonForm):
    """Another agency, and on which ground."""


class OfficerForm(HouseForm):
    """Choose an officer of the agency, seeing what each has in hand."""

    officer = RadioField(_l("Officer"), [required(_l("Choose an officer."))], validate_choice=False)


@dataclass(frozen=True)
class Deed:
    """How one action is done: its form and the service it calls with (case, form, version)."""

    form: type[HouseForm]
    do: Callable[[Case, Any, int | None], object]


def _agency(form: AgencyForm) -> Any:
    agency = agency_by_id(int(form.agency.data))
    if agency is None:
        raise BadInput("agency", "missing")
    return agency


def _officer(form: OfficerForm) -> Person:
    officer_id = whole(form.officer.data or "")
    officer = db.session.get(Person, officer_id) if officer_id is not None else None
    if officer is None:
        raise BadInput("officer", "not_of_agency")
    return officer


DEEDS: dict[Action, Deed] = {
    Action.ASK_SUBMITTER: Deed(ReasonForm, lambda c, f, v: asking.ask(
        c, actor=current_actor(), what=f.why.data or "", expected_version=v)),
    Action.RESUME: Deed(ConfirmForm, lambda c, f, v: lifecycle.advance(
        c, Action.RESUME, actor=current_actor(), expected_version=v)),
    Action.ASSIGN: Deed(AgencyForm, lambda c, f, v: cases.assign(
        c, _agency(f), actor=current_actor(), expected_version=v)),
    Action.RESTRICT: Deed(ReasonForm, lambda c, f, v: restrict(
        c, actor=current_actor(), why=f.why.data or "", expected_version=v)),
    Action.LIFT_RESTRICTION: Deed(ReasonForm, lambda c, f, v: cases.lift_restriction(
        c, actor=current_actor(), why=f.why.data or "", expected_version=v)),
    Action.TRANSFER: Deed(TransferForm, lambda c, f, v: cases.transfer(
        c, _agency(f), actor=current_actor(), why=f.why.data or "", expected_version=v)),
    Action.TAKE: Deed(ConfirmForm, lambda c, f, v: cases.take(c, actor=current_actor(), expected_version=v)),
    Action.ALLOT: Deed(OfficerForm, lambda c, f, v: cases.allot(
        c, _officer(f), actor=current_actor(), expected_version=v)),
    Action.SEND_BACK: Deed(ReasonForm, lambda c, f, v: answers.send_back(
        c, actor=current_actor(), why=f.why.data or "", expected_version=v)),
    Action.APPROVE: Deed(ConfirmForm, lambda c, f, v: answers.approve(
        c, actor=current_actor(), statement=f.statement.data if isinstance(f, SignForm) else "",
        sorry=f.sorry() if isinstance(f, LateFields) else None,
        expected_version=v)),
}

WORDS = {
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "same"): _l("The case is with this agency already."),
    ("agency", "missing"): _l("Choose an agency."),
    ("officer", "not_of_agency"): _l("Choose an officer of this agency who may see the case."),
    ("officer", "same_reader"): _l("The sender objected: somebody else has to read the case this time."),
    ("why", "missing"): _l("Write the reason, so that everyone can follow it later."),
    ("statement", "missing"): _l("Write what was changed. The province office reads it beside the answer."),
}

EXPLAINED = {
    Action.ASK_SUBMITTER: _l("Ask once and for everything. The sender reads your words; the citizen's clock waits "
                             "until they answer, at most a few working days."),
    Action.RESUME: _l("The case goes back to be read, with what is known. The citizen's clock goes on."),
    Action.ASSIGN: _l("The agency sees the copy made by intake, not who sent it."),
    Action.RESTRICT: _l("For a possible denunciation: money was asked, or somebody is accused of breaking the "
                        "law. The agency that is named never gets it, and you do not see the case any more "
                        "yourself."),
    Action.LIFT_RESTRICTION: _l("Only when you have read it and it is no denunciation. From then on intake and "
                                "the province office see the case, and an agency can be asked."),
    Action.TRANSFER: _l("The sender reads your reason. The citizen's clock goes on; the agency's begins anew."),
    Action.TAKE: _l("You write the answer. The case stands in your list from now on."),
    Action.ALLOT: _l("The officer is told by mail and writes the answer."),
    Action.SEND_BACK: _l("The officer reads your reason. The agency's clock goes on."),
    Action.APPROVE: _l("You answer for these words. The province office reads them next, then the citizen."),
}
"""What a step leads to and who reads the reason, said before it is taken."""
OFFICER_RESUMES = _l("You go on with what is known; what was asked is not waited for any more. The clocks go on.")


@bp.route("/cases/<reference>/<action>", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def act(reference: str, action: str) -> ResponseReturnValue:
    """Ask for what a move needs (GET) and make it (POST). ``version`` in the form is the case's version that the
    page showed: a newer one answers 409 with what was typed and changes nothing. Unknown actions answer 404."""
    try:
        word = Action(action)
        deed = DEEDS[word]
    except (ValueError, KeyError):
        abort(404)
    case = case_for(current_actor(), reference)
    if word is Action.ASK_SUBMITTER and asking.asked_already(case):
        return conflict(case, "asked_once", typed=_typed())
    if word not in deeds(current_actor(), case):
        return conflict(case, not_now(case, word), typed=_typed())
    if request.method == "GET":
        return _page(case, word, _form(deed, case))
    form = _form(deed, case, request.form)
    if not form.validate():
        return _page(case, word, form), 422
    try:
        with writing():
            deed.do(case_for(current_actor(), reference), form, shown_version(request.form))
    except (BadInput, ReasonMissing) as error:
        form.fail(error, {**WORDS, **FAULTS})
        return _page(case_for(current_actor(), reference), word, form), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed())
    if word in (Action.APPROVE, Action.SEND_BACK):  # the person's work on this case is done
        return see("desk.inbox", done=word.value)
    if word in (Action.RESTRICT, Action.LIFT_RESTRICTION):  # it is out of this person's reach now
        seen = "desk.intake" if current_actor().can(Permission.CASE_INTAKE) else "supervision.overview"
        return see(seen, done=word.value)
    return see("desk.case", reference=reference, done=word.value)


def _form(deed: Deed, case: Case, posted: MultiDict[str, str] | None = None) -> HouseForm:
    if deed is DEEDS[Action.APPROVE] and (answers.signs_in_person(case) or apologies.missing(case)):
        return _signed_form(case, posted)
    form = deed.form(posted)
    if isinstance(form, OfficerForm):
        people = officers_of(case.agency_id) if case.agency_id else []
        form.officer.choices = [(str(p.id), p.display_name) for p in people]
    return form


def _signed_form(case: Case, posted: MultiDict[str, str] | None) -> HouseForm:
    """The head's form with what has to be written in person: a statement after two returns, an apology where the
    time ran out on the way and nobody has written one."""
    data = start_with(case, run_out(case), with_answer(case)) if apologies.missing(case) else {}
    if not data:
        return SignForm(posted)
    return SignLateForm(posted, data=data) if answers.signs_in_person(case) else LateFields(posted, data=data)


def _page(case: Case, word: Action, form: HouseForm) -> str:
    if word in (Action.APPROVE, Action.SEND_BACK):
        return approval_page(case, word, form)
    explained: Any = EXPLAINED[word]
    if word is Action.RESUME and case.state == State.AWAITING_DETAILS.value:
        explained = OFFICER_RESUMES
    hints: dict[str, str] = {}
    if isinstance(form, OfficerForm) and case.agency_id is not None:
        hints = in_hand(current_actor(), case.agency_id)
    return render_template("desk/move.html", case=case, form=form, action=word, explained=explained, hints=hints)


def _typed() -> list[tuple[str, str]]:
    return [(str(_l("Why?")), request.form.get("why", "")),
            (str(SignForm().statement.label.text), request.form.get("statement", "")),
            (str(REASON), request.form.get("late_reason", "")), (str(TEXT), request.form.get("late_text", ""))]
