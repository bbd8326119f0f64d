"""The gate: every answer is read here before the citizen gets it (design §13.6)."""

import json

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.conflicts import About, levels_of
from feedback.domain.errors import ReasonMissing
from feedback.domain.lifecycle import Action, State, find_move
from feedback.domain.permissions import Permission, acting_role, reads_original
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import PAGE, Page, case_for, case_list, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.duplicates import Sameness, twins
from feedback.queries.gate import close_reading_ids
from feedback.queries.history import timeline
from feedback.queries.similar_answers import similar_answers, words_of
from feedback.queries.visibility import facts_of
from feedback.services import answers
from feedback.web.case_columns import case_columns
from feedback.web.casework import (
    changes,
    due_row,
    kept_findings,
    pairs,
    review_lines,
    structured_rows,
)
from feedback.web.conflict import CLASHES, MOVED, conflict
from feedback.web.csv_lists import BATCH, csv_wanted, every_page, send_csv
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.later_words import later_words
from feedback.web.numbers import shown_version
from feedback.web.redirects import see
from feedback.web.supervision import bp

SAME = {
    Sameness.DOSSIER: _l("the same dossier number"),
    Sameness.CONTACT: _l("the same telephone number or e-mail"),
    Sameness.WORDS: _l("nearly the same words"),
}
WORDS = {("why", "missing"): _l("Write the reason, so that everyone can follow it later.")}


@bp.get("/gate")
@requires(Permission.CASE_GATE)
def gate() -> ResponseReturnValue:
    """Answers that wait to be read, most urgent first; those for close reading are marked. ``format=csv``: as a
    file."""
    actor = current_actor()

    def rows(after: str | None, size: int = PAGE) -> Page:
        return case_list(actor, states=[State.GATE_REVIEW.value], holder_kinds=("gate",), after=after, size=size)

    if csv_wanted(request.args):
        return send_csv("gate", case_columns(_l("The gate's clock")), every_page(lambda after: rows(after, BATCH)))
    page = rows(request.args.get("after"))
    closely = close_reading_ids([row.case.id for row in page.rows])
    return render_template("supervision/gate.html", page=page, closely=closely,
                           older_url=url_for("supervision.gate", after=page.after) if page.after else "")


@bp.route("/cases/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def read(reference: str) -> ResponseReturnValue:
    """Points, answer, findings, earlier versions and alike answers in one view; send it, or return it with
    reasons.

    For the coordinating office; for the leader only where a conflict of interest took that office out (else 403).
    POST ``decision`` release or return (with ``why`` and ticked ``codes``), ``version`` as shown: a case that has
    changed meanwhile answers 409 with what was typed, and so does whoever wrote an answer to it.
    """
    actor = current_actor()
    case = case_for(actor, reference)
    if not reads_original(actor, facts_of(case)):
        abort(403)
    typed = [(str(ReasonForm().why.label.text), request.form.get("why", ""))]
    if case.state != State.GATE_REVIEW.value:
        return conflict(case, MOVED, typed=typed)
    if request.method == "GET":
        return _page(case, ReasonForm())
    if not _may(case):
        return conflict(case, "drafter" if _had_a_hand(case) else "role", typed=typed)
    form = ReasonForm(request.form)
    decision = request.form.get("decision")
    if decision not in ("release", "return"):
        abort(400)
    if decision == "return" and not form.validate():
        return _page(case, form), 422
    try:
        with writing():
            _decide(case_for(actor, reference), decision, form, shown_version(request.form))
    except ReasonMissing as error:
        form.fail(error, WORDS)
        return _page(case_for(actor, reference), form), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    # The leader, who decides here by way of exception, has no gate of their own to go back to.
    return see("supervision.gate" if actor.can(Permission.CASE_GATE) else "supervision.overview", done=decision)


def _decide(case: Case, decision: str, form: ReasonForm, version: int | None) -> None:
    if decision == "release":
        answers.release(case, actor=current_actor(), expected_version=version)
    else:
        answers.return_answer(case, actor=current_actor(), why=form.why.data or "", expected_version=version,
                              codes=_known(request.form.getlist("codes"), case))


def _may(case: Case) -> bool:
    """Whether this person may decide: whoever wrote or approved an answer may not, nor the coordinating office
    where it is in conflict (design §7)."""
    move = find_move(Action.RELEASE, State.GATE_REVIEW)
    return acting_role(current_actor(), move, facts_of(case)) is not None


def _had_a_hand(case: Case) -> bool:
    """Whether this person wrote or approved an answer to the case."""
    facts = facts_of(case)
    return current_actor().person_id in facts.drafter_ids | facts.approver_ids


def _known(ticked: list[str], case: Case) -> list[str]:
    newest = answers.newest(case)
    found = {raw["code"] for raw in json.loads(newest.findings)} if newest else set()
    return sorted(found & set(ticked))


def _page(case: Case, form: ReasonForm) -> str:
    actor = current_actor()
    versions = versions_of(case)
    reviews = reviews_of(versions)
    notes = {n.id: n.body for n in notes_of(case, kinds=("reason", "override"))}
    calendar = load_calendar()
    clocks = clocks_of([case.id], ["total", "gate"])
    newest, earlier = versions[0], versions[1:]
    found = kept_findings(newest)
    return render_template(
        "supervision/read.html", case=case, form=form, may=_may(case), had_a_hand=_had_a_hand(case),
        closely=newest.close_reading, added=later_words(case, timeline(case.id), original=True),
        moved_up=About.OFFICE in levels_of(case.moved_up),
        pairs=[{**pair, "notes": [f for f in found if f["point"] == pair["number"]]}
               for pair in pairs(case, newest, original=True)],
        rows=structured_rows(newest), notes=[f for f in found if not f["point"]], clear=not found,
        why_sent=notes.get(newest.override_note_id or 0, ""),
        codes=[{"code": code, "ticked": request.method == "GET" or code in request.form.getlist("codes")}
               for code in sorted({f["code"] for f in found})],
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        earlier=[{"answer": v, "pairs": pairs(case, v, original=True), "rows": structured_rows(v),
                  "reviews": review_lines(reviews[v.id], notes), "changes": changes(v, newest)} for v in earlier],
        sent={"rows": structured_rows(newest, english=False), "english": newest.english,
              "pairs": pairs(case, newest, original=True)},
        alike=[{"reference": one.reference, "state": one.state, "percent": one.tenths * 10,
                "on": one.answer.released_at, "words": words_of(one.answer)}
               for one in similar_answers(actor, case, newest)],
        repeats=[{"reference": one.reference, "state": one.state,
                  "same": ", ".join(str(SAME[why]) for why in one.why)} for one in twins(actor, [case])[case.id]])
