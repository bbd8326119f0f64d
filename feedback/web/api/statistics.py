"""``/api/v1/statistics``: the counts of the public pages, as a sweep left them."""

from collections import defaultdict
from typing import Any

from flask import Response

from feedback import clock
from feedback.queries import open_data
from feedback.web.api import bp
from feedback.web.guards import public
from feedback.web.machine_answers import as_json

BY = ("agency", "category", "outcome", "procedure")
NOW = ("open", "late", "paused")
OF_A_MONTH = ("received", "answered", "in_time", "extended", "paused_cases", "paused_days", "returned", "silent")


@bp.get("/statistics")
@public
def statistics() -> Response:
    """How many cases are published, by agency, category, outcome and procedure; how many complaints came and were
    answered this month and the last; how many are open and late now; how often cases were passed on in a year.
    One statement; nothing is counted on a request. ``counted_on`` null: nothing was counted yet."""
    counts, at = open_data.counts()
    by: dict[str, list[dict[str, Any]]] = {kind: [] for kind in BY}
    months: dict[str, dict[str, int]] = defaultdict(dict)
    for name, value in counts.items():
        head, _, rest = name.partition(".")
        kind, _, code = rest.partition(".")
        if head == "published" and kind in by:
            by[kind].append({"code": code, "cases": value})
        elif head == "month" and code in OF_A_MONTH:
            months[kind][code] = value
    return as_json({
        "counted_on": clock.local_date(at).isoformat() if at else None,
        "published": counts.get("published"),
        **{f"published_by_{kind}": rows for kind, rows in by.items()},
        "months": [{"month": month, **{name: months[month].get(name) for name in OF_A_MONTH}}
                   for month in sorted(months, reverse=True)],
        "now": {name: counts.get(f"now.{name}") for name in NOW},
        "passed_on_in_a_year": {name: counts.get(f"passed.{name}") for name in ("cases", "twice", "loops")}})
