"""The gate: every answer is read here before the citizen gets it (design §13.6)."""

import json
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.domain.errors import ReasonMissing
from feedback.domain.lifecycle import Action, State, find_move
from feedback.domain.permissions import Permission, acting_role
from feedback.extensions import writing
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, case_list, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.gate import close_reading_ids
from feedback.queries.visibility import facts_of
from feedback.services import answers
from feedback.web.casework import (
    due_row,
    field_name,
    kept_findings,
    pairs,
    review_lines,
    structured_rows,
)
from feedback.web.conflict import CLASHES, MOVED, conflict
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version
from feedback.web.redirects import see
from feedback.web.supervision import bp

WORDS = {("why", "missing"): _l("Write the reason, so that everyone can follow it later.")}
PARTS = ("outcome", "found", "done", "owner", "due_on", "ground", "next_step")


@bp.get("/gate")
@requires(Permission.CASE_GATE)
def gate() -> str:
    """Answers that wait to be read, most urgent first; those for close reading are marked."""
    page = case_list(current_actor(), states=[State.GATE_REVIEW.value], holder_kinds=("gate",),
                     after=request.args.get("after"))
    closely = close_reading_ids([row.case.id for row in page.rows])
    return render_template("supervision/gate.html", page=page, closely=closely,
                           older_url=url_for("supervision.gate", after=page.after) if page.after else "")


@bp.route("/cases/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.CASE_GATE)
def read(reference: str) -> ResponseReturnValue:
    """Points, answer, findings and earlier versions in one view; send it, or return it with reasons.

    POST ``decision`` release or return (with ``why`` and ticked ``codes``), ``version`` as shown: a case that has
    changed meanwhile answers 409 with what was typed, and so does whoever wrote an answer to it.
    """
    actor = current_actor()
    case = case_for(actor, reference)
    typed = [(str(ReasonForm().why.label.text), request.form.get("why", ""))]
    if case.state != State.GATE_REVIEW.value:
        return conflict(case, MOVED, typed=typed)
    if request.method == "GET":
        return _page(case, ReasonForm())
    if not _may(case):
        return conflict(case, "drafter", typed=typed)
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
    return see("supervision.gate", done=decision)


def _decide(case: Case, decision: str, form: ReasonForm, version: int | None) -> None:
    if decision == "release":
        answers.release(case, actor=current_actor(), expected_version=version)
    else:
        answers.return_answer(case, actor=current_actor(), why=form.why.data or "", expected_version=version,
                              codes=_known(request.form.getlist("codes"), case))


def _may(case: Case) -> bool:
    """Whether this person may decide: whoever wrote an answer to the case may not (design §7)."""
    move = find_move(Action.RELEASE, State.GATE_REVIEW)
    return acting_role(current_actor(), move, facts_of(case)) is not None


def _known(ticked: list[str], case: Case) -> list[str]:
    newest = answers.newest(case)
    found = {raw["code"] for raw in json.loads(newest.findings)} if newest else set()
    return sorted(found & set(ticked))


def _page(case: Case, form: ReasonForm) -> str:
    versions = versions_of(case)
    reviews = reviews_of(versions)
    notes = {n.id: n.body for n in notes_of(case, kinds=("reason", "override"))}
    calendar = load_calendar()
    clocks = clocks_of([case.id], ["total", "gate"])
    newest, earlier = versions[0], versions[1:]
    found = kept_findings(newest)
    return render_template(
        "supervision/read.html", case=case, form=form, may=_may(case),
        pairs=[{**pair, "notes": [f for f in found if f["point"] == pair["number"]]}
               for pair in pairs(case, newest, original=True)],
        rows=structured_rows(newest), notes=[f for f in found if not f["point"]], clear=not found,
        why_sent=notes.get(newest.override_note_id or 0, ""), codes=sorted({f["code"] for f in found}),
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        earlier=[{"answer": v, "pairs": pairs(case, v, original=True), "rows": structured_rows(v),
                  "reviews": review_lines(reviews[v.id], notes), "changed": changed(v, newest)} for v in earlier])


def changed(before: Answer, after: Answer) -> list[str]:
    """The names of the parts whose words differ between two versions."""
    texts: list[dict[int, Any]] = [{p.n: p.text for p in answer.points} for answer in (before, after)]
    return [*(gettext("Point %(number)s", number=n) for n in sorted(texts[0].keys() | texts[1].keys())
              if texts[0].get(n, "") != texts[1].get(n, "")),
            *(field_name(part) for part in PARTS if getattr(before, part) != getattr(after, part))]
