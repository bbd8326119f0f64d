"""The answer exactly as the citizen will get it: for the officer before sending, for the head before approving."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Permission, reads_original
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.queries.commitments import would_be
from feedback.queries.history import timeline
from feedback.queries.lateness import run_out, with_answer
from feedback.queries.visibility import facts_of
from feedback.services import answers, apologies
from feedback.web.casework import changes, pairs, review_lines, structured_rows
from feedback.web.conflict import conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.signing import SignForm
from feedback.web.forms import HouseForm
from feedback.web.guards import current_actor, requires
from feedback.web.late_words import LateFields, cause_name, start_with
from feedback.web.later_words import later_words
from feedback.web.reviewing import prior, review


@bp.get("/cases/<reference>/answer/preview")
@requires(Permission.CASE_DRAFT)
def preview(reference: str) -> ResponseReturnValue:
    """The saved draft, or the version on its way, as the tracking page will show it. Only for who writes it:
    anybody else, and a case without an answer, gets 409."""
    actor = current_actor()
    case = case_for(actor, reference)
    newest = answers.newest(case)
    if newest is None or case.officer_id != actor.person_id:
        return conflict(case, not_now(case, Action.PROPOSE_ANSWER))
    draft = newest.submitted_at is None
    return render_template(
        "desk/preview.html", case=case, sent=as_sent(case, newest), draft=draft,
        sorry=with_answer(case), cause_name=cause_name,
        unfilled=bool(answers.unfilled(newest)) if draft else False, promised=would_be(newest),
        back=url_for("desk.answer" if draft else "desk.case", reference=case.reference))


def as_sent(case: Case, answer: Answer) -> dict[str, Any]:
    """What the macro ``answer.as_sent`` takes, with the points as this reader may see them."""
    original = reads_original(current_actor(), facts_of(case))
    return {"rows": structured_rows(answer, english=False), "english": answer.english,
            "pairs": pairs(case, answer, original=original), "original": original}


def _late_part(case: Case, form: HouseForm) -> HouseForm | None:
    """The part for the head to fill in where the time ran out and nobody has apologised."""
    if isinstance(form, LateFields):
        return form
    due = run_out(case)
    return LateFields(None, data=start_with(case, due, with_answer(case))) if apologies.missing(case) else None


def approval_page(case: Case, word: Action, form: HouseForm) -> str:
    """The head's page: the points left open, why the sender objected, the answer as the citizen gets it with the
    reader's marks, why it was sent all the same, what changed since the version before, what was answered before;
    then the two choices. ``word`` is the one that was asked for. After two returns of the gate the head signs in
    person: a deputy reads, and can only send back."""
    newest, *earlier = versions_of(case)
    words = {n.id: n.body for n in notes_of(case, kinds=("reason", "override"))}
    before = next((v for v in earlier if v.round == newest.round), None)
    actor = current_actor()
    original = reads_original(actor, facts_of(case))
    shown = review(case, newest, original=original, english=False)
    sent = {"rows": shown["rows"], "english": newest.english, "pairs": shown["pairs"], "original": original}
    signs = answers.signs_in_person(case)
    return render_template(
        "desk/approval.html", case=case, sorry=with_answer(case), cause_name=cause_name,
        late=_late_part(case, form),
        word=word, form=form, sent=sent,
        added=later_words(case, timeline(case.id), original=original), shown=shown,
        prior=prior(actor, case, newest), may_sign=not signs or answers.may_sign(case, actor),
        sign=(form if isinstance(form, SignForm) else SignForm()) if signs else None,
        promised=would_be(newest), why_sent=words.get(newest.override_note_id or 0, ""), before=before,
        changed=changes(before, newest) if before else [],
        lines=review_lines(reviews_of([before])[before.id], words) if before else [])
