"""The first page, and what explains the house: about, contact, statistics. Built on publications and counted
figures alone, so that it may be kept by caches."""

from collections.abc import Callable
from typing import Any

from flask import current_app, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.queries import public_stamp, register
from feedback.queries.figures import Figures, figures, passed_on, published_by
from feedback.queries.late_figures import late_figures
from feedback.web import page_head
from feedback.web.filters import month_words, name_of
from feedback.web.guards import public
from feedback.web.kept_pages import kept
from feedback.web.labels import FILTERS
from feedback.web.machine_answers import tagged
from feedback.web.pages import province_name
from feedback.web.public import bp
from feedback.web.public.cards import card
from feedback.web.public.numbers import summary
from feedback.web.public.office import contact_facts
from feedback.web.public.register_words import outcome_words
from feedback.web.pulse_words import pulse_words
from feedback.web.security import LIST_CACHE, allow_cache

NEWEST = 5
"""Cards on the first page."""


@bp.get("/")
@public
def front() -> ResponseReturnValue:
    """What this is in one sentence, two doors, search, four numbers, the newest settled cases. Whoever keeps a
    copy asks each time, because of these."""
    counted = figures()
    return tagged(make_response(render_template(
        "public/front.html", head=page_head.head("/", gettext(
            "Hồi Âm takes your complaint or suggestion about an administrative procedure, gives it to the agency "
            "that has to answer, and lets nobody hide a late or vague reply."),
            data=page_head.site(publisher=province_name(current_app.extensions["settings"]))),
        counted=counted, numbers=_four(counted), month=month_words(counted.month),
        newest=[card(entry) for entry in register.newest().entries[:NEWEST]])))


@bp.get("/about")
@public
def about() -> str:
    """What Hồi Âm is, how a complaint goes through it, what it is not for."""
    allow_cache("public, max-age=60")  # it says whether the counter of due dates runs
    return render_template("public/about.html", pulse=pulse_words())


@bp.get("/contact")
@public
def contact() -> str:
    """How to reach the office without this site; to print and to hang up. A trial shows a sample address."""
    allow_cache("public, max-age=3600")
    return render_template("public/contact.html", **contact_facts())


@bp.get("/statistics")
@public
@kept(public_stamp.of_numbers, policy=LIST_CACHE)
def statistics() -> str:
    """The counted figures with what each one means, and where the published cases behind them stand."""
    counted = figures()
    late = [{"month": month_words(one.month), "agency": name_of(one), "answers": one.answers,
             "apologies": one.apologies, "without": one.without,
             "url": url_for("public.register", agency=one.code, historical="here", late="1") if one.answers else ""
             } for one in late_figures()]
    published = published_by("outcome", "category")
    return render_template(
        "public/statistics.html", late=late, counted=counted, month=month_words(counted.month),
        rows=_defined(counted), **summary(), outcomes=_bars("outcome", published, outcome_words),
        categories=_bars("category", published, FILTERS["category"]))


def _bars(kind: str, published: dict[str, list[tuple[str, int]]], words: Callable[[str], str]
          ) -> list[dict[str, Any]]:
    """Published cases by ``kind`` for ``chart.bars``, each leading to its list."""
    return [{"label": words(code), "value": number, "url": url_for("public.register", **{kind: code})}
            for code, number in published[kind]]


def _four(counted: Figures) -> list[dict[str, Any]]:
    """The four numbers of the first page, for ``card.figure``."""
    in_time = "" if not counted.answered else ngettext(
        "%(num)s of them in time", "%(num)s of them in time", counted.in_time or 0)
    if counted.answered and counted.extended:
        in_time += "; " + ngettext("%(num)s after more time was given", "%(num)s after more time was given",
                                   counted.extended)
    rows = [
        ("received", counted.received, gettext("complaints received"), ""),
        ("answered", counted.answered, gettext("answers sent"), in_time),
        ("returned", counted.returned, gettext("answers returned for being vague"), ""),
        ("late", counted.late_now, gettext("complaints waiting past their due date today"), ""),
    ]
    return [{"number": "–" if value is None else value, "label": words, "change": change,
             "url": url_for("public.statistics", _anchor=anchor), "late": anchor == "late" and bool(value)}
            for anchor, value, words, change in rows]


LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "answered": ("public.register", {"historical": "here"}),
    "returned": ("public.register", {"historical": "here", "returned": "1"}),
    "late": ("public.overdue", {}),
    "passed-cases": ("public.register", {"historical": "here", "passed_on": "1"}),
    "published": ("public.register", {}),
}
"""Figures behind which published rows stand, by their anchor on the page of statistics."""
PASSED = (
    ("cases", _l("Cases passed on between agencies in the last 365 days"),
     _l("An agency gave the case to another one. The sender's clock never starts again with that.")),
    ("twice", _l("Of these, passed on twice or more"), _l("Counted over the whole life of the case.")),
    ("loops", _l("Of these, that came back to an agency that had held them before"),
     _l("From one agency to another and back, in the same round: passing the buck, as everyone can see.")),
)


def _defined(counted: Figures) -> list[dict[str, Any]]:
    """Every figure with its definition, in the order of a case's life."""
    passed = passed_on()
    rows = [
        ("received", counted.received, gettext("Complaints received this month"), gettext(
            "Counted on the day of receipt, whatever way they came: website, counter, phone, post, e-mail.")),
        ("answered", counted.answered, gettext("Answers sent this month"), gettext(
            "Answers that the province office let through to the sender. An acknowledgement is not an answer.")),
        ("in-time", counted.in_time, gettext("Of these, in time"), gettext(
            "The sender had the answer by the due date that was told on the day of receipt, moved only by days on "
            "which the office waited for the sender.")),
        ("extended", counted.extended, gettext("Of these, in time after more time was given"), gettext(
            "The agency had asked before the due date, once, with a reason that the sender was told, and the "
            "answer came by the later date. Counted apart: these are not in the number above.")),
        ("waited", counted.paused_cases, gettext("Answered cases that had waited for their sender"), ngettext(
            "The office had asked the sender for something, and the clock stood for %(num)s working day in all.",
            "The office had asked the sender for something, and the clocks stood for %(num)s working days in all.",
            counted.paused_days or 0)),
        ("returned", counted.returned, gettext("Answers returned this month"), gettext(
            "Drafts that the province office gave back to the agency because they were vague, incomplete or did "
            "not answer what was asked. The sender's clock runs on.")),
        ("silent", counted.silent, gettext("Due dates this month that passed without an answer"), gettext(
            "Each counts as “not answered”, by the clock alone and without reading a word; a late answer does not "
            "take it back.")),
        ("open", counted.open_now, gettext("Complaints without an answer today"), gettext(
            "Open complaints whose clock is running or waits for the sender.")),
        ("within", counted.within_now, gettext("Of these, still within their time"), gettext(
            "Nobody has answered them yet, so they count nowhere as in time. Waiting for their sender: "
            "%(number)s.",
            number=counted.paused_now or 0)),
        ("late", counted.late_now, gettext("Of these, past their due date"), gettext(
            "Nothing hides lateness: a transfer does not start this clock again, and more time that is given "
            "moves its end once, for a reason.")),
        *((f"passed-{name}", passed.get(name), words, meaning) for name, words, meaning in PASSED),
        ("published", counted.published, gettext("Settled cases that everyone can read"), gettext(
            "Cases published without anything that shows who sent them, including those that were imported from "
            "earlier years. Imported cases are in none of the numbers above.")),
    ]
    return [{"id": anchor, "value": "–" if value is None else value, "name": name, "meaning": meaning,
             "url": url_for(LISTS[anchor][0], **LISTS[anchor][1]) if anchor in LISTS and value else ""}
            for anchor, value, name, meaning in rows]
