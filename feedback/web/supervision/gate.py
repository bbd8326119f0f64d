"""The gate: every answer is read here before the citizen gets it (design §13.6)."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.conflicts import About, levels_of
from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action, State, find_move
from feedback.domain.permissions import Permission, acting_role, reads_original
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import PAGE, Page, case_for, case_list, notes_of, reviews_of, versions_of
from feedback.queries.commitments import would_be
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.duplicates import Sameness, twins
from feedback.queries.gate import reads_closely
from feedback.queries.history import timeline
from feedback.queries.lateness import run_out, with_answer
from feedback.queries.visibility import facts_of
from feedback.services import answers, verdicts
from feedback.web.case_columns import case_columns
from feedback.web.casework import changes, due_row, pairs, review_lines, structured_rows
from feedback.web.conflict import CLASHES, MOVED, conflict
from feedback.web.csv_lists import BATCH, csv_wanted, every_page, send_csv
from feedback.web.guards import current_actor, requires
from feedback.web.late_words import FAULTS, LateFields, cause_name, start_with
from feedback.web.later_words import later_words
from feedback.web.numbers import shown_version
from feedback.web.redirects import see
from feedback.web.reviewing import prior, review
from feedback.web.supervision import bp
from feedback.web.supervision.verdict_form import VerdictForm, verdict_form

SAME = {
    Sameness.DOSSIER: _l("the same dossier number"),
    Sameness.CONTACT: _l("the same telephone number or e-mail"),
    Sameness.WORDS: _l("nearly the same words"),
}
DECISIONS = {Action.RELEASE.value: Action.RELEASE, Action.RETURN.value: Action.RETURN}


@bp.get("/gate")
@requires(Permission.CASE_GATE)
def gate() -> ResponseReturnValue:
    """Answers that wait to be read: those for close reading, then those for a quick look, each most urgent first;
    25 a page by key ``after``. ``format=csv``: as a file."""
    actor = current_actor()

    def rows(after: str | None, size: int = PAGE) -> Page:
        return case_list(actor, states=[State.GATE_REVIEW.value], holder_kinds=("gate",), after=after, size=size,
                         first=reads_closely())

    if csv_wanted(request.args):
        return send_csv("gate", case_columns(_l("The gate's clock")), every_page(lambda after: rows(after, BATCH)))
    page = rows(request.args.get("after"))
    parts = {close: Page([row for row in page.rows if row.first is close], after=None) for close in (True, False)}
    return render_template("supervision/gate.html", page=page, closely=parts[True], quickly=parts[False],
                           older_url=url_for("supervision.gate", after=page.after) if page.after else "")


@bp.route("/cases/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def read(reference: str) -> ResponseReturnValue:
    """Points, answer with its marks, earlier versions and what was answered before in one view; the verdict; send
    it, or return it with reasons.

    For the coordinating office; for the leader only where a conflict of interest took that office out (else 403).
    POST ``decision`` release or return (with ``why`` and ticked ``codes``), ``level``, ``flag_<place>`` right or
    wrong and ``missed``, required where the answer is read closely (422), ``version`` as shown: a case that has
    changed meanwhile answers 409 with what was typed, and so does whoever wrote an answer to it.
    """
    actor = current_actor()
    case = case_for(actor, reference)
    if not reads_original(actor, facts_of(case)):
        abort(403)
    typed = [(str(VerdictForm().why.label.text), request.form.get("why", ""))]
    if case.state != State.GATE_REVIEW.value:
        return conflict(case, MOVED, typed=typed)
    if request.method == "GET":
        return _page(case)
    if not _may(case):
        return conflict(case, "drafter" if _had_a_hand(case) else "role", typed=typed)
    decision = DECISIONS.get(request.form.get("decision", ""))
    if decision is None:
        abort(400)
    version = shown_version(request.form)
    if version != case.version:  # the verdict was about another text: nothing of it is carried over to this one
        return conflict(case, MOVED, typed=typed)
    newest = versions_of(case)[0]
    form = verdict_form(newest, review(case, newest, original=True)["findings"], request.form)
    late = LateFields(request.form)
    if not form.judge(newest, decision) or not late.validate():
        return _page(case, form, late), 422
    try:
        with writing():
            _decide(case_for(actor, reference), decision, form, version, late)
    except BadInput as fault:
        late.fail(fault, FAULTS)
        return _page(case_for(actor, reference), form, late), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    # The leader, who decides here by way of exception, has no gate of their own to go back to.
    return see("supervision.gate" if actor.can(Permission.CASE_GATE) else "supervision.overview",
               done=decision.value)


def _decide(case: Case, decision: Action, form: VerdictForm, version: int, late: LateFields) -> None:
    said = form.said()
    if decision is Action.RELEASE:
        answers.release(case, actor=current_actor(), said=said, sorry=late.sorry(), expected_version=version)
        return
    newest = answers.newest(case)
    codes = verdicts.reasons_of(newest, request.form.getlist("codes"), said) if newest else []
    answers.return_answer(case, actor=current_actor(), why=form.why.data or "", codes=codes, said=said,
                          expected_version=version)


def _may(case: Case) -> bool:
    """Whether this person may decide: whoever wrote or approved an answer may not, nor the coordinating office
    where it is in conflict (design §7)."""
    move = find_move(Action.RELEASE, State.GATE_REVIEW)
    return acting_role(current_actor(), move, facts_of(case)) is not None


def _late_part(case: Case, form: LateFields | None) -> LateFields | None:
    """Where the sender's time ran out here and nobody has apologised: the province office does."""
    due, row = run_out(case), with_answer(case)
    if due is None or (row is not None and row.signed_at is not None):
        return None
    if form is not None and form.sorry() is not None:
        return form
    started = LateFields(None, data=start_with(case, due, row))
    if form is not None and form.errors:  # the page before had no such part
        started.late_reason.errors = [str(FAULTS["late_reason", "missing"])]
    return started


def _had_a_hand(case: Case) -> bool:
    """Whether this person wrote or approved an answer to the case."""
    facts = facts_of(case)
    return current_actor().person_id in facts.drafter_ids | facts.approver_ids


def _page(case: Case, form: VerdictForm | None = None, late: LateFields | None = None) -> str:
    actor = current_actor()
    versions = versions_of(case)
    reviews = reviews_of(versions)
    notes = {n.id: n.body for n in notes_of(case, kinds=("reason", "override"))}
    calendar = load_calendar()
    clocks = clocks_of([case.id], ["total", "gate"])
    newest, earlier = versions[0], versions[1:]
    shown = review(case, newest, original=True)
    form = form or verdict_form(newest, shown["findings"])
    returned = sum(review_.action == Action.RETURN.value for version in versions if version.round == case.round
                   for review_ in reviews[version.id])
    return render_template(
        "supervision/read.html", case=case, sorry=with_answer(case), cause_name=cause_name,
        late=_late_part(case, late),
        form=form, may=_may(case), had_a_hand=_had_a_hand(case),
        closely=newest.close_reading, added=later_words(case, timeline(case.id), original=True),
        moved_up=About.OFFICE in levels_of(case.moved_up), shown=shown, returned=returned,
        signed=[notes[r.note_id] for r in reviews[newest.id]
                if r.action == Action.APPROVE.value and r.note_id in notes],
        promised=would_be(newest), why_sent=notes.get(newest.override_note_id or 0, ""),
        codes=[{"code": code, "ticked": not form.errors or code in request.form.getlist("codes")}
               for code in sorted({f["code"] for f in shown["findings"]})],
        clocks=[due_row(as_due(row, calendar)) for row in clocks.values() if row.stopped_at is None],
        earlier=[{"answer": v, "pairs": pairs(case, v, original=True), "rows": structured_rows(v),
                  "reviews": review_lines(reviews[v.id], notes), "changes": changes(v, newest)} for v in earlier],
        sent={"rows": structured_rows(newest, english=False), "english": newest.english,
              "pairs": pairs(case, newest, original=True)},
        prior=prior(actor, case, newest),
        repeats=[{"reference": one.reference, "state": one.state,
                  "same": ", ".join(str(SAME[why]) for why in one.why)} for one in twins(actor, [case])[case.id]])
