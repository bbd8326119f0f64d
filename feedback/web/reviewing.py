"""What is shown to whoever reads an answer before it goes out: its words with the reader's marks, the points left
open, and what the agency answered before. The same for the head of the agency and for the gate."""

from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from feedback import clock
from feedback.domain.answers.taxonomy import Flag, Level, level
from feedback.domain.permissions import Actor
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.repeats import answered_alike_before
from feedback.queries.similar_answers import similar_answers, words_of
from feedback.web.casework import kept_findings, pairs, structured_rows
from feedback.web.labels import label
from feedback.web.marks import pieces
from feedback.web.pages import flag_name

LEAVES_OPEN = frozenset(
    {Flag.PARTIAL.value, *(flag.value for flag in Flag if level([flag]) is Level.NOT_ANSWERED)})
"""Flags that say of a point that it was not answered."""


def review(case: Case, answer: Answer, *, original: bool, english: bool = True) -> dict[str, Any]:
    """A submitted version with its marks: ``pairs`` and ``rows`` for the macros of ``answer.html``, with
    ``pieces`` and the ``notes`` of each point; ``findings`` numbered in the order of the page, ``whole`` those
    about no point, ``unanswered`` the points left open, ``level`` in code and words (empty for a version that was
    never read)."""
    found = [{**item, "number": number, "part": item["title"],
              "title": f"{flag_name(item['code'])} – {item['title']}"}
             for number, item in enumerate(sorted(kept_findings(answer), key=_on_the_page), start=1)]
    shown, open_ = pairs(case, answer, original=original), []
    for pair in shown:
        pair["notes"] = [item for item in found if item["point"] == pair["number"]]
        pair["pieces"] = pieces(pair["answered"], pair["notes"])
        if not pair["answered"] or any(item["code"] in LEAVES_OPEN for item in pair["notes"]):
            open_.append(pair)
    rows = structured_rows(answer, english=english)
    for row in rows:
        here = [item for item in found if not item["point"] and item["field"] == row["field"]]
        if any(item["quote"] for item in here):
            row["pieces"] = pieces(row["value"], here)
    return {"pairs": shown, "rows": rows, "findings": found, "whole": [f for f in found if not f["point"]],
            "unanswered": open_, "level": answer.level or "",
            "level_words": label(Level(answer.level)) if answer.level else ""}


def _on_the_page(item: dict[str, Any]) -> tuple[bool, int, int]:
    return item["point"] is None, item["point"] or 0, item["place"]


def prior(actor: Actor, case: Case, answer: Answer) -> dict[str, Any]:
    """What the agency answered before, for ``desk/_prior.html``: ``alike``, nearly the same answers to others;
    ``again``, the same complaint answered the same way."""
    again = answered_alike_before(actor, case, answer)
    same = {one.reference for one in again}
    return {
        "again": [{"reference": one.reference, "received_on": one.received_on, "answered_on": one.answered_on,
                   "ago": ago(one.received_on, case.received_on or clock.today()), "words": words_of(one.answer)}
                  for one in again],
        "alike": [{"reference": one.reference, "state": one.state, "percent": one.tenths * 10,
                   "on": one.answer.released_at, "words": words_of(one.answer)}
                  for one in similar_answers(actor, case, answer) if one.reference not in same]}


def ago(then: date | None, now: date) -> str:
    """How long before, in whole years, else months, else days; empty when nobody knows."""
    if then is None or then > now:
        return ""
    months = (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day)
    if months >= 12:
        return ngettext("%(num)s year before", "%(num)s years before", months // 12)
    if months:
        return ngettext("%(num)s month before", "%(num)s months before", months)
    days = (now - then).days
    return ngettext("%(num)s day before", "%(num)s days before", days) if days else gettext("on the same day")
