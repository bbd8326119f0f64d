"""Limits in words: their names, how long they are, what starts them, for which cases they hold."""

from datetime import date

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.domain.agencies import Tier
from feedback.domain.calendar import Unit
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.limits import Only
from feedback.extensions import db
from feedback.models.agencies import Procedure
from feedback.models.deadlines import Limit
from feedback.web.filters import date_words, name_of
from feedback.web.labels import EVENT_LINES, label

LIMIT_NAMES = {
    "total": _l("Answer to the citizen"),
    "receive": _l("First reading"),
    "transfer": _l("Giving it to the right agency"),
    "transfer_reply": _l("Reply of the agency that was named as competent"),
    "contribute": _l("Contribution of a second agency"),
    "extension": _l("Decision on a request for more time"),
    "explanation": _l("The head's explanation"),
    "handle": _l("Handling by the agency"),
    "supply": _l("Waiting for the sender"),
    "approve": _l("Approval by the head"),
    "gate": _l("Reading at the gate"),
    "redo": _l("Writing the answer again"),
    "publish": _l("Publication"),
    "instruction": _l("Instruction"),
    "objection": _l("Time to object to an answer"),
    "complaint_notice": _l("Complaint by law: notice that it is taken on"),
    "denunciation_check": _l("Denunciation by law: first check"),
    "denunciation_transfer": _l("Denunciation by law: passing it on"),
    "tell_submitter": _l("Telling the sender what became of it"),
}
STARTS = {"transfer_asked": _l("Somebody asked to pass the case on."),
          "contribution_asked": _l("A second agency was asked to contribute."),
          "extension_asked": _l("More time was asked for."), "escalated": _l("The ladder demanded it."),
          "approve_publication": _l("The publication was approved."), "instruct": _l("An instruction was given.")}
"""Events that start a limit and are no step of a case."""


def from_words(event: str) -> str:
    """What starts a limit: ``Phản ánh, kiến nghị đã được gửi.``"""
    return str(STARTS.get(event) or EVENT_LINES[event])


def length_words(amount: int, unit: Unit) -> str:
    """``15 ngày làm việc``."""
    return {
        Unit.WORKING_DAYS: ngettext("%(num)s working day", "%(num)s working days", amount),
        Unit.CALENDAR_DAYS: ngettext("%(num)s day", "%(num)s days", amount),
        Unit.WORKING_HOURS: ngettext("%(num)s working hour", "%(num)s working hours", amount),
    }[unit]


def cases_words(only: Only) -> list[str]:
    """For which cases a limit holds, one condition a line; empty for all of them."""
    lines = []
    if only.category is not None:
        lines.append(gettext("category: %(name)s", name=label(Category(only.category))))
    if only.case_kind is not None:
        lines.append(gettext("kind: %(name)s", name=label(CaseKind(only.case_kind))))
    if only.urgent is not None:
        lines.append(gettext("urgent") if only.urgent else gettext("not urgent"))
    if only.complex is not None:
        lines.append(gettext("complex") if only.complex else gettext("not complex"))
    if only.tier is not None:
        lines.append(gettext("handled by: %(name)s", name=label(Tier(only.tier))))
    if only.procedure_id is not None:
        row = db.session.get_one(Procedure, only.procedure_id)
        lines.append(gettext("procedure: %(name)s", name=name_of(row)))
    return lines


def version_words(row: Limit) -> str:
    """One version in a list: from which day (and to which), how long."""
    length = length_words(row.amount, Unit(row.unit))
    if row.valid_to is None:
        return gettext("from %(day)s: %(length)s", day=date_words(row.valid_from), length=length)
    return gettext("from %(day)s to %(last)s: %(length)s", day=date_words(row.valid_from),
                   last=date_words(row.valid_to), length=length)


def ended(row: Limit, today: date) -> bool:
    """Whether new clocks do not get this version any more."""
    return row.valid_to is not None and row.valid_to < today
