"""The public register: the list of settled cases with search and filters. One case: ``register_case``."""

from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask_babel import gettext

from feedback.domain import folding
from feedback.queries import public_stamp, register_best, register_snippets
from feedback.queries import register as everyones
from feedback.queries.register_page import Cursor, Page
from feedback.web import page_head
from feedback.web.filters import number_words
from feedback.web.guards import public
from feedback.web.kept_pages import kept
from feedback.web.limits import search_allowed
from feedback.web.public import bp, register_filters, register_offer
from feedback.web.public.cards import card
from feedback.web.public.register_asked import Asked, asked

FOLLOW = "public.register_feed"
"""The feed of a list, where there is one."""


@bp.get("/register")
@public
@kept(public_stamp.of_lists, when=lambda: not request.args.get("q"))
def register() -> str:
    """Settled cases: newest first, or the best matches of the words asked for. Four statements at most. Whoever
    keeps a copy asks each time: a list shows words of cases, and one that was taken out is gone at once. So does
    this process, which keeps lists without words for some seconds."""
    want = asked(request.args)
    if want.text.strip() and not search_allowed():
        abort(429)
    page = (everyones.best(want.filters, text=want.text, after=want.shown_before) if want.best
            else everyones.newest(want.filters, text=want.text, cursor=want.cursor))
    pieces = register_snippets.found_in(page.entries, want.text)
    offered = register_offer.offer()
    made = offered.made
    return render_template(
        "public/register.html", head=_head(want), q=want.text, want=want, keep=want.kept(),
        cards=[{**card(entry), "pieces": pieces.get(entry.id, ())} for entry in page.entries],
        selects=register_filters.selects(want, offered), ways=register_filters.ways(want, made),
        chips=register_filters.chips(want, made), counted=bool(made),
        unasked=bool(want.text.strip()) and not folding.query_tokens(want.text),
        words=_how_many(page), compared=_compared(page), older_url=_further(want, page),
        newer_url=_link(want, page.newer, "newer"),
        feed_url=url_for(FOLLOW, **want.query(sort=None)) if FOLLOW in current_app.view_functions else "",
        sort_url=url_for("public.register", **want.query(sort=None if want.best else "best")))


def _head(want: Asked) -> dict[str, Any]:
    """Search engines list the beginning of the whole register alone: of the ways to narrow it there is no end."""
    return page_head.head("/register", gettext(
        "What was asked and what the agency answered. Whatever could tell who somebody is was hidden, and two "
        "people looked at it before it came here."), listed=not want.query() and want.cursor is None)


def _how_many(page: Page) -> str:
    if page.more and not page.most:
        return gettext("at least %(number)s cases", number=page.total)
    if page.more:
        return gettext("more than %(number)s cases", number=number_words(page.most))
    return gettext("%(number)s cases", number=page.total) if page.total != 1 else gettext("1 case")


def _compared(page: Page) -> str:
    """What was weighed, where that was not all there is."""
    if page.looked:
        return gettext("Only the newest %(number)s cases of this list were looked through for objections. Narrow "
                       "it down to find older ones.", number=number_words(page.looked))
    if not page.more or page.most != register_best.CANDIDATES:
        return ""
    return gettext("Weighed were the newest %(number)s in which all the words stand, and the newest %(side)s in "
                   "which they stand side by side.", number=register_best.CANDIDATES, side=register_best.TOGETHER)


def _further(want: Asked, page: Page) -> str:
    if page.further is not None:
        return url_for("public.register", **want.query(sort="best"), shown=page.further)
    return _link(want, page.older, "older")


def _link(want: Asked, cursor: Cursor | None, name: str) -> str:
    if cursor is None:
        return ""
    return url_for("public.register", **want.query(), **{name: f"{cursor.published_on:%Y-%m-%d}.{cursor.id}"})
