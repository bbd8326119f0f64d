"""The way of a published case in words: its steps, who held it, and what that adds up to."""

from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.domain.answers.taxonomy import Flag
from feedback.domain.passing import CameBy
from feedback.models.publications import Publication, PublicationHolder, PublicationStep
from feedback.web.filters import month_words
from feedback.web.pages import flag_name
from feedback.web.passing_words import CAME_BY, days_words
from feedback.web.public.register_words import own_language

TITLES = {
    "received": _l("The complaint was received."),
    "assigned": _l("It was given to the agency that has to answer."),
    "transferred": _l("It was passed on to another agency."),
    "extended": _l("The agency was given more time, for a reason that the sender was told."),
    "asked_sender": _l("The sender was asked for something; the clock waited for them."),
    "returned": _l("The answer was returned to the agency to be written clearly."),
    "answered": _l("The answer was sent."),
    "objected": _l("The sender objected to the result; other people took it up again."),
    "reopened": _l("The case was opened again, because a promise was not kept."),
    "late": _l("The due date passed without an answer."),
}
TONES = {"returned": "near", "objected": "near", "reopened": "late", "late": "late", "answered": "good"}
_ARRIVES = {"assigned": CameBy.ASSIGNED.value, "transferred": CameBy.TRANSFERRED.value}
"""Steps after which somebody else holds the case, and how it is written with the holder."""


def timeline(shown: Publication) -> list[dict[str, Any]]:
    """The steps for ``case.timeline``: the month of receipt, then working days after it."""
    waiting = {by: iter([one for one in shown.holders if one.came_by == by]) for by in _ARRIVES.values()}
    return [_entry(shown, step, next(waiting[_ARRIVES[step.step]], None) if step.step in _ARRIVES else None)
            for step in shown.steps if step.step in TITLES]


def _entry(shown: Publication, step: PublicationStep, holder: PublicationHolder | None) -> dict[str, Any]:
    entry: dict[str, Any] = {"on": None, "when": _when(shown, step), "title": str(TITLES[step.step]),
                             "tone": TONES.get(step.step, "calm")}
    if holder is not None:
        entry["who"] = own_language(holder.agency_vi, holder.agency_en)
        entry["lay"] = _lay(holder)
        if holder.loop:
            entry["tone"], entry["text"] = "late", gettext("It had been there before: it went round in a circle.")
    if reasons := [flag_name(code) for code in step.codes.split(",") if code in set(Flag)]:
        entry["text"] = gettext("Why it came back: %(reasons)s.", reasons="; ".join(reasons))
    return entry


def _when(shown: Publication, step: PublicationStep) -> str:
    if step.step == "received" and shown.received_month:
        return month_words(shown.received_month)
    if step.day == 0:
        return gettext("on the day of receipt")
    return ngettext("%(num)s working day after receipt", "%(num)s working days after receipt", step.day)


def _lay(holder: PublicationHolder) -> str:
    if not holder.working_days:
        return gettext("It was there for less than a working day.")
    return gettext("It was there for %(days)s.", days=days_words(holder.working_days))


def holders(shown: Publication) -> list[dict[str, Any]]:
    """Who held it and for how many working days, for ``chart.bars``."""
    again = "; " + gettext("it came back to where it had been")
    return [{"label": own_language(one.agency_vi, one.agency_en), "value": one.working_days,
             "note": f"{CAME_BY[one.came_by]}{again if one.loop else ''}", "tone": "late" if one.loop else "plain"}
            for one in shown.holders if one.came_by in CAME_BY]


def passing(shown: Publication) -> str:
    """One sentence over the holders: how often it was passed on, and whether it went round; empty when never."""
    if not shown.times_passed_on:
        return ""
    said = ngettext("It was passed on %(num)s time between agencies.",
                    "It was passed on %(num)s times between agencies.", shown.times_passed_on)
    if any(one.loop for one in shown.holders):
        said += " " + gettext("It came back to an agency that had held it before.")
    return said
