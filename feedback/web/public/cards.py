"""A settled case as a card, for the first page and the register."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext

from feedback.queries.register_page import Entry
from feedback.web.filters import month_words
from feedback.web.public.register_words import outcome_words, own_language


def card(entry: Entry) -> dict[str, Any]:
    """What ``card.result_card`` takes: the question asked, the outcome, who answered, how long, marks in words."""
    marks = []
    if entry.times_returned:
        marks.append({"tone": "near", "text": ngettext(
            "returned %(num)s time for being vague", "returned %(num)s times for being vague",
            entry.times_returned)})
    if entry.times_passed_on:
        marks.append({"tone": "plain", "text": ngettext(
            "passed on %(num)s time", "passed on %(num)s times", entry.times_passed_on)})
    if entry.historical:
        marks.append({"tone": "plain", "text": gettext("from before Hồi Âm")})
    return {
        "question": entry.title, "url": url_for("public.register_case", reference=entry.reference),
        "outcome": outcome_words(entry.outcome), "days": entry.working_days, "late": entry.late_days,
        "agency": own_language(entry.agency_vi, entry.agency_en), "marks": marks,
        "when": gettext("complained in %(month)s", month=month_words(entry.received_month))
        if entry.received_month else "",
    }
