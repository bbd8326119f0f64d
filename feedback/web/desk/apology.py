"""Telling the sender before the answer that it will be late: the apology with a new date; apologies on paper."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import clock
from feedback.domain.errors import BadInput, StaleEdit
from feedback.domain.letters import Posting
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.models.letters import Letter
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for
from feedback.queries.deadlines import as_due
from feedback.queries.lateness import apologies_of, before_answer, citizens_clock, form_ready
from feedback.queries.visibility import facts_of
from feedback.services import apologies, apology_letters
from feedback.services.letters import letters_of, record_posting
from feedback.web.apology_paper import apology_pdf
from feedback.web.casework import due_row
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.desk.letters import WRONG, LetterForm, Posted, PostingForm, rows_of_letters
from feedback.web.guards import current_actor, requires
from feedback.web.late_words import FAULTS, EarlyForm, cause_name, rows_of, start_with
from feedback.web.letter_paper import hand_out
from feedback.web.redirects import see


@bp.route("/cases/<reference>/apology", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def apology(reference: str) -> ResponseReturnValue:
    """The one apology before the answer of this round, from one working day before the due day on. POST ``do``:
    keep (for the head's signature), or sign (the head; the sender is told). ``seen``: the mark the page showed; a
    newer text answers 409 with what was typed, as does a step that is over or somebody else's. Who is neither
    officer nor head of the case: 404."""
    actor = current_actor()
    case = case_for(actor, reference)
    facts = facts_of(case)
    if not (apologies.reporting_role(actor, facts) or apologies.signing_role(actor, facts)):
        abort(404)
    if request.method == "GET":
        return _page(case, None)
    form = EarlyForm(request.form)
    if not form.validate():
        return _page(case, form), 422
    signed = request.form.get("do") == "sign"
    try:
        with writing():
            apologies.early(case_for(actor, reference), form.sorry(), actor=actor, signed=signed,
                            seen=request.form.get("seen", ""))
    except BadInput as fault:
        form.fail(fault, FAULTS)
        return _page(case_for(actor, reference), form), 422
    except StaleEdit:
        return _page(case_for(actor, reference), form, stale=True), 409
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=_typed(form))
    return see("desk.case", reference=reference, done="apology_signed" if signed else "apology_kept")


def _typed(form: EarlyForm) -> list[tuple[str, str]]:
    return [(str(field.label.text), str(field.data)) for field in form if field.data]


def _page(case: Case, form: EarlyForm | None, *, stale: bool = False) -> str:
    actor = current_actor()
    facts, row, total = facts_of(case), before_answer(case), citizens_clock(case)
    open_ = apologies.may_write_early(actor, case, facts)
    due = form_ready(case) if open_ else None
    form = form or EarlyForm(None, data=start_with(case, due, row, prefix=""))
    return render_template(
        "desk/apology.html", case=case, form=form, open=open_, seen=apologies.mark_of(row), stale=stale,
        theirs=[] if not stale or row is None else [
            {"term": str(form.cause.label.text), "value": cause_name(row.cause)},
            {"term": str(form.reason.label.text), "value": row.reason},
            {"term": str(form.text.label.text), "value": row.text}],
        drafted=row is not None and row.signed_at is None, signs=apologies.signing_role(actor, facts) is not None,
        told=rows_of(apologies_of(case.id)),
        clocks=[due_row(as_due(total, load_calendar()))] if total is not None and total.stopped_at is None else [])


@bp.route("/cases/<reference>/apologies/<int:apology_id>/letter", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def apology_letter(reference: str, apology_id: int) -> ResponseReturnValue:
    """Make an apology that the sender was told into a letter: number, date, signatory. 404 for any other."""
    case = case_for(current_actor(), reference)
    one = apology_letters.told(case, apology_id)
    form = LetterForm(request.form if request.method == "POST" else None, data={"dated_on": clock.today()})
    if request.method == "GET":
        return _letter_page(case, apology_id, form)
    if not form.validate():
        return _letter_page(case, apology_id, form), 422
    about: dict[str, Any] = {"number": form.number.data or "", "signatory": form.signatory.data or "",
                             "dated_on": form.dated_on.data}
    try:
        apology_letters.check(one, **about)
        pdf = apology_pdf(case, one, **about)
        with writing():
            case = case_for(current_actor(), reference)
            apology_letters.file_letter(case, apology_letters.told(case, apology_id), pdf, actor=current_actor(),
                                        **about)
    except BadInput as wrong:
        form.fail(wrong, WRONG)
        return _letter_page(case_for(current_actor(), reference), apology_id, form), 422
    return see("desk.apology_letter", reference=reference, apology_id=apology_id, done="letter_made")


@bp.get("/cases/<reference>/apology-letters/<letter_token>")
@requires(Permission.CASE_READ)
def apology_file(reference: str, letter_token: str) -> ResponseReturnValue:
    """One apology as PDF, to print. Never kept by browsers or proxies."""
    case = case_for(current_actor(), reference)
    return hand_out(case, _letter(case, letter_token))


@bp.post("/cases/<reference>/apologies/<int:apology_id>/letters/<letter_token>")
@requires(Permission.CASE_ACT)
def apology_posted(reference: str, apology_id: int, letter_token: str) -> ResponseReturnValue:
    """Record that an apology on paper left: on which day and how. Said twice: refused beside the field."""
    case = case_for(current_actor(), reference)
    found = _letter(case, letter_token)
    form = PostingForm(request.form)
    blank = LetterForm(None, data={"dated_on": clock.today()})
    if not form.validate():
        return _letter_page(case, apology_id, blank, posting=(found.id, form)), 422
    try:
        with writing():
            record_posting(_letter(case_for(current_actor(), reference), letter_token),
                           how=Posting(form.how.data), on=form.posted_on.data, actor=current_actor())
    except BadInput as wrong:
        form.fail(wrong, WRONG)
        return _letter_page(case_for(current_actor(), reference), apology_id, blank, posting=(found.id, form)), 422
    return see("desk.apology_letter", reference=reference, apology_id=apology_id, done="letter_posted")


def _letter(case: Case, letter_token: str) -> Letter:
    found = next((one for one in letters_of(case, kind=apology_letters.KIND) if one.token == letter_token), None)
    if found is None:
        abort(404)
    return found


def _letter_page(case: Case, apology_id: int, form: LetterForm, *, posting: Posted | None = None) -> str:
    def address(one: Letter) -> tuple[str, str]:
        names = {"reference": case.reference, "letter_token": one.token}
        return (url_for("desk.apology_file", **names),
                url_for("desk.apology_posted", apology_id=apology_id, **names))

    return render_template(
        "desk/apology_letter.html", case=case, form=form,
        shown=rows_of([apology_letters.told(case, apology_id)])[0],
        made=rows_of_letters(letters_of(case, kind=apology_letters.KIND), address, posting))
