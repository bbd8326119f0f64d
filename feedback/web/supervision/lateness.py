"""The register of apologies and the list of explanations, for the province office and the leader."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.queries import apology_register, explanations
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.apology_register import Row
from feedback.queries.explanations import Given
from feedback.queries.explanations import Row as Explained
from feedback.queries.lateness import Standing
from feedback.web.csv_lists import BATCH, Column, csv_wanted, every_page, send_csv
from feedback.web.explanation_words import shown_row
from feedback.web.filters import month_words, name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.late_words import GIVEN, STANDINGS, cause_name
from feedback.web.numbers import whole
from feedback.web.supervision import bp

MONTHS = 24
"""Months that can be chosen, this one first."""

APOLOGY_COLUMNS: tuple[Column[Row], ...] = (
    Column(_l("Reference"), lambda row: row.reference),
    Column(_l("Agency"), lambda row: name_of(row.agency)),
    Column(_l("Signed by"), lambda row: row.signed_by),
    Column(_l("Told on"), lambda row: clock.local_date(row.told_at)),
    Column(_l("Cause"), lambda row: cause_name(row.cause)),
    Column(_l("Reason"), lambda row: row.reason),
    Column(_l("Working days late"), lambda row: row.days_late),
    Column(_l("New date"), lambda row: row.new_on),
    Column(_l("The new date was"), lambda row: str(STANDINGS[row.standing])),
    Column(_l("With the answer"), lambda row: row.with_answer),
)
EXPLANATION_COLUMNS: tuple[Column[Explained], ...] = (
    Column(_l("Reference"), lambda row: row.reference),
    Column(_l("Agency"), lambda row: name_of(row.agency)),
    Column(_l("What was late"), lambda row: FILTERS["clock"](row.late_kind)),
    Column(_l("Was due on"), lambda row: row.late_on),
    Column(_l("Explain by"), lambda row: row.due_on),
    Column(_l("How it stands"), lambda row: str(GIVEN[row.standing])),
    Column(_l("Given by"), lambda row: row.given_by),
    Column(_l("Given"), lambda row: row.given_at),
    Column(_l("Cause"), lambda row: cause_name(row.cause)),
    Column(_l("Explanation"), lambda row: row.words),
)


@bp.get("/apologies")
@requires(Permission.CASE_OVERSEE)
def apologies() -> ResponseReturnValue:
    """The register, the newest first, by key ``after``; ``agency`` (with all below it), ``month`` as 2026-11;
    ``format=csv``. Above it the count of the month chosen, this month by default: late answers without an apology
    are named."""
    actor, agency_id = current_actor(), whole(request.args.get("agency", ""))
    month = _month(request.args.get("month"))

    def rows(after: int | None, size: int = apology_register.PAGE) -> apology_register.Page:
        return apology_register.listed(actor, agency_id=agency_id, month=month, after=after, size=size)

    if csv_wanted(request.args):
        return send_csv("apologies", APOLOGY_COLUMNS, every_page(lambda after: rows(after, BATCH)))
    page, kept = rows(whole(request.args.get("after", ""))), _kept(agency_id, month)
    counted = month or clock.today().replace(day=1)
    numbers = apology_register.counts(counted)
    return render_template(
        "supervision/apologies.html", months=_months(), month=f"{month:%Y-%m}" if month else "",
        rows=[{"reference": row.reference, "agency": name_of(row.agency), "by": row.signed_by,
               "told_at": row.told_at,
               "cause": cause_name(row.cause), "reason": row.reason, "days_late": row.days_late,
               "new_on": row.new_on, "standing": row.standing.value, "broken": row.standing is Standing.BROKEN,
               "with_answer": row.with_answer} for row in page.rows],
        counted=month_words(f"{counted:%Y-%m}"), answers=sum(one.answers for one in numbers),
        without=sum(one.without for one in numbers), told=sum(one.apologies for one in numbers),
        file_url=url_for("supervision.apologies", format="csv", **kept),
        older_url=url_for("supervision.apologies", after=page.after, **kept) if page.after else "",
        **_filter("supervision.apologies", agency_id, kept))


@bp.get("/explanations")
@requires(Permission.CASE_OVERSEE)
def explanations_list() -> ResponseReturnValue:
    """All explanations, the newest first, by key ``after``; ``agency`` (with all below it), ``standing`` (owed,
    missing, given, given_late); ``format=csv``."""
    actor, agency_id = current_actor(), whole(request.args.get("agency", ""))
    asked = request.args.get("standing", "")
    standing = Given(asked) if asked in set(Given) else None

    def rows(after: int | None, size: int = explanations.PAGE) -> explanations.Page:
        return explanations.listed(actor, agency_id=agency_id, standing=standing, after=after, size=size)

    if csv_wanted(request.args):
        return send_csv("explanations", EXPLANATION_COLUMNS, every_page(lambda after: rows(after, BATCH)))
    page = rows(whole(request.args.get("after", "")))
    kept: dict[str, Any] = {**({"agency": agency_id} if agency_id is not None else {}),
                            **({"standing": standing.value} if standing else {})}
    rest = {name: value for name, value in kept.items() if name != "standing"}
    numbers = explanations.counts(actor, agency_id=agency_id)
    quick = [{"label": gettext("All"), "url": url_for("supervision.explanations_list", **rest),
              "current": standing is None},
             *({"label": f"{GIVEN[one]}: {number}", "current": standing is one,
                "url": url_for("supervision.explanations_list", standing=one.value, **rest)}
               for one, number in numbers.items())]
    return render_template(
        "supervision/explanations.html", rows=[shown_row(row) for row in page.rows], quick=quick,
        standing=standing.value if standing else "",
        file_url=url_for("supervision.explanations_list", format="csv", **kept),
        older_url=url_for("supervision.explanations_list", after=page.after, **kept) if page.after else "",
        **_filter("supervision.explanations_list", agency_id, kept))


def _filter(endpoint: str, agency_id: int | None, kept: dict[str, Any]) -> dict[str, Any]:
    agency = agency_by_id(agency_id) if agency_id is not None else None
    rest = {name: value for name, value in kept.items() if name != "agency"}
    return {
        "agencies": [{"value": str(a.id), "label": name_of(a)} for a in open_agencies()],
        "chosen": str(agency_id or ""), "filtered": bool(kept),
        "chips": [] if agency_id is None else [{
            "label": gettext("Agency"), "value": name_of(agency) if agency else gettext("unknown"),
            "remove_url": url_for(endpoint, **rest)}]}


def _kept(agency_id: int | None, month: date | None) -> dict[str, Any]:
    return {**({"agency": agency_id} if agency_id is not None else {}),
            **({"month": f"{month:%Y-%m}"} if month is not None else {})}


def _months() -> list[dict[str, str]]:
    now = clock.today().year * 12 + clock.today().month - 1
    codes = [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(now, now - MONTHS, -1)]
    return [{"value": code, "label": month_words(code)} for code in codes]


def _month(text: str | None) -> date | None:
    """The first day of the month; None for what is none, and for years whose days no database can compare."""
    try:
        found = date.fromisoformat(f"{text}-01") if text and len(text) == 7 else None
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year < 3000 else None
