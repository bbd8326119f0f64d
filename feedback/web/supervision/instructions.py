"""Instructions (chỉ đạo) as a list under filters, and a new one, filled in from where one comes."""

from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback import clock
from feedback.domain.errors import BadInput, NotPermitted
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries import instructions as asked
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.queries.cases import case_for
from feedback.queries.instructions import Filter, Show
from feedback.queries.visibility import facts_of
from feedback.services import instructions
from feedback.web.csv_lists import BATCH, csv_wanted, every_page, send_csv
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.instruction_words import COLUMNS, SHOWS, WORDS, IssueForm, asked_show, rows
from feedback.web.numbers import whole
from feedback.web.redirects import see
from feedback.web.supervision import bp


@bp.get("/instructions", endpoint="instructions")
@requires(Permission.CASE_OVERSEE)
def listed() -> ResponseReturnValue:
    """All instructions within reach, 25 by key ``after``. ``show``: running, open, late, reported or ended;
    ``agency`` with all below it; ``mine=1``: given by oneself; ``format=csv``: the list as a file."""
    actor = current_actor()
    mine = request.args.get("mine") == "1"
    by = Filter(show=asked_show(request.args.get("show", "")), agency_id=whole(request.args.get("agency", "")),
                issued_by_id=actor.person_id if mine else None)
    who = asked.overseen(actor)
    if csv_wanted(request.args):
        return send_csv("instructions", COLUMNS, every_page(
            lambda after: asked.listed(who, actor, by, after=after, size=BATCH)))
    page = asked.listed(who, actor, by, after=request.args.get("after"))
    kept = _kept(by, mine)
    return render_template(
        "supervision/instructions.html", rows=rows(page), by=by, mine=mine, chips=_chips(by, kept),
        counts=asked.counts(who), counted=asked.COUNTED, quick=_quick(by, kept),
        agencies=[{"value": str(a.id), "label": name_of(a)} for a in open_agencies()],
        new_url=url_for("supervision.new_instruction", **({"agency": by.agency_id} if by.agency_id else {})),
        file_url=url_for("supervision.instructions", format="csv", **kept),
        older_url=url_for("supervision.instructions", after=page.after, **kept) if page.after else "")


@bp.route("/instructions/new", methods=["GET", "POST"])
@requires(Permission.CASE_OVERSEE)
def new_instruction() -> ResponseReturnValue:
    """Give an instruction. GET ``case`` and ``agency`` fill it in; the day is filled in from the limit. A case out
    of reach: 404; one about which this person may not instruct: 403."""
    form = IssueForm(request.form if request.method == "POST" else None)
    case = _case(form.case.data if request.method == "POST" else request.args.get("case", ""))
    agencies = instructions.addressed(case) if case is not None else open_agencies()
    form.agency.choices = [("", gettext("Choose an agency")), *((str(a.id), name_of(a)) for a in agencies)]
    if request.method == "GET":
        form.case.data = case.reference if case is not None else ""
        holder = str(case.agency_id) if case is not None and case.agency_id is not None else ""
        form.agency.data = request.args.get("agency", "") or holder
        form.due_on.data = _usual_day()
        return _page(form, case)
    if not form.validate():
        return _page(form, case), 422
    try:
        with writing():
            row = instructions.issue(
                actor=current_actor(), agency_id=whole(form.agency.data or ""), body=form.body.data or "",
                due_on=form.due_on.data, case=_case(form.case.data))
            new_id = row.id
    except NotPermitted:
        abort(403)
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(form, case), 422
    return see("supervision.instruction", instruction_id=new_id, done="instructed")


def _case(reference: str | None) -> Case | None:
    """The case it is about. Out of reach, or one about which nobody may instruct: as the doors say."""
    if not reference:
        return None
    case = case_for(current_actor(), reference)
    if case.historical or instructions.issuing_role(current_actor(), facts_of(case)) is None:
        abort(403)
    return case


def _usual_day() -> date:
    """The day that the province's limit for instructions gives from today."""
    return load_calendar().add_working_days(clock.today(), limit_in_force("instruction", clock.today()).amount)


def _page(form: IssueForm, case: Case | None) -> str:
    return render_template("supervision/instruction_new.html", form=form, case=case)


def _kept(by: Filter, mine: bool) -> dict[str, str]:
    """The filter as it stands in an address."""
    given = {"show": by.show.value if by.show is not Show.RUNNING else "", "agency": str(by.agency_id or ""),
             "mine": "1" if mine else ""}
    return {name: value for name, value in given.items() if value}


def _quick(by: Filter, kept: dict[str, str]) -> list[dict[str, Any]]:
    """How they stand and whose they are: one click each, the other choices stay."""
    rest = {name: value for name, value in kept.items() if name != "show"}
    own = {name: value for name, value in kept.items() if name != "mine"}
    return [*({"label": words, "current": by.show is show, "url": url_for(
        "supervision.instructions", **rest, **({"show": show.value} if show is not Show.RUNNING else {}))}
        for show, words in SHOWS.items()),
        {"label": gettext("Only those I gave"), "current": "mine" in kept, "url": url_for(
            "supervision.instructions", **own, **({} if "mine" in kept else {"mine": "1"}))}]


def _chips(by: Filter, kept: dict[str, str]) -> list[dict[str, str]]:
    agency = agency_by_id(by.agency_id) if by.agency_id is not None else None
    if by.agency_id is None:
        return []
    rest = {name: value for name, value in kept.items() if name != "agency"}
    return [{"label": gettext("Agency"), "value": name_of(agency) if agency else gettext("unknown"),
             "remove_url": url_for("supervision.instructions", **rest)}]
