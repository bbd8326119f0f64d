"""The public register: the list of settled cases with search and filters, and one case with its answer."""

from typing import Any

from flask import abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback import clock
from feedback.domain import folding, references
from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import Category
from feedback.models.publications import Publication
from feedback.queries import register as everyones
from feedback.queries.calendar import load_calendar
from feedback.queries.register_page import Cursor, Page
from feedback.web.casework import field_name
from feedback.web.filters import date_words, month_words
from feedback.web.guards import public
from feedback.web.labels import label
from feedback.web.language import current_language
from feedback.web.limits import search_allowed
from feedback.web.public import bp
from feedback.web.public.cards import card
from feedback.web.public.register_asked import HISTORICAL, Asked, asked
from feedback.web.public.register_words import outcome_words, own_language
from feedback.web.security import allow_cache

LIST_CACHE = "public, max-age=10, stale-while-revalidate=30"
"""A list may be half a minute old; a case page never is (design §13.13)."""
CASE_CACHE = "public, no-cache"


@bp.get("/register")
@public
def register() -> str:
    """Settled cases: newest first, or the best matches of the words asked for."""
    want = asked(request.args)
    if want.text.strip() and not search_allowed():
        abort(429)
    page = (everyones.best(want.filters, text=want.text, after=want.shown_before) if want.best
            else everyones.newest(want.filters, text=want.text, cursor=want.cursor))
    agencies = everyones.agencies()
    names = {choice.code: own_language(choice.name_vi, choice.name_en) for choice in agencies}
    allow_cache(LIST_CACHE)
    return render_template(
        "public/register.html", q=want.text, want=want, keep=want.kept(), filtered=bool(want.filters),
        cards=[card(entry) for entry in page.entries],
        choices=_choices(want, names), chips=_chips(want, names),
        unasked=bool(want.text.strip()) and not folding.query_tokens(want.text),
        words=_how_many(page), older_url=_further(want, page), newer_url=_link(want, page.newer, "newer"),
        sort_url=url_for("public.register", **want.query(sort=None if want.best else "best")))


@bp.get("/register/<reference>")
@public
def register_case(reference: str) -> ResponseReturnValue:
    """One published case. 404 for one that never was public, 410 for one that was taken out again."""
    found = references.normalise_reference(reference)
    shown = everyones.one(found) if found else None
    if shown is None:
        abort(404)
    allow_cache(CASE_CACHE)
    if shown.status != "published":
        abort(410)
    similar = [card(entry) for entry in everyones.similar(shown)]
    response = make_response(render_template(
        "public/register_case.html", shown=shown, similar=similar,
        agency=own_language(shown.agency_vi, shown.agency_en),
        outcome=outcome_words(shown.outcome), pairs=_pairs(shown), rows=_structured(shown), facts=_facts(shown),
        promises=_promised(shown)))
    # Over the page as it was drawn: a similar case that was taken out must not live on in a browser's copy.
    response.add_etag()
    return response.make_conditional(request)


def _pairs(shown: Publication) -> list[dict[str, Any]]:
    return [{"number": p.n, "asked": p.question, "answered": p.answer} for p in shown.points]


def _structured(shown: Publication) -> list[dict[str, Any]]:
    parts = [("found", shown.found), ("done", shown.done), ("owner", shown.owner),
             ("due_on", date_words(shown.due_on) if shown.due_on else ""), ("ground", shown.ground),
             ("next_step", shown.next_step)]
    return [{"term": field_name(name), "value": value} for name, value in parts if value]


def _promised(shown: Publication) -> list[dict[str, Any]]:
    """What the answer promised by a day, for ``promises.row``, and how that stands today."""
    calendar = load_calendar()
    return [{"line": one.line, "on": one.promised_on, "standing": one.standing, "owner": "",
             "days": max(0, calendar.working_days_between(clock.today(), one.promised_on))}
            for one in shown.promises]


def _facts(shown: Publication) -> list[dict[str, Any]]:
    """The figures of a case: coarse dates, durations in working days, each with what it means."""
    procedure = own_language(shown.procedure_vi, shown.procedure_en)
    rows = [
        (gettext("Agency that answered"), own_language(shown.agency_vi, shown.agency_en)),
        (gettext("What went wrong"), label(Category(shown.category))),
        (gettext("Procedure"), procedure),
        (gettext("Received"), month_words(shown.received_month) if shown.received_month else gettext("not known")),
        (gettext("Working days until the answer"),
         str(shown.working_days) if shown.working_days is not None else ""),
        (gettext("Working days late"), str(shown.late_days) if shown.late_days else ""),
        (gettext("Returned as not clear"), str(shown.times_returned) if shown.times_returned else ""),
        (gettext("Passed on to another agency"), str(shown.times_passed_on) if shown.times_passed_on else ""),
        (gettext("Published"), date_words(shown.published_on)),
    ]
    return [{"term": term, "value": value} for term, value in rows if value]


def _choices(want: Asked, agencies: dict[str, str]) -> list[dict[str, Any]]:
    """The selects of the filter panel; the first option of each means all."""
    everything = {"value": "", "label": gettext("All")}
    options = {
        "agency": [{"value": code, "label": name} for code, name in agencies.items()],
        "category": [{"value": c.value, "label": label(c)} for c in Category],
        "outcome": [{"value": code, "label": outcome_words(code)} for code in (*Outcome, "not_recorded")
                    if code != Outcome.IN_PROGRESS],
        "month": [{"value": month, "label": month_words(month)} for month in everyones.months()],
        "historical": [{"value": value, "label": str(words)} for value, words in HISTORICAL.items()],
    }
    return [{"name": name, "label": _filter_name(name), "options": [everything, *rows],
             "chosen": want.chosen(name)} for name, rows in options.items()]


def _filter_name(name: str) -> str:
    return {"agency": gettext("Agency"), "category": gettext("What went wrong"), "outcome": gettext("Result"),
            "month": gettext("Month of publication"), "historical": gettext("Where it was handled")}[name]


def _chips(want: Asked, agencies: dict[str, str]) -> list[dict[str, str]]:
    values = {
        "agency": agencies.get(want.filters.agency or "", gettext("an agency without published cases")),
        "category": label(Category(want.filters.category)) if want.filters.category else "",
        "outcome": outcome_words(want.filters.outcome) if want.filters.outcome else "",
        "month": month_words(want.filters.month),
        "historical": str(HISTORICAL.get(want.chosen("historical"), "")),
    }
    chips = [{"label": _filter_name(name), "value": value,
              "remove_url": url_for("public.register", **want.query(**{name: None}))}
             for name, value in values.items() if want.chosen(name)]
    if want.text:
        chips.insert(0, {"label": gettext("Words"), "value": want.text,
                         "remove_url": url_for("public.register", **want.query(q=None, sort=None))})
    return chips


def _how_many(page: Page) -> str:
    if page.more:
        return gettext("more than %(number)s cases", number="1.000" if current_language() == "vi" else "1,000")
    return gettext("%(number)s cases", number=page.total) if page.total != 1 else gettext("1 case")


def _further(want: Asked, page: Page) -> str:
    if page.further is not None:
        return url_for("public.register", **want.query(sort="best"), shown=page.further)
    return _link(want, page.older, "older")


def _link(want: Asked, cursor: Cursor | None, name: str) -> str:
    if cursor is None:
        return ""
    return url_for("public.register", **want.query(), **{name: f"{cursor.published_on:%Y-%m-%d}.{cursor.id}"})


