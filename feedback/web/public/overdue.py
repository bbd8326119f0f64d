"""The public list of overdue cases, and who is late as far as the province publishes it. Reads what the sweep
copied, nothing else."""

import re
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.domain.kinds import Category
from feedback.domain.province import Switch
from feedback.models.overdue import OverdueListing, OverdueTotal
from feedback.queries import overdue as everyones
from feedback.queries.province import switch
from feedback.services.overdue_list import FEW
from feedback.web.guards import public
from feedback.web.labels import FILTERS
from feedback.web.public import bp
from feedback.web.public.register_words import own_language
from feedback.web.security import LIST_CACHE, allow_cache

CODE = r"[A-Za-z0-9._-]{1,40}"
"""How codes of agencies are written."""


@bp.get("/overdue")
@public
def overdue() -> ResponseReturnValue:
    """Open cases whose ladder reached the public list: reference, agency, category and working days late, the
    longest overdue first, 50 by key ``after``; how many by agency, and by post, as the switch PUBLISH_LATE
    says. ``agency`` (with everything below it) and ``category`` narrow the list. No cookie, with an ETag."""
    narrowed = _narrowed()
    page = everyones.listed(request.args.get("after"), **narrowed)
    published = 0 if narrowed else switch(Switch.PUBLISH_LATE)
    allow_cache(LIST_CACHE)
    totals = everyones.totals(posts=published > 1) if published else []
    response = make_response(render_template(
        "public/overdue.html", rows=[_row(one) for one in page.rows], totals=[_total(one) for one in totals],
        posts=published > 1, counted_at=page.rows[0].counted_at if page.rows else None,
        first=request.args.get("after") is None, first_url=url_for("public.overdue", **narrowed),
        whole_url=url_for("public.overdue") if narrowed else "",
        unkind=FEW if "category" in narrowed else 0, unsaid=0 if all(one.category for one in page.rows) else FEW,
        older_url=url_for("public.overdue", **narrowed, after=page.after) if page.after else ""))
    response.add_etag()
    return response.make_conditional(request)


def _narrowed() -> dict[str, str]:
    agency, category = request.args.get("agency", ""), request.args.get("category", "")
    return {**({"agency": agency} if re.fullmatch(CODE, agency) else {}),
            **({"category": category} if category in frozenset(Category) else {})}


def _row(one: OverdueListing) -> dict[str, Any]:
    return {"reference": one.reference, "days": one.days_late, "due_on": one.due_on,
            "agency": own_language(one.agency_vi, one.agency_en) if one.agency_code else gettext("no agency yet"),
            "category": FILTERS["category"](one.category) if one.category else gettext("not shown")}


def _total(one: OverdueTotal) -> dict[str, Any]:
    return {"agency": own_language(one.agency_vi, one.agency_en) if one.agency_code else gettext("no agency yet"),
            "post": one.post, "cases": one.cases, "days": one.most_days}
