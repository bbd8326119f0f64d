"""The first numbers in words: a short name for each, what exactly is counted, and what the rule rests on."""

from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal, format_percent, gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.domain.first_numbers import FIGURES, RANKED_FROM, Scope
from feedback.domain.small_counts import FEW
from feedback.queries.first_numbers import Told

NAMES = {
    "received": _l("Complaints received"),
    "answered": _l("Answered so far"),
    "in_time": _l("Answered in time"),
    "extended": _l("In time after more time was given"),
    "overdue_now": _l("Overdue now"),
    "median_days": _l("Half answered within (days)"),
    "p90_days": _l("Nine of ten within (days)"),
    "returned_vague": _l("Returned as vague"),
    "passed_on": _l("Passed between agencies"),
    "objected": _l("Objected to"),
    "left_unanswered": _l("Ended without an answer"),
}
"""What stands above a column and on the buttons that sort."""


@dataclass(frozen=True)
class Meaning:
    """How a figure is defined for everybody. ``counted``: what it says; ``numerator`` and ``denominator``: what is
    divided by what; ``basis``: the rule behind it."""

    counted: Any
    numerator: Any
    denominator: Any
    basis: Any


_IN_PERIOD = _l("Complaints received in the twelve months.")
_DECREE_20 = _l("Decree 20/2008/NĐ-CP, article 9: what comes in is entered and classified.")
_DECISION_31 = _l("Decision 31/2021/QĐ-TTg, article 46: the office that coordinates publishes answers, and "
                  "returns those that do not fit the question.")
_OWN_LIMITS = _l("The law fixes no overall limit for the answer; the limits are the province's, each with its "
                 "source. The clock counts as Decree 61/2018/NĐ-CP and the Civil Code 2015, articles 147 and 148, "
                 "count.")

MEANINGS = {
    "received": Meaning(
        _l("Complaints whose day of receipt lies in the twelve months, whatever way they came. Each counts with "
           "the agency that has it now or answered it, and with every agency above that one."),
        _IN_PERIOD, _l("All complaints that the province received in the same months."), _DECREE_20),
    "answered": Meaning(
        _l("Complaints whose answer went to the sender and still stands. An acknowledgement, a transfer or a "
           "draft is no answer. Those that came lately may still be within their time."),
        _l("Of the complaints received, those that are answered."), _IN_PERIOD, _DECISION_31),
    "in_time": Meaning(
        _l("Answered by the due date that the sender was told, moved only by days on which the office waited for "
           "the sender. No transfer starts this clock again. Whoever stays silent past the due date counts as not "
           "in time."),
        _l("Answered complaints of which no due date ever passed, and to which no more time was given."),
        _l("Answered complaints, and those that still wait although their due date has passed."), _OWN_LIMITS),
    "extended": Meaning(
        _l("The agency asked for more time before the due date, once and with a reason that the sender was told, "
           "and kept the later date. Counted apart, so that more time hides nothing."),
        _l("Answered complaints of which no due date passed, but one was moved."),
        _l("Answered complaints, and those that still wait although their due date has passed."),
        _l("Decree 61/2018/NĐ-CP, articles 12 and 19: a new date at most once, with the reason.")),
    "overdue_now": Meaning(
        _l("Complaints without an answer whose due date has passed, whenever they came, also before the twelve "
           "months. Those that wait for their sender are not among them. The list behind it shows those that are "
           "so late that the ladder of reminders has made them public."),
        _l("Open complaints past their due date at the moment of counting."),
        _l("All open complaints at that moment."),
        _l("Directive 27/CT-TTg of 27 October 2023: silence has to end.")),
    "median_days": Meaning(
        _l("The median: half of the answers took so many working days or fewer, from the day of receipt to the "
           "answer that stands now. Days on which the office waited for the sender are taken off."),
        _l("The number of days of the answer in the middle (nearest rank: a number that really occurred)."),
        _l("The complaints that are answered."), _OWN_LIMITS),
    "p90_days": Meaning(
        _l("The 90th percentile: nine of ten answers took so many working days or fewer. It shows how long those "
           "wait who wait longest, which a mean would hide."),
        _l("The number of days that nine tenths of the answers do not exceed (nearest rank)."),
        _l("The complaints that are answered."), _OWN_LIMITS),
    "returned_vague": Meaning(
        _l("The province's office gave a draft back at least once because it was vague, incomplete or did not "
           "answer what was asked."),
        _l("Complaints of which an answer was returned."),
        _l("Complaints of which an answer came before the province's office."), _DECISION_31),
    "passed_on": Meaning(
        _l("The complaint went from one agency to another at least once. It counts with the agency that has it "
           "now, not with the one that gave it away. A reorganisation is nobody's passing on."),
        _l("Complaints that were passed on."), _l("Complaints that were given to an agency."),
        _l("Decree 61/2018/NĐ-CP, article 5: passing the buck is forbidden.")),
    "objected": Meaning(
        _l("The sender used the one objection that everybody has against an answer, or against being refused."),
        _l("Complaints whose sender objected."), _l("Complaints that had been answered or ended at least once."),
        _l("Directive 27/CT-TTg: answers have to be concrete and final.")),
    "left_unanswered": Meaning(
        _l("Refused, guided to the complaint or denunciation procedure, forwarded outside the province, joined "
           "with another or withdrawn. Each needs a reason and a second person, and none counts as an answer."),
        _l("Complaints that ended so."), _IN_PERIOD, _DECREE_20),
}
"""By figure, in the order of ``FIGURES``."""


def shown(name: str, told: Told) -> tuple[str, str]:
    """A figure as a cell shows it: the number or share in the reader's way of writing, and what it is of."""
    if told.untold:
        return gettext("hidden"), ""
    if FIGURES[name].is_days:
        if told.value is None:
            return "–", gettext("no answer yet")
        return format_decimal(told.value), ngettext("%(of)s answer", "%(of)s answers", told.of or 0,
                                                    of=format_decimal(told.of))
    if name == "received":
        return format_decimal(told.value), ""
    if not told.of:
        return "–", gettext("%(value)s of %(of)s", value=0, of=0)
    return (format_percent((told.value or 0) / told.of, "#,##0.#%"),
            gettext("%(value)s of %(of)s", value=format_decimal(told.value), of=format_decimal(told.of)))


def rules() -> list[str]:
    """What holds for all figures, a sentence each."""
    return [
        gettext("Counted are complaints, each once, as they stand at the moment of counting. Agencies count with "
                "everything below them, so the sum of all lines is more than the province."),
        gettext("Not counted: cases imported from earlier years, because nobody here handled them, and what may "
                "be a denunciation, which its own desk reads in confidence."),
        gettext("Nothing is compared on fewer than %(from_)s cases. Such lines stand below the others, by name.",
                from_=RANKED_FROM),
        gettext("Of procedures and categories no number from 1 to %(most)s is shown, nor one from which such a "
                "number could be worked out: it could point at somebody. An agency's own numbers are never "
                "hidden.",
                most=FEW - 1),
        gettext("The numbers count all complaints of the twelve months. The lists behind them show the cases that "
                "are published, of all years, so the two are seldom the same."),
    ]


_UNLISTED = {
    "extended": _l("No list: the register does not tell these from others."),
    "left_unanswered": _l("No list: only answered cases are published."),
}


def no_list(name: str) -> str:
    """Why no list stands behind a figure wherever it is told; empty when there is one."""
    return str(_UNLISTED.get(name, ""))


def lists_differ(of: Scope) -> list[str]:
    """Why a list is not as long as the number that leads to it, and where none may be shown, a sentence each."""
    overdue = gettext("Overdue complaints lead to the public list of overdue cases. A case stands there only once "
                      "it is so late that the ladder of reminders has made it public.")
    if of is Scope.PROCEDURE:
        overdue = gettext("Overdue complaints are not listed by procedure. Of an open case only the reference, "
                          "the agency, the kind of problem and the days are public: the procedure beside them "
                          "could point at who sent it.")
    elif of is Scope.CATEGORY:
        overdue += " " + gettext("Where an agency has fewer than %(few)s of one kind there, they are listed "
                                 "without the kind, and are not in the list of this kind.", few=FEW)
    return [
        gettext("The lists show the cases that are published, of all years: after the answer, when two people "
                "have hidden what could tell who somebody is. The numbers count all complaints of the twelve "
                "months. So a list may be shorter than its number, or longer."),
        gettext("“Answered in time” leads to those that came late: these are the ones to look at."),
        overdue,
    ]
