"""One instruction as the office sees it: its story, and the word on a report."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach, ReasonMissing, StaleEdit
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries import instructions as asked
from feedback.queries.instructions import Shown, Standing
from feedback.services import instructions
from feedback.services.instructions import EmptyReport
from feedback.web.forms import HouseForm, ReasonForm
from feedback.web.guards import current_actor, requires
from feedback.web.instruction_words import (
    STANDINGS,
    WORDS,
    BackForm,
    ReportForm,
    WordsForm,
    due_of,
    reasons,
    shown_entry,
    story,
    trouble,
    typed_words,
)
from feedback.web.redirects import see
from feedback.web.supervision import bp

DONE = {"accept": "instruction_accepted", "send_back": "instruction_sent_back",
        "withdraw": "instruction_withdrawn", "note": "instruction_note", "report": "instruction_reported"}


@bp.route("/instructions/<int:instruction_id>", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def instruction(instruction_id: int) -> ResponseReturnValue:
    """One instruction. POST ``decision``: accept, send_back or withdraw (with ``why``), note (with ``text``), or
    report (where a head in conflict gives way to this person); ``seen``: newest entry that the page showed. Out of
    reach: 404. Changed meanwhile, or one's own report: 409 with what was typed."""
    one = _one(instruction_id)
    if request.method == "GET":
        return _page(one)
    decision = request.form.get("decision", "")
    if decision not in DONE:
        abort(400)
    form = _form(decision)
    if form is not None and not form.validate():
        return _page(one, decision, form), 422
    try:
        with writing():
            _decide(instruction_id, decision)
    except (StaleEdit, MoveNotAllowed) as error:
        return _page(_one(instruction_id), decision, form, str(trouble(error))), 409
    except EmptyReport as empty:
        assert isinstance(form, ReportForm)
        form.text.errors = reasons(empty)
        return _page(_one(instruction_id), decision, form), 422
    except (BadInput, ReasonMissing) as error:
        assert form is not None  # without words nothing can be wrong with them
        form.fail(error, WORDS)
        return _page(_one(instruction_id), decision, form), 422
    return see("supervision.instruction", instruction_id=instruction_id, done=DONE[decision])


def _form(decision: str) -> HouseForm | None:
    kinds: dict[str, type[HouseForm]] = {"send_back": ReasonForm, "withdraw": BackForm, "note": WordsForm,
                                         "report": ReportForm}
    return kinds[decision](request.form) if decision in kinds else None


def _decide(instruction_id: int, decision: str) -> None:
    actor, seen, why = current_actor(), shown_entry(), request.form.get("why", "")
    if decision == "accept":
        instructions.accept(instruction_id, actor=actor, seen=seen)
    elif decision == "send_back":
        instructions.send_back(instruction_id, actor=actor, why=why, seen=seen)
    elif decision == "withdraw":
        instructions.withdraw(instruction_id, actor=actor, why=why, seen=seen)
    elif decision == "note":
        instructions.note(instruction_id, actor=actor, text=request.form.get("text", ""))
    else:
        instructions.report(instruction_id, actor=actor, text=request.form.get("text", ""),
                            anyway=request.form.get("anyway", ""), seen=seen)


def _one(instruction_id: int) -> Shown:
    actor = current_actor()
    one = asked.one(asked.overseen(actor), actor, instruction_id)
    if one is None:
        raise OutOfReach("no such instruction")
    return one


def _page(one: Shown, decision: str = "", form: HouseForm | None = None, trouble_words: str = "") -> str:
    actor, facts = current_actor(), instructions.facts_about(one.row)
    may = instructions.issuing_role(actor, facts) is not None
    decides = instructions.deciding_role(actor, one.row, facts) is not None
    told, newest = story(one)
    running = one.row.ended_at is None
    return render_template(
        "supervision/instruction.html", one=one, due=due_of(one), standing=STANDINGS[one.standing], story=told,
        seen=newest, trouble=trouble_words, typed=typed_words() if trouble_words else "",
        wrong=form if form is not None and form.errors else None,
        may_judge=decides and one.standing is Standing.REPORTED, may_withdraw=decides and running,
        report=form if decision == "report" and form else ReportForm()
        if one.standing in (Standing.OPEN, Standing.LATE)
        and instructions.reporting_role(actor, one.row, facts) is not None else None,
        back=form if decision == "send_back" and form else ReasonForm(),
        away=form if decision == "withdraw" and form else BackForm(),
        note=form if decision == "note" and form else WordsForm(), may_note=may)
