"""Writing an answer: one box a point and the structured parts, read before it is sent."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.errors import BadInput, OutOfReach, ReasonMissing, StaleEdit
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.history import timeline
from feedback.queries.lateness import form_ready, with_answer
from feedback.services import answers, apologies, text_blocks
from feedback.web.casework import due_row, point_text, review_lines, structured_rows
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.answer_form import boxes_for_blocks, form_for, insert, text_of
from feedback.web.desk.away import not_with_you
from feedback.web.desk.points import boxes
from feedback.web.desk.reading_notes import INSERT, place_for, reading_of, something_typed
from feedback.web.guards import current_actor, requires
from feedback.web.late_words import FAULTS, start_with
from feedback.web.later_words import later_words
from feedback.web.numbers import whole
from feedback.web.paper_words import answer_items
from feedback.web.redirects import see


@bp.route("/cases/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.CASE_DRAFT)
def answer(reference: str) -> ResponseReturnValue:
    """The officer's page, with what the reader says of the draft. ``do``: save, check, insert (a text ``block`` at
    the end of the box ``into``), insert_place:<box>:<reason> (what is missing, to be filled in), preview or
    propose. When another window saved meanwhile: 409 with both texts, and nothing is overwritten; when the case
    went on: 409 with what was typed; when it is out of reach now: 404, with what was typed."""
    try:
        return _answer(reference)
    except OutOfReach:
        if request.method == "GET":
            raise
        return not_with_you(request.form)


def _answer(reference: str) -> ResponseReturnValue:
    actor = current_actor()
    case = case_for(actor, reference)
    draft = answers.newest(case)
    form = form_for(case, request.form if request.method == "POST" else None, draft)
    if case.state != State.IN_PROGRESS.value or case.officer_id != actor.person_id:
        return conflict(case, not_now(case, Action.PROPOSE_ANSWER),
                        typed=form.typed() if request.method == "POST" else ())
    if request.method == "GET":
        return _page(case, form, seen=answers.draft_mark(draft))
    seen, do = request.form.get("seen", ""), request.form.get("do", "save")
    place = place_for(do, case) if do.startswith(INSERT) else None
    if not form.validate() or (do == "insert" and not _insert(form, case)) or (
            place and not insert(form, into=place[0], body=place[1])):
        return _page(case, form, seen=seen, read=False), 422
    try:
        with writing():
            case = case_for(actor, reference)
            kept = answers.save_draft(case, text_of(form, case), actor=actor, seen=seen)
            if (sorry := form.sorry()) is not None:
                apologies.keep_draft(case, kept, sorry, actor=actor)
    except StaleEdit:
        case = case_for(actor, reference)
        return _page(case, form, seen=answers.draft_mark(answers.newest(case)), stale=True), 409
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=form.typed())
    if do == "propose":
        return _propose(reference, form)
    if do in ("check", "enter"):
        return _checked(reference, form)
    if do == "preview":
        return see("desk.preview", reference=reference, done="save")
    if do == "insert":
        return see("desk.answer", reference=reference, done="inserted", _anchor=request.form.get("into", ""))
    if place:
        return see("desk.answer", reference=reference, done="place_inserted", _anchor=place[0])
    return see("desk.answer", reference=reference, done="save")


def _insert(form: Any, case: Case) -> bool:
    """Put the chosen block into the chosen box of the form."""
    into, person_id = request.form.get("into", ""), current_actor().person_id
    chosen = whole(request.form.get("block", ""))
    if chosen is None or person_id is None or into not in {box["value"] for box in boxes_for_blocks(form, case)}:
        return True  # nothing was chosen: saving is all there is to do
    return insert(form, into=into, body=text_blocks.own(chosen, person_id=person_id).body)


def _propose(reference: str, form: Any) -> ResponseReturnValue:
    try:
        with writing():
            answers.submit_answer(case_for(current_actor(), reference), actor=current_actor(),
                                  override=form.override.data)
        return see("desk.inbox", done="propose_answer")
    except BadInput as error:
        if error.code == "unfilled":
            return _unfilled(reference, form), 422
        if (error.field, error.code) in FAULTS:
            form.fail(error, FAULTS)
            return _late(reference, form), 422
        return _checked(reference, form, refused=True), 422
    except ReasonMissing:
        form.override.errors = [str(_l("Mend the notes above, or write here why the answer is right as it is."))]
        return _checked(reference, form, refused=True), 422
    except CLASHES as error:  # the draft is saved; only the step was not possible
        return conflict(case_for(current_actor(), reference), error, typed=form.typed())


def _late(reference: str, form: Any) -> str:
    """The page with a message at the part about lateness; the draft is saved."""
    case = case_for(current_actor(), reference)
    return _page(case, form, seen=answers.draft_mark(answers.newest(case)))


def _unfilled(reference: str, form: Any) -> str:
    """The page with a message at each box in which a place of a text block is still to be filled in."""
    case = case_for(current_actor(), reference)
    draft = answers.newest(case)
    assert draft is not None  # it was saved a moment ago
    for field, places in answers.unfilled(draft).items():
        form[field].errors = [ngettext(
            "Saved, not sent: a place is still to be filled in: %(places)s.",
            "Saved, not sent: places are still to be filled in: %(places)s.",
            len(places), places=", ".join(f"“{place}”" for place in places))]
    return _page(case, form, seen=answers.draft_mark(draft))


def _checked(reference: str, form: Any, *, refused: bool = False) -> str:
    case = case_for(current_actor(), reference)
    return _page(case, form, seen=answers.draft_mark(answers.newest(case)), checked=True, refused=refused)


def _page(case: Case, form: Any, *, seen: str, checked: bool = False, refused: bool = False,
          stale: bool = False, read: bool = True) -> str:
    newest = answers.newest(case)
    reading = reading_of(form, case, compared=True) if checked or (read and something_typed(form)) else None
    versions = versions_of(case)
    reviews = reviews_of(versions)
    reasons = {n.id: n.body for n in notes_of(case, kinds=("reason",))}
    clocks = clocks_of([case.id], ["total", "redo", "handle"])
    due = form_ready(case)
    if due is not None and not form.late_text.data:  # the page before had no such part: start it
        for name, value in start_with(case, due, with_answer(case)).items():
            form[name].data = form[name].data or value
    calendar = load_calendar()
    person_id = current_actor().person_id
    assert person_id is not None  # the guard let only staff in
    return render_template(
        "desk/answer.html", case=case, form=form, seen=seen, checked=checked, refused=refused,
        points=[{"n": p.n, "text": point_text(p, original=False)} for p in case.points],
        boxes=boxes(form, case.points), reading=reading, papers=answer_items(case, form) if reading else [],
        late_due=due, late_now=due is not None and clock.now() > due.due_at, stale=stale,
        theirs=_kept(newest) if stale and newest is not None else [],
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        added=later_words(case, timeline(case.id), original=False),
        blocks=text_blocks.of_person(person_id), block_boxes=boxes_for_blocks(form, case),
        versions=len(versions) + (1 if newest is not None and newest.submitted_at is None else 0),
        returned=[{"version": v.version, "lines": review_lines(
            [r for r in reviews[v.id] if r.action in ("return", "send_back")], reasons)} for v in versions
                  if v.round == case.round and {"return", "send_back"} & {r.action for r in reviews[v.id]}][:3])


def _kept(newest: Answer) -> list[dict[str, str]]:
    """The draft that the other window saved, part by part."""
    rows = [*structured_rows(newest),
            *({"term": gettext("Point %(number)s", number=p.n), "value": p.text} for p in newest.points)]
    return [row for row in rows if row["value"]]
