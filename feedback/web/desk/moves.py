"""``/desk/cases/<reference>/<action>``: one page for each move that needs a reason, an agency or a person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, StringField

from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.people import Person
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.cases import case_for, officers_of
from feedback.services import answers, cases, lifecycle
from feedback.services.restricting import restrict
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.case import deeds
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, OutsideForm, ReasonForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version
from feedback.web.redirects import see


class ConfirmForm(HouseForm):
    """A move that needs nothing but the wish."""


class AgencyForm(HouseForm):
    """Choose an agency that exists today."""

    agency = SelectField(_l("Agency"), [required(_l("Choose an agency."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agency.choices = [("", _l("Choose…")), *((str(a.id), name_of(a)) for a in open_agencies())]


class TransferForm(AgencyForm, ReasonForm):
    """Another agency, and on which ground."""


class OfficerForm(HouseForm):
    """Choose an officer of the agency."""

    officer = SelectField(_l("Officer"), [required(_l("Choose an officer."))])


class MergeForm(ReasonForm):
    """Which case this one joins."""

    into = StringField(_l("Reference of the other case"), [required(_l("Write the reference of the other case.")),
                                                           at_most(20)])


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
    officer = db.session.get(Person, int(form.officer.data))
    if officer is None:
        raise BadInput("officer", "not_of_agency")
    return officer


def _merge(case: Case, form: MergeForm, version: int | None) -> object:
    try:
        other = case_for(current_actor(), form.into.data or "")
    except OutOfReach:
        raise BadInput("into", "unknown") from None
    if other.id == case.id:
        raise BadInput("into", "same")
    return lifecycle.propose(case, Action.MERGE, actor=current_actor(), why=form.why.data or "",
                             expected_version=version, merge_into_id=other.id)


def _propose(action: Action) -> Deed:
    return Deed(ReasonForm, lambda c, f, v: lifecycle.propose(
        c, action, actor=current_actor(), why=f.why.data or "", expected_version=v))


DEEDS: dict[Action, Deed] = {
    Action.ASK_SUBMITTER: Deed(ReasonForm, lambda c, f, v: lifecycle.advance(
        c, Action.ASK_SUBMITTER, actor=current_actor(), why=f.why.data, expected_version=v, tell_sender=True)),
    Action.RESUME: Deed(ConfirmForm, lambda c, f, v: lifecycle.advance(
        c, Action.RESUME, actor=current_actor(), expected_version=v)),
    Action.REFUSE: _propose(Action.REFUSE),
    Action.GUIDE: _propose(Action.GUIDE),
    Action.FORWARD_OUTSIDE: Deed(OutsideForm, lambda c, f, v: lifecycle.propose(
        c, Action.FORWARD_OUTSIDE, actor=current_actor(), why=f.why.data or "", expected_version=v,
        outside_name=f.outside_name.data, outside_code=f.outside_code.data)),
    Action.MERGE: Deed(MergeForm, _merge),
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
        c, actor=current_actor(), expected_version=v)),
}

WORDS = {
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "same"): _l("The case is with this agency already."),
    ("agency", "missing"): _l("Choose an agency."),
    ("officer", "not_of_agency"): _l("Choose an officer of this agency who may see the case."),
    ("officer", "same_reader"): _l("The sender objected: somebody else has to read the case this time."),
    ("into", "unknown"): _l("There is no case with this reference that you may see."),
    ("into", "same"): _l("This is the same case. Write the reference of the other one."),
    ("why", "missing"): _l("Write the reason, so that everyone can follow it later."),
}

PROPOSED = frozenset({Action.REFUSE, Action.GUIDE, Action.FORWARD_OUTSIDE, Action.MERGE})

EXPLAINED = {
    Action.ASK_SUBMITTER: _l("Ask once and for everything. The sender reads your words; the citizen's clock waits "
                             "until they answer, at most a few working days."),
    Action.RESUME: _l("The case goes back to be read, with what is known. The citizen's clock goes on."),
    Action.REFUSE: _l("A second person has to agree. Then the sender reads your reason and may object."),
    Action.GUIDE: _l("For complaints against a decision and for denunciations: say which law applies, which "
                     "office is in charge and how to write to it. A second person has to agree; then the sender "
                     "reads your words and may object."),
    Action.FORWARD_OUTSIDE: _l("A second person has to agree. Then the sender reads where the case went and "
                               "why."),
    Action.MERGE: _l("Only for the same matter. A second person has to agree; then the sender reads your reason "
                     "and may object."),
    Action.ASSIGN: _l("The agency sees the copy made by intake, not who sent it."),
    Action.RESTRICT: _l("For a possible denunciation: money was asked, or somebody is accused of breaking the law. The "
                        "agency that is named never gets it, and you do not see the case any more yourself."),
    Action.LIFT_RESTRICTION: _l("Only when you have read it and it is no denunciation. From then on intake and "
                                "the province office see the case, and an agency can be asked."),
    Action.TRANSFER: _l("The sender reads your reason. The citizen's clock goes on; the agency's begins anew."),
    Action.TAKE: _l("You write the answer. The case stands in your list from now on."),
    Action.ALLOT: _l("The officer is told by mail and writes the answer."),
    Action.SEND_BACK: _l("The officer reads your reason. The agency's clock goes on."),
    Action.APPROVE: _l("You answer for these words. The province office reads them next, then the citizen."),
}
"""What a step leads to and who reads the reason, said before it is taken."""


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
        form.fail(error, WORDS)
        return _page(case_for(current_actor(), reference), word, form), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed())
    if word in (Action.APPROVE, Action.SEND_BACK):  # the person's work on this case is done
        return see("desk.inbox", done=word.value)
    if word in (Action.RESTRICT, Action.LIFT_RESTRICTION):  # it is out of this person's reach now
        seen = "desk.intake" if current_actor().can(Permission.CASE_INTAKE) else "supervision.overview"
        return see(seen, done=word.value)
    return see("desk.case", reference=reference, done="propose" if word in PROPOSED else word.value)


def _form(deed: Deed, case: Case, posted: MultiDict[str, str] | None = None) -> HouseForm:
    form = deed.form(posted)
    if isinstance(form, OfficerForm):
        people = officers_of(case.agency_id) if case.agency_id else []
        form.officer.choices = [("", _l("Choose…")), *((str(p.id), p.display_name) for p in people)]
    return form


def _page(case: Case, word: Action, form: HouseForm) -> str:
    return render_template("desk/move.html", case=case, form=form, action=word, explained=EXPLAINED[word])


def _typed() -> list[tuple[str, str]]:
    return [(str(_l("Why?")), request.form.get("why", ""))]
