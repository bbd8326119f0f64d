"""How the desks show a case: its clocks, its story, its answer and what the reader found, as template data."""

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext, ngettext

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.differences import differences
from feedback.models.answers import Answer, Review
from feedback.models.cases import Case, Point
from feedback.queries.deadlines import Due
from feedback.queries.history import TimelineEntry
from feedback.web.filters import date_words
from feedback.web.labels import FILTERS, event_line
from feedback.web.language import current_language
from feedback.web.pages import flag_name

TONES = {"return": "late", "send_back": "near", "escalated": "late", "object": "near", "release": "good",
         "close": "good", "reopen": "late", "transfer": "near", "promise_kept": "good", "promise_denied": "late"}
"""How a line of the timeline is coloured; each also has its words."""
AGENCY_PEOPLE = ("officer", "agency_head")
OF_A_SECOND = ("contribution_asked", "contribution_taken_back")
"""Events that name a second agency, which is not that of who did it."""
GIVEN = ("assign", "transfer", "reorganised", *OF_A_SECOND)
"""Events that say to which agency the case, or a part of it, went."""


def due_row(due: Due | None) -> dict[str, Any]:
    """A clock as ``case.due_chip`` takes it; no clock reads as stopped."""
    if due is None:
        return {"state": "stopped", "on": None, "days": 0, "label": "", "provisional": False}
    return {"state": due.state, "on": due.on, "days": due.days, "label": FILTERS["clock"](due.kind),
            "provisional": due.provisional}


def story(entries: Sequence[TimelineEntry], calendar: WorkingCalendar) -> list[dict[str, Any]]:
    """The timeline: who did what, when, the reason, and how long it lay before the next step."""
    shown: list[dict[str, Any]] = []
    for i, entry in enumerate(entries):
        following = entries[i + 1].at if i + 1 < len(entries) else None
        lay = (calendar.working_days_between(clock.local_date(entry.at), clock.local_date(following))
               if following else 0)
        agency = agency_of(entry)
        role = FILTERS["role"](entry.role) if entry.role else ""
        # The event names the agency that held the case: it is the actor's own only for the agency's people.
        theirs = agency if entry.role in AGENCY_PEOPLE and entry.type not in OF_A_SECOND else ""
        who = ", ".join(part for part in (entry.who, role, theirs) if part)
        title = event_line(entry.type)
        if entry.type in GIVEN and agency:
            title = f"{title.rstrip('.')}: {agency}."
        if entry.type in ("reminded", "escalated") and (kind := entry.payload.get("kind")):
            title = f"{FILTERS['clock'](kind)}: {title[:1].lower()}{title[1:]}"
        shown.append({
            "on": entry.at, "title": title, "who": who, "text": entry.note or "",
            "lay": ngettext("then it lay for %(num)s working day", "then it lay for %(num)s working days", lay)
            if lay > 0 else "",
            "tone": TONES.get(entry.type, "calm"), "now": following is None})
    return shown


def agency_of(entry: TimelineEntry) -> str:
    """The agency of an event in the reader's language; empty when it has none."""
    return (entry.agency_vi if current_language() == "vi" else entry.agency_en or entry.agency_vi) or ""


def point_text(point: Point, *, original: bool) -> str:
    """A point as this reader may see it: the sender's words, or intake's copy; empty while there is none."""
    return point.text if original else point.masked or ""


def pairs(case: Case, answer: Answer | None, *, original: bool) -> list[dict[str, Any]]:
    """Each point beside its answer, for ``answer.points_and_answers``."""
    by_n = {p.n: p.text for p in answer.points} if answer else {}
    return [{"number": p.n, "asked": point_text(p, original=original), "answered": by_n.get(p.n, "")}
            for p in case.points]


def structured_rows(answer: Answer, *, english: bool = True) -> list[dict[str, Any]]:
    """The answer in its parts. Owner and date are missing only when something is still to be done. ``english``:
    with the part for a sender who wrote in English; the sender's page shows that part apart."""
    open_ = answer.outcome == "in_progress"
    rows = [
        ("outcome", FILTERS["outcome"](answer.outcome), not answer.outcome),
        ("found", answer.found, not answer.found),
        ("done", answer.done, False),
        ("owner", answer.owner, open_ and not answer.owner),
        ("due_on", date_words(answer.due_on) if answer.due_on else "", open_ and not answer.due_on),
        ("ground", answer.ground, answer.outcome == "unfounded" and not answer.ground),
        ("next_step", answer.next_step, False),
        ("english", answer.english if english else "", False),
    ]
    return [{"field": field, "term": field_name(field), "value": value, "missing": missing}
            for field, value, missing in rows if value or missing]


def kept_findings(answer: Answer) -> list[dict[str, Any]]:
    """The findings kept with a submitted version; ``place`` is where each stands in the kept list."""
    return [{**finding_item(raw, answer), "place": place} for place, raw in enumerate(json.loads(answer.findings))]


def finding_item(raw: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """One finding as ``finding.findings`` takes it, in the reader's language, with the words it is about and the
    number of its point (None when it is about another part)."""
    lang = current_language()
    if raw["point"]:
        title, text = gettext("Point %(number)s", number=raw["point"]), _point_words(answer, raw["point"])
    else:
        title, text = field_name(raw["field"]), str(getattr(answer, raw["field"], "") or "")
    return {"number": None, "point": raw["point"], "title": title,
            "reason": raw[f"reason_{lang}"], "advice": raw[f"mend_{lang}"],
            "severity": "strong" if raw["blocking"] or raw["severity"] == "high" else "soft",
            "quote": text[raw["start"]:raw["end"]], "code": raw["code"], "field": raw["field"],
            "start": raw["start"], "end": raw["end"]}


def field_name(field: str) -> str:
    """The name of a part of the structured answer, as the officer's form shows it."""
    names = {
        "outcome": gettext("Result"), "found": gettext("What was checked and found"),
        "done": gettext("What was done"), "owner": gettext("Who is in charge"), "due_on": gettext("By when"),
        "ground": gettext("What it rests on"), "next_step": gettext("What to do next"),
        "english": gettext("In English, for the sender"),
    }
    return names.get(field, gettext("The whole answer"))


def _point_words(answer: Answer, n: int) -> str:
    return next((p.text for p in answer.points if p.n == n), "")


PARTS = ("found", "done", "owner", "ground", "next_step", "english")


def changes(before: Answer, after: Answer) -> list[dict[str, Any]]:
    """What differs between two versions of an answer, part by part, for ``answer.differences``: rows with ``term``
    and ``pieces`` (each with ``change`` and ``text``). Parts that are the same are left out."""
    old, new = _parts(before), _parts(after)
    return [{"term": term, "pieces": differences(old.get(term, ""), new.get(term, ""))}
            for term in dict.fromkeys([*new, *old]) if old.get(term, "") != new.get(term, "")]


def _parts(answer: Answer) -> dict[str, str]:
    """The words of a version by the names of its parts, points first."""
    return {**{gettext("Point %(number)s", number=p.n): p.text for p in answer.points},
            field_name("outcome"): FILTERS["outcome"](answer.outcome),
            field_name("due_on"): date_words(answer.due_on) if answer.due_on else "",
            **{field_name(part): getattr(answer, part) for part in PARTS}}


def review_lines(reviews: Sequence[Review], notes: dict[int, str]) -> list[str]:
    """What people decided about a version, with the reason and the flags it was returned for."""
    return [" ".join(filter(None, (event_line(r.action), notes.get(r.note_id or 0, ""), _returned_for(r))))
            for r in reviews]


def _returned_for(review: Review) -> str:
    """The flags ticked as reasons of a return, in words."""
    flags = [flag_name(code) for code in review.codes.split(",") if code]
    return gettext("Because of these notes: %(flags)s.", flags=", ".join(flags)) if flags else ""
