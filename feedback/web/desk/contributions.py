"""``/desk/contributions``: what a second agency is asked to give, on a page of its own; and the lead's way of
asking and taking back, at the case."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Optional

from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.contributions import Contributed, contribution_for, contributions_of, owed_by
from feedback.queries.visibility import facts_of
from feedback.services import contributions, transfer_requests
from feedback.services.contributions import ASKED_LONGEST, GIVEN_LONGEST
from feedback.web.casework import due_row
from feedback.web.conflict import CLASHES, REASONS, conflict
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version, whole
from feedback.web.passing_words import contribution_rows
from feedback.web.redirects import see

FAULTS = {
    ("agency", "missing"): _l("Choose the agency that has to contribute."),
    ("agency", "same"): _l("This agency leads the case already."),
    ("agency", "closed"): _l("This agency is closed. Choose the one that took over."),
    ("agency", "asked"): _l("This agency was asked already and has not given its part yet."),
    ("wanted", "missing"): _l("Write what this agency has to give."),
    ("wanted", "too_short"): _l("Say it so that the agency can begin at once: which paper, which place, "
                                "which fact."),
    ("wanted", "too_long"): _l("This is too long. Please shorten it."),
    ("due_on", "past"): _l("This day has passed. Choose a later one."),
    ("due_on", "too_far"): _l("This day is more than a year away. Choose a nearer one."),
    ("text", "missing"): _l("Write what your agency gives."),
    ("text", "too_long"): _l("This is too long. Please shorten it."),
}
"""What is wrong, beside its field."""


class AskForm(HouseForm):
    """Which agency, what it has to give, by when."""

    agency = SelectField(_l("The agency that has to contribute"), [required(FAULTS["agency", "missing"])])
    wanted = TextAreaField(
        _l("What it has to give"), [required(FAULTS["wanted", "missing"]), at_most(ASKED_LONGEST)],
        description=_l("One concrete thing, for example: “Say whether land parcel 12, map sheet 4, lies in the "
                       "road reserve, with the map extract.” Write nothing that shows who sent the complaint."))
    due_on = DateField(_l("By which day"), [Optional()],
                       description=_l("Without a day the limit of the province holds."))


class GiveForm(HouseForm):
    """What the agency gives."""

    text = TextAreaField(_l("What your agency gives"),
                         [required(FAULTS["text", "missing"]), at_most(GIVEN_LONGEST)],
                         description=_l("Facts, documents and dates. The agency that leads the case reads it and "
                                        "answers the citizen; it cannot be changed afterwards."))


@bp.get("/contributions")
@requires(Permission.CASE_READ)
def contributions_owed() -> str:
    """What this person's agency is asked for, the oldest first, by key ``after``; ``show=ended``: what was given
    or is over."""
    ended = request.args.get("show") == "ended"
    rows, after = owed_by(current_actor(), ended=ended, after=whole(request.args.get("after", "")))
    kept = {"show": "ended"} if ended else {}
    return render_template(
        "desk/contributions.html", rows=[_row(one) for one in rows], ended=ended,
        older_url=url_for("desk.contributions_owed", after=after, **kept) if after is not None else "")


@bp.route("/contributions/<int:contribution_id>", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def contribution(contribution_id: int) -> ResponseReturnValue:
    """One: what is asked, the masked complaint and its points, nothing else of the case. POST ``text`` gives it.
    Another agency's: 404; given or taken back meanwhile: 409 with what was typed."""
    asked = contribution_for(current_actor(), contribution_id)
    if asked is None:
        raise OutOfReach("no such contribution")
    form = GiveForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(asked, form)
    if asked.ended_at is not None:
        return _over(asked, form.text.data or "")
    if not form.validate():
        return _page(asked, form), 422
    try:
        with writing():
            contributions.give(contribution_id, text=form.text.data or "", actor=current_actor())
    except BadInput as error:
        form.fail(error, FAULTS)
        return _page(asked, form), 422
    except MoveNotAllowed:
        return _over(asked, form.text.data or "")
    return see("desk.contributions_owed", done="contribution_given")


@bp.route("/cases/<reference>/contribute", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def ask_contribution(reference: str) -> ResponseReturnValue:
    """The lead asks a second agency (POST ``agency``, ``wanted``, ``due_on``, ``version``). Only who leads the
    case or the coordinating office; others and a case that moved answer 409 with what was typed."""
    actor = current_actor()
    case = case_for(actor, reference)
    form = AskForm(request.form if request.method == "POST" else None)
    form.agency.choices = [("", _l("Choose…")),
                           *((str(a.id), name_of(a)) for a in transfer_requests.offered(case))]
    typed = [(str(form.wanted.label.text), form.wanted.data or "")]
    if contributions.leading_role(actor, case, facts_of(case)) is None:
        return conflict(case, "role", typed=typed)
    if request.method == "GET":
        return _asking(case, form)
    if not form.validate():
        return _asking(case, form), 422
    try:
        with writing():
            contributions.ask(case_for(actor, reference), agency_id=whole(form.agency.data or ""),
                              wanted=form.wanted.data or "", due_on=form.due_on.data, actor=actor,
                              expected_version=shown_version(request.form))
    except BadInput as error:
        form.fail(error, FAULTS)
        return _asking(case_for(actor, reference), form), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    return see("desk.case", reference=reference, done="contribution_asked")


@bp.post("/cases/<reference>/contributions/<int:contribution_id>/take-back")
@requires(Permission.CASE_ACT)
def take_back_contribution(reference: str, contribution_id: int) -> ResponseReturnValue:
    """The lead does not need it any more. A contribution of another case: 404; given meanwhile, or somebody
    else's case: 409."""
    actor = current_actor()
    case = case_for(actor, reference)
    if contribution_id not in {one.id for one in contributions_of(case.id)}:
        raise OutOfReach("no such contribution")
    try:
        with writing():
            contributions.take_back(contribution_id, actor=actor)
    except CLASHES as error:
        return conflict(case_for(actor, reference), error)
    return see("desk.case", reference=reference, done="contribution_taken_back")


def _asking(case: Case, form: Any) -> str:
    return render_template("desk/contribute.html", case=case, form=form,
                           earlier=contribution_rows(contributions_of(case.id)))


def _page(asked: Contributed, form: GiveForm) -> str:
    case = asked.case
    return render_template("desk/contribution.html", one=_row(asked), case=case, form=form,
                           points=[point.masked for point in case.points if point.masked])


def _over(asked: Contributed, typed: str) -> ResponseReturnValue:
    return render_template("desk/passing_conflict.html", reference=asked.case.reference,
                           reason=REASONS["contribution_over"], typed=typed, back="desk.contributions_owed"), 409


def _row(one: Contributed) -> dict[str, Any]:
    return {"id": one.id, "reference": one.case.reference, "lead": one.case.agency, "wanted": one.wanted,
            "asked_at": one.asked_at, "given": one.given, "given_by": one.given_by, "ended_at": one.ended_at,
            "standing": one.standing, "due": due_row(one.due), "late": one.due.state == "late"}
