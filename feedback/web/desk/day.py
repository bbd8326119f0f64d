"""The day of an officer, and of an agency's head with their team: what presses, in the order of reading it."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext

from feedback.domain.lifecycle import State
from feedback.domain.permissions import Permission
from feedback.domain.roles import Role
from feedback.queries.cases import Page, case_list
from feedback.queries.dashboards import Moment, this_moment
from feedback.queries.day import Asked, contributions, day, owed_by_head, promises_due, tomorrow_of
from feedback.queries.deadlines import Due
from feedback.web.desk import bp
from feedback.web.guards import current_actor, requires
from feedback.web.morning import morning_page


@bp.get("/day")
@requires(Permission.CASE_READ)
def my_day() -> str:
    """Late, due today, due the next working day, returned, supplied by the sender, parts of joint answers that are
    owed, promises due. A head sees the same of everybody within reach, and what waits for the head."""
    actor, at = current_actor(), this_moment()
    heads = Role.AGENCY_HEAD in actor.roles
    found = day(actor, at, team=heads)
    parts = [_part(gettext("Late"), found.late, late=True), _part(gettext("Due today"), found.today),
             _part(gettext("Due on the next working day"), found.tomorrow),
             _part(gettext("Came back from the province office, to be written anew"), found.returned),
             _part(gettext("The sender has answered the question"), found.supplied)]
    if heads:
        waiting = case_list(actor, states=[State.AGENCY_APPROVAL], holder_kinds=("approve",))
        parts.insert(1, _part(gettext("Answers that wait for your approval"), waiting.rows))
    owed = owed_by_head(actor) if heads else {}
    asked = [
        _asked(gettext("Parts of joint answers that other agencies wait for"), contributions(actor), at,
               "desk.contributions_owed", one="desk.contribution", id_name="contribution_id"),
        _asked(gettext("Instructions to report on"), owed.get("instructions", []), at, "desk.instructions",
               one="desk.instruction", id_name="instruction_id"),
        _asked(gettext("Explanations that you owe"), owed.get("explanations", []), at, "desk.explanations",
               one="desk.explanation", id_name="explanation_id", words=gettext("Why it became late")),
        _asked(gettext("Cases that other agencies want to pass to yours"), owed.get("transfers", []), at,
               "desk.transfers_offered", one="desk.transfer_offer", id_name="transfer_id",
               words=gettext("Take this case?")),
        _asked(gettext("Promises due"), [Asked(0, one.reference, one.line or gettext("the answer's own “by when”"),
                                               one.on) for one in promises_due(actor, at, team=heads)], at, "")]
    shown = [part for part in parts if part["page"].rows]
    return render_template(
        "desk/day.html", today=at.today, tomorrow=tomorrow_of(at), parts=shown,
        asked=[part for part in asked if part["rows"]], heads=heads, more=found.more,
        sum_words=", ".join(part["words"] for part in shown), load_url=url_for("desk.load") if heads else "")


@bp.get("/morning")
@requires(Permission.CASE_APPROVE)
def morning() -> str:
    """The morning sheet of the head's own tree of agencies, to print."""
    return morning_page(current_actor(), title=gettext("Morning sheet of your agency"),
                        back=url_for("desk.my_day"), back_label=gettext("My day"))


def _part(title: str, rows: Sequence[Any], *, late: bool = False) -> dict[str, Any]:
    return {"title": title, "page": Page(rows=rows, after=None), "late": late,
            "words": f"{len(rows)} {title[:1].lower()}{title[1:]}"}


def _asked(title: str, rows: Sequence[Asked], at: Moment, endpoint: str, *, one: str = "", id_name: str = "",
           words: str = "") -> dict[str, Any]:
    """Things that are no list of cases, each with its day and distance. ``endpoint``: the page of all of them;
    empty: each is dealt with on its case. ``one``: the page of one, whose id goes by ``id_name``. ``words``: what
    is asked where the row itself has no words."""
    return {
        "title": title, "url": url_for(endpoint) if endpoint else "",
        "rows": [{"reference": row.reference or "", "words": row.words or words, "due": _due(row, at),
                  "url": url_for(one, **{id_name: row.id}) if one
                  else url_for("desk.case", reference=row.reference) if row.reference else ""} for row in rows]}


def _due(one: Asked, at: Moment) -> Due | None:
    """The day as a clock that a page shows."""
    if one.due_on is None:
        return None
    days = at.calendar.working_days_between(at.today, one.due_on)
    state = "late" if one.due_on < at.today else "near" if days <= 2 else "running"
    return Due(kind="", state=state, on=one.due_on, days=abs(days), provisional=False, started_on=at.today,
               limit_id=None, paused_days=0)
