"""What the province instructed this agency to do: the list of its head, and one to report on."""

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach, StaleEdit
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries import instructions as asked
from feedback.queries.instructions import Filter, Show, Shown, Standing
from feedback.services import instructions as deeds
from feedback.services.instructions import EmptyReport
from feedback.web.csv_lists import BATCH, csv_wanted, every_page, send_csv
from feedback.web.desk import bp
from feedback.web.forms import HouseForm
from feedback.web.guards import current_actor, requires
from feedback.web.instruction_words import (
    COLUMNS,
    SHOWS,
    STANDINGS,
    WORDS,
    ReportForm,
    WordsForm,
    asked_show,
    due_of,
    reasons,
    rows,
    shown_entry,
    story,
    trouble,
    typed_words,
)
from feedback.web.redirects import see


@bp.get("/instructions", endpoint="instructions")
@requires(Permission.CASE_APPROVE)
def listed() -> ResponseReturnValue:
    """Instructions to one's agency and those below, 25 by key ``after``, for the head and who acts for them.
    ``show``: running, open, late, reported or ended; ``format=csv``: the list as a file."""
    actor = current_actor()
    by, who = Filter(show=asked_show(request.args.get("show", ""))), asked.addressed_to(actor)
    if csv_wanted(request.args):
        return send_csv("instructions", COLUMNS, every_page(
            lambda after: asked.listed(who, actor, by, after=after, size=BATCH)))
    page = asked.listed(who, actor, by, after=request.args.get("after"))
    kept = {"show": by.show.value} if by.show is not Show.RUNNING else {}
    return render_template(
        "desk/instructions.html", rows=rows(page), by=by,
        quick=[{"label": words, "current": by.show is show, "url": url_for(
            "desk.instructions", **({"show": show.value} if show is not Show.RUNNING else {}))}
            for show, words in SHOWS.items()],
        file_url=url_for("desk.instructions", format="csv", **kept),
        older_url=url_for("desk.instructions", after=page.after, **kept) if page.after else "")


@bp.route("/instructions/<int:instruction_id>", methods=["GET", "POST"])
@requires(Permission.CASE_APPROVE)
def instruction(instruction_id: int) -> ResponseReturnValue:
    """One instruction. POST ``decision``: report (``text``, and ``anyway`` where the reader finds no deed in it)
    or note (``text``). Another agency's: 404. Reported, ended or changed meanwhile: 409 with what was typed."""
    one = _one(instruction_id)
    if request.method == "GET":
        return _page(one)
    decision = request.form.get("decision", "")
    if decision not in ("report", "note"):
        abort(400)
    form = ReportForm(request.form) if decision == "report" else WordsForm(request.form)
    if not form.validate():
        return _page(one, form), 422
    try:
        with writing():
            if decision == "report":
                deeds.report(instruction_id, actor=current_actor(), text=request.form.get("text", ""),
                             anyway=request.form.get("anyway", ""), seen=shown_entry())
            else:
                deeds.note(instruction_id, actor=current_actor(), text=request.form.get("text", ""))
    except (StaleEdit, MoveNotAllowed) as error:
        return _page(_one(instruction_id), form, str(trouble(error))), 409
    except EmptyReport as empty:
        form.text.errors = reasons(empty)
        return _page(_one(instruction_id), form), 422
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(_one(instruction_id), form), 422
    return see("desk.instruction", instruction_id=instruction_id,
               done="instruction_reported" if decision == "report" else "instruction_note")


def _one(instruction_id: int) -> Shown:
    actor = current_actor()
    one = asked.one(asked.addressed_to(actor), actor, instruction_id)
    if one is None:
        raise OutOfReach("no such instruction")
    return one


def _page(one: Shown, form: HouseForm | None = None, trouble_words: str = "") -> str:
    told, newest = story(one)
    typed_report = form if isinstance(form, ReportForm) else None
    may = one.standing in (Standing.OPEN, Standing.LATE) and deeds.reporting_role(
        current_actor(), one.row, deeds.facts_about(one.row)) is not None
    return render_template(
        "desk/instruction.html", one=one, due=due_of(one), standing=STANDINGS[one.standing], story=told,
        seen=newest, trouble=trouble_words, typed=typed_words() if trouble_words else "",
        wrong=form if form is not None and form.errors else None,
        report=(typed_report or ReportForm()) if may else None,
        note=form if isinstance(form, WordsForm) else WordsForm())
