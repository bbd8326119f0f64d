"""``/api/v1/cases``: the published cases, a page at a time, and one of them whole."""

from urllib.parse import urlencode

from flask import Response, abort, current_app, request

from feedback.domain import references
from feedback.queries import open_data, register
from feedback.queries.register_page import Page
from feedback.web.api import bp
from feedback.web.api.asked import opaque, question
from feedback.web.guards import public
from feedback.web.limits import search_allowed
from feedback.web.machine_answers import as_json

KEPT = ("agency", "procedure", "category", "outcome", "month", "q")
"""Parameters that go on to the next page."""
NOTHING = Page(entries=(), total=0, more=False)


@bp.get("/cases")
@public
def cases() -> Response:
    """The newest published cases first, twenty a page, narrowed like the register's page. ``next`` leads on; it is
    null on the last page. At most four statements, whatever the number of rows."""
    want = question(request.args)
    if want.text and not search_allowed():
        abort(429)
    page = NOTHING if want.without_words else register.newest(want.filters, text=want.text, cursor=want.cursor)
    base = current_app.extensions["settings"].base_url
    onward = None
    if page.older is not None:
        kept = {name: request.args[name] for name in KEPT if request.args.get(name)}
        onward = f"{base}/api/v1/cases?{urlencode({**kept, 'cursor': opaque(page.older)})}"
    answer = as_json({
        "cases": open_data.cards([entry.id for entry in page.entries], base=base),
        "total": page.total, "total_is_more": page.more, "next": onward})
    if onward:
        answer.headers["Link"] = f'<{onward}>; rel="next"'
    return answer


@bp.get("/cases/<reference>")
@public
def case(reference: str) -> Response:
    """One published case with its points, answer, promises, holders and steps. 404 for one that never was public,
    410 for one that was taken out. The ETag is over all that is said: a promise that is kept changes it."""
    found = references.normalise_reference(reference)
    shown = open_data.one(found) if found else None
    if shown is None:
        abort(404)
    if shown.status != "published":
        abort(410)
    return as_json(open_data.case(shown, base=current_app.extensions["settings"].base_url))
