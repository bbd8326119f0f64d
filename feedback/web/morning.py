"""The morning sheet as a page: one sheet of paper for who begins the day, the same for the province and for an
agency's head, each of their own reach."""

from typing import Any

from flask import render_template
from flask_babel import gettext

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.queries.dashboard_counts import COUNTED
from feedback.queries.dashboards import this_moment
from feedback.queries.morning import AtAgency, sheet
from feedback.web.filters import name_of
from feedback.web.language import current_language


def morning_page(actor: Actor, *, title: str, back: str, back_label: str) -> str:
    """The sheet of this actor's reach. ``back``: the address of the desk it belongs to."""
    at = this_moment()
    found = sheet(actor, at)
    return render_template(
        "desk/morning.html", title=title, back=back, back_label=back_label, now=at.now, today=at.today,
        sheet=found,
        agencies=[_line(one) for one in found.agencies],
        late=sum(one.late for one in found.agencies), due=sum(one.today for one in found.agencies),
        unopened_words=up_to(found.unopened_count), instruction_words=up_to(found.instruction_count),
        instructions=[{"agency": name_of(agency), "due_on": row.due_on, "body": _short(row.body),
                       "past": row.due_on < at.today,
                       "days": max(0, at.calendar.working_days_between(row.due_on, at.today))}
                      for row, agency in found.instructions],
        changes=_changes(found.changes), since=clock.local_date(found.since))


def up_to(number: int) -> str:
    """A number that was counted up to ``COUNTED``, in words."""
    if number <= COUNTED:
        return str(number)
    return gettext("more than %(number)s", number="1.000" if current_language() == "vi" else "1,000")


def _line(one: AtAgency) -> dict[str, Any]:
    return {"name": name_of(one.agency) if one.agency else gettext("no agency yet"), "today": one.today,
            "late": one.late}


def _short(text: str) -> str:
    """The first words of an instruction: the sheet has one line for each."""
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89].rstrip()}…"


def _changes(found: Any) -> list[dict[str, Any]]:
    words = {
        "received": gettext("received"), "answered": gettext("answered"),
        "became_late": gettext("became late and are open"), "returned": gettext("answers returned as vague"),
        "passed_on": gettext("passed on to another agency"),
        "came_back": gettext("came back: objection or promise"),
    }
    return [{"term": words[name], "value": up_to(found[name])} for name in words]
