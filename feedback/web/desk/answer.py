"""Writing an answer: one box a point and the structured parts, checked before it is sent."""

from dataclasses import asdict
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, ReasonMissing, StaleEdit
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.services import answers
from feedback.web.casework import due_row, finding_item, point_text, review_lines, structured_rows
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.points import boxes, with_points, words_of
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.redirects import see

LONGEST = 10_000
"""Characters of one part of an answer."""

ANSWER_TO = _l("Answer to point %(number)s")
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
        """What was typed, as the service takes it; ``points`` by point number."""
        return answers.AnswerText(
            outcome=Outcome(self.outcome.data) if self.outcome.data else None, due_on=self.due_on.data,
            points=points, **{part: self._fields[part].data or "" for part in PARTS})

    def typed(self) -> list[tuple[str, str]]:
        """Every box with what stands in it, for the page that shows what was not applied."""
        chosen = [(str(self.outcome.label.text), str(words)) for code, words in self.outcome.choices
                  if code == self.outcome.data]
        return chosen + [(str(field.label.text), str(field.data)) for field in self
                         if field.data and field is not self.outcome]


@bp.route("/cases/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.CASE_DRAFT)
def answer(reference: str) -> ResponseReturnValue:
    """The officer's page. ``do``: save, check or propose. When another window saved meanwhile: 409 with both
    texts, and nothing is overwritten; when the case went on: 409 with what was typed."""
    actor = current_actor()
    case = case_for(actor, reference)
    draft = answers.newest(case)
    form = with_points(AnswerForm, case.points, ANSWER_TO, [at_most(LONGEST)])(
        request.form if request.method == "POST" else None, data=_data(draft))
    if case.state != State.IN_PROGRESS.value or case.officer_id != actor.person_id:
        return conflict(case, not_now(case, Action.PROPOSE_ANSWER),
                        typed=form.typed() if request.method == "POST" else ())
    if request.method == "GET":
        return _page(case, form, seen=answers.draft_mark(draft))
    seen, do = request.form.get("seen", ""), request.form.get("do", "save")
    if not form.validate():
        return _page(case, form, seen=seen), 422
    try:
        with writing():
            case = case_for(actor, reference)
            answers.save_draft(case, form.text(words_of(form, case.points)), actor=actor, seen=seen)
    except StaleEdit:
        case = case_for(actor, reference)
        return _page(case, form, seen=answers.draft_mark(answers.newest(case)), stale=True), 409
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=form.typed())
    if do == "propose":
        return _propose(reference, form)
    if do == "check":
        return _checked(reference, form)
    return see("desk.answer", reference=reference, done="save")


def _propose(reference: str, form: Any) -> ResponseReturnValue:
    try:
        with writing():
            answers.submit_answer(case_for(current_actor(), reference), actor=current_actor(),
                                  override=form.override.data)
        return see("desk.inbox", done="propose_answer")
    except BadInput:
        return _checked(reference, form, refused=True), 422
    except ReasonMissing:
        form.override.errors = [str(_l("Mend the notes above, or write here why the answer is right as it is."))]
        return _checked(reference, form, refused=True), 422
    except CLASHES as error:  # the draft is saved; only the step was not possible
        return conflict(case_for(current_actor(), reference), error, typed=form.typed())


def _checked(reference: str, form: Any, *, refused: bool = False) -> str:
    case = case_for(current_actor(), reference)
    return _page(case, form, seen=answers.draft_mark(answers.newest(case)), checked=True, refused=refused)


def _data(draft: Answer | None) -> dict[str, Any]:
    """What the form starts with: the draft, or the version that was returned, to be written better."""
    if draft is None:
        return {}
    return {"outcome": draft.outcome, "due_on": draft.due_on, **{part: getattr(draft, part) for part in PARTS},
            **{f"point_{p.n}": p.text for p in draft.points}}


def _page(case: Case, form: Any, *, seen: str, checked: bool = False, refused: bool = False,
          stale: bool = False) -> str:
    newest = answers.newest(case)
    found = answers.findings_of(case, newest) if checked and newest is not None else ()
    notes: dict[str, list[dict[str, Any]]] = {}
    for raw in found:
        notes.setdefault(f"point_{raw.point}" if raw.point else raw.field, []).append(
            finding_item(asdict(raw), newest))
    versions = versions_of(case)
    reviews = reviews_of(versions)
    reasons = {n.id: n.body for n in notes_of(case, kinds=("reason",))}
    clocks = clocks_of([case.id], ["total", "redo", "handle"])
    calendar = load_calendar()
    return render_template(
        "desk/answer.html", case=case, form=form, seen=seen, checked=checked, refused=refused,
        points=[{"n": p.n, "text": point_text(p, original=False)} for p in case.points],
        boxes=boxes(form, case.points), notes=notes, blocked=any(f.blocking for f in found),
        stale=stale, theirs=_kept(newest) if stale and newest is not None else [],
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        returned=[{"version": v.version, "lines": review_lines(
            [r for r in reviews[v.id] if r.action in ("return", "send_back")], reasons)} for v in versions
                  if v.round == case.round and {"return", "send_back"} & {r.action for r in reviews[v.id]}][:3])


def _kept(newest: Answer) -> list[dict[str, str]]:
    """The draft that the other window saved, part by part."""
    rows = [*structured_rows(newest),
            *({"term": gettext("Point %(number)s", number=p.n), "value": p.text} for p in newest.points)]
    return [row for row in rows if row["value"]]
