"""``/supervision/passing``: the buck-passing ledger of the province: cases that were passed on, where they went
round, and the same by agency; each also as a file."""

from datetime import date, timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.holdings import PAGE, Passed, PassedPage, by_agency, passed_cases, passed_totals
from feedback.web.csv_lists import BATCH, Column, csv_wanted, every_page, send_csv
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole
from feedback.web.passing_words import days_words, held_rows, path_words
from feedback.web.supervision import bp

PERIODS = {"30": _l("Last 30 days"), "90": _l("Last 90 days"), "365": _l("Last 365 days")}
CASES = (
    Column[Passed](_l("Reference"), lambda row: row.case.reference),
    Column[Passed](_l("Who held it"), lambda row: path_words(row.held)),
    Column[Passed](_l("Times passed on"), lambda row: row.hops),
    Column[Passed](_l("Times it came back"), lambda row: row.loops),
    Column[Passed](_l("Working days with each"), lambda row: ", ".join(
        f"{name_of(one.agency)}: {one.days}" for one in row.held)),
    Column[Passed](_l("Last passed on"), lambda row: row.last_at),
)


@bp.get("/passing")
@requires(Permission.CASE_OVERSEE)
def passing() -> ResponseReturnValue:
    """Cases passed on in the period, the one passed on last first, by key ``after``. ``days``: 30, 90 or 365;
    ``loops=1``: only those that came back; ``agency``: only those that lay with it; ``format=csv``: all of it as a
    file."""
    actor, until = current_actor(), clock.today()
    days = request.args.get("days", "90")
    days = days if days in PERIODS else "90"
    since = until - timedelta(days=int(days))
    loops, agency_id = request.args.get("loops") == "1", whole(request.args.get("agency", ""))
    asked: dict[str, str | int] = {"days": days, **({"loops": 1} if loops else {}),
                                   **({"agency": agency_id} if agency_id is not None else {})}

    def rows(after: str | None, size: int = PAGE) -> PassedPage:
        return passed_cases(actor, since=since, until=until, loops=loops, agency_id=agency_id, after=after,
                            size=size)

    if csv_wanted(request.args):
        return send_csv("passed-on", CASES, every_page(lambda after: rows(after, BATCH)))
    page = rows(request.args.get("after"))
    return _page(page, since, asked)


def _page(page: PassedPage, since: date, asked: dict[str, str | int]) -> str:
    actor, until = current_actor(), clock.today()
    agency = agency_by_id(int(asked["agency"])) if "agency" in asked else None

    def url(**other: str | int | None) -> str:
        return url_for("supervision.passing", **{k: v for k, v in {**asked, **other}.items() if v is not None})

    return render_template(
        "supervision/passing.html", total=passed_totals(since=since, until=until, actor=actor),
        rows=[{"case": row.case, "path": path_words(row.held), "hops": row.hops, "loops": row.loops,
               "last_at": row.last_at, "held": held_rows(row.held)} for row in page.rows],
        agencies=[{"one": one, "days": "" if one.median_days is None else days_words(round(one.median_days)),
                   "url": url(agency=one.agency.id, after=None)}
                  for one in by_agency(since=since, until=until, actor=actor)],
        periods=[{"label": words, "url": url(days=key, after=None), "current": asked["days"] == key}
                 for key, words in PERIODS.items()],
        loops_url=url(loops=None if "loops" in asked else 1, after=None), loops="loops" in asked,
        chips=[] if "agency" not in asked else [
            {"label": gettext("Agency"), "value": name_of(agency) if agency else gettext("unknown"),
             "remove_url": url(agency=None)}],
        clear_url=url_for("supervision.passing"), chosen=str(asked.get("agency", "")), days=asked["days"],
        choices=[{"value": str(a.id), "label": name_of(a)} for a in open_agencies()],
        file_url=url(format="csv"), older_url=url(after=page.after) if page.after else "")
