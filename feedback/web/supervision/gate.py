"""The gate: every answer is read here before the citizen gets it (design §13.6)."""

import json

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.errors import ReasonMissing
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, case_list, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.gate import close_reading_ids
from feedback.services import answers
from feedback.web.casework import due_row, kept_findings, pairs, review_lines, structured_rows
from feedback.web.forms import ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.redirects import see
from feedback.web.supervision import bp

WORDS = {("why", "missing"): _l("Write the reason, so that everyone can follow it later.")}


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
    changed meanwhile answers 409.
    """
    actor = current_actor()
    case = case_for(actor, reference)
    if case.state != State.GATE_REVIEW.value:
        abort(409)
    form = ReasonForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(case, form)
    decision, version = request.form.get("decision"), request.form.get("version", "")
    if decision not in ("release", "return"):
        abort(400)
    if decision == "return" and not form.validate():
        return _page(case, form), 422
    expected = int(version) if version.isdigit() else None
    try:
        with writing():
            case = case_for(actor, reference)
            if decision == "release":
                answers.release(case, actor=actor, expected_version=expected)
            else:
                answers.return_answer(case, actor=actor, why=form.why.data or "", expected_version=expected,
                                      codes=_known(request.form.getlist("codes"), case))
    except ReasonMissing as error:
        form.fail(error, WORDS)
        return _page(case_for(actor, reference), form), 422
    return see("supervision.gate", done=decision)


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
    return render_template(
        "supervision/read.html", case=case, form=form, newest=newest, pairs=pairs(case, newest, original=True),
        rows=structured_rows(newest), findings=kept_findings(newest),
        why_sent=notes.get(newest.override_note_id or 0, ""),
        codes=sorted({f["code"] for f in kept_findings(newest)}),
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        earlier=[{"answer": v, "pairs": pairs(case, v, original=True), "rows": structured_rows(v),
                  "reviews": review_lines(reviews[v.id], notes)} for v in earlier])
