"""Writing an answer: one box a point and the structured parts, checked before it is sent."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, ReasonMissing, StaleEdit
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.services import answers
from feedback.web.casework import due_row, finding_item, point_text, review_lines
from feedback.web.desk import bp
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.redirects import see

LONGEST = 10_000
"""Characters of one part of an answer."""

PARTS = ("found", "done", "owner", "ground", "next_step")


class AnswerForm(HouseForm):
    """The structured answer. Nothing is required to save a draft; the check says what is missing."""

    outcome = RadioField(_l("What is the result?"), [Optional()])
    found = TextAreaField(_l("What was checked and what was found?"), [at_most(LONGEST)])
    done = TextAreaField(_l("What was done?"), [at_most(LONGEST)])
    owner = StringField(_l("Who is in charge?"), [at_most(300)])
    due_on = DateField(_l("By when will it be finished?"), [Optional()])
    ground = TextAreaField(_l("What does this rest on?"), [at_most(LONGEST)])
    next_step = TextAreaField(_l("What can the citizen do next, and where?"), [at_most(LONGEST)])
    override = TextAreaField(_l("Why is it right to send it as it is?"), [at_most(REASON_LONGEST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(o.value, label(o)) for o in Outcome]

    def text(self, points: dict[int, str]) -> answers.AnswerText:
        """What was typed, as the service takes it."""
        return answers.AnswerText(
            outcome=Outcome(self.outcome.data) if self.outcome.data else None, due_on=self.due_on.data,
            points=points, **{part: self._fields[part].data or "" for part in PARTS})


@bp.route("/cases/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.CASE_DRAFT)
def answer(reference: str) -> ResponseReturnValue:
    """The officer's page. ``do``: save, check or propose. When another window saved meanwhile: 409 with both
    texts, and nothing is overwritten."""
    actor = current_actor()
    case = case_for(actor, reference)
    if case.state != "in_progress" or case.officer_id != actor.person_id:
        abort(409)
    draft = answers.newest(case)
    form = AnswerForm(request.form if request.method == "POST" else None, data=_data(draft))
    typed = {p.n: request.form.get(f"point_{p.n}", _kept(draft, p.n)) for p in case.points}
    too_long = {n for n, words in typed.items() if len(words) > LONGEST}
    if request.method == "GET":
        return _page(case, form, typed, seen=answers.draft_mark(draft))
    seen, do = request.form.get("seen", ""), request.form.get("do", "save")
    if not form.validate() or too_long:
        return _page(case, form, typed, seen=seen, too_long=too_long), 422
    try:
        with writing():
            answers.save_draft(case_for(actor, reference), form.text(typed), actor=actor, seen=seen)
    except StaleEdit:
        case = case_for(actor, reference)
        return _page(case, form, typed, seen=answers.draft_mark(answers.newest(case)), stale=True), 409
    if do == "propose":
        try:
            with writing():
                answers.submit_answer(case_for(actor, reference), actor=actor, override=form.override.data)
            return see("desk.inbox", done="propose_answer")
        except (BadInput, ReasonMissing):
            return _after_saving(reference, form, typed, refused=True), 422
    if do == "check":
        return _after_saving(reference, form, typed)
    return see("desk.answer", reference=reference, done="save")


def _after_saving(reference: str, form: AnswerForm, typed: dict[int, str], *, refused: bool = False) -> str:
    case = case_for(current_actor(), reference)
    return _page(case, form, typed, seen=answers.draft_mark(answers.newest(case)), checked=True, refused=refused)


def _data(draft: Answer | None) -> dict[str, Any]:
    """What the form starts with: the draft, or the version that was returned, to be written better."""
    if draft is None:
        return {}
    return {"outcome": draft.outcome, "due_on": draft.due_on, **{part: getattr(draft, part) for part in PARTS}}


def _kept(draft: Answer | None, n: int) -> str:
    return next((p.text for p in draft.points if p.n == n), "") if draft else ""


def _page(case: Case, form: AnswerForm, typed: dict[int, str], *, seen: str, checked: bool = False,
          refused: bool = False, stale: bool = False, too_long: Collection[int] = ()) -> str:
    newest = answers.newest(case)
    found = answers.findings_of(case, newest) if checked and newest is not None else ()
    versions = versions_of(case)
    reviews = reviews_of(versions)
    notes = {n.id: n.body for n in notes_of(case, kinds=("reason",))}
    clocks = clocks_of([case.id], ["total", "redo", "handle"])
    calendar = load_calendar()
    return render_template(
        "desk/answer.html", case=case, form=form, typed=typed, seen=seen, checked=checked, refused=refused,
        points=[{"n": p.n, "text": point_text(p, original=False)} for p in case.points], too_long=too_long,
        findings=[finding_item(asdict(f), newest) for f in found if newest],
        blocked=any(f.blocking for f in found), theirs=newest if stale else None,
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        returned=[{"version": v.version, "lines": review_lines(reviews[v.id], notes)} for v in versions
                  if any(r.action in ("return", "send_back") for r in reviews[v.id])][:3])
