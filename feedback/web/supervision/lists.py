"""The lists behind the dashboard's numbers, and who has late cases in hand."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.errors import OutOfReach
from feedback.domain.kinds import Category
from feedback.domain.permissions import Permission
from feedback.domain.roles import Role
from feedback.queries.agencies import open_agencies
from feedback.queries.calendar import load_calendar
from feedback.queries.dashboard_counts import COUNTED, cases_in, count
from feedback.queries.dashboard_lists import LateWith, by_age, by_due_date, late_by_holder
from feedback.queries.dashboards import DAYS, OFTEN, Block, Narrow, this_moment
from feedback.web.case_columns import case_columns
from feedback.web.csv_lists import BATCH, Column, csv_wanted, every_page, send_csv
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.numbers import whole
from feedback.web.supervision import bp
from feedback.web.supervision.blocks import EMPTY, MEANINGS, NAMES

MOST_DAYS = 99
LEADERS = frozenset({Block.MOVED_UP})
"""Lists for the leader alone."""
SINCE = {Block.UNOPENED: _l("With the agency since"), Block.HELD: _l("With the agency since"),
         Block.STUCK: _l("Last step")}
AGE_COLUMNS = (
    Column(_l("Reference"), lambda row: row.case.reference),
    Column(_l("Category"), lambda row: FILTERS["category"](row.case.category)),
    Column(_l("Where it is"), lambda row: FILTERS["state"](row.case.state)),
    Column(_l("Agency"), lambda row: name_of(row.case.agency) if row.case.agency else None),
    Column(_l("Officer"), lambda row: row.case.officer.display_name if row.case.officer else None),
    Column(_l("Since"), lambda row: clock.local_date(row.since)),
    Column(_l("Working days"), lambda row: row.days),
    Column(_l("Answer to the citizen"), lambda row: row.total.on if row.total else None),
)
LATE_COLUMNS = (
    Column(_l("Agency"), lambda one: name_of(one.agency) if one.agency else None),
    Column(_l("Officer"), lambda one: one.officer.display_name if one.officer else None),
    Column(_l("Late"), lambda one: one.late),
    Column(_l("The oldest was due"), lambda one: one.oldest_on),
)


@bp.get("/lists/<list_name>")
@requires(Permission.CASE_OVERSEE)
def case_list(list_name: str) -> ResponseReturnValue:
    """One block of the dashboard, 25 by key ``after``; filters ``agency`` (with all below it), ``category``,
    ``officer`` (0: nobody), ``times`` (returned once, twice, 3 and more) and ``days`` (working days, where
    the block has some); what is none of ours is left out. ``format=csv``: the whole list. No such list: 404."""
    block, actor = _block(list_name), current_actor()
    by, at = _asked(block), this_moment()
    lying = block in DAYS
    read = by_age if lying else by_due_date
    if csv_wanted(request.args):
        columns = AGE_COLUMNS if lying else case_columns(_l("Clock of who holds it"))
        return send_csv(block.value.replace("_", "-"), columns, every_page(
            lambda after: read(actor, block, at, by, after=after, size=BATCH)))
    page = read(actor, block, at, by, after=request.args.get("after"))
    number = count({"found": cases_in(actor, at, block, by)})["found"]
    kept = _kept(by)

    def here(**more: Any) -> str:
        return url_for("supervision.case_list", list_name=block.value, **more)

    return render_template(
        "supervision/list.html", page=page, block=block.value, title=str(NAMES[block]), lead=str(MEANINGS[block]),
        why_empty=str(EMPTY[block]), by=by, kept=kept, lying=lying, since_label=str(SINCE.get(block, "")),
        days=DAYS.get(block) if by.days is None else by.days, most_days=MOST_DAYS, here=here(),
        words=gettext("more than %(number)s cases", number=f"{COUNTED:,}".replace(",", ".")) if number > COUNTED
        else ngettext("%(num)s case", "%(num)s cases", number),
        times=[{"label": label, "url": here(**{**kept, "times": n}), "current": by.times == n} for n, label in (
            (1, gettext("once")), (2, gettext("twice")), (OFTEN, gettext("three times or more")))]
        if block is Block.RETURNED else [],
        agencies=[{"value": str(a.id), "label": name_of(a)} for a in open_agencies()],
        categories=[{"value": c.value, "label": FILTERS["category"](c.value)} for c in Category],
        file_url=here(format="csv", **kept), older_url=here(after=page.after, **kept) if page.after else "")


@bp.get("/late")
@requires(Permission.CASE_OVERSEE)
def late() -> ResponseReturnValue:
    """Late cases by agency and officer, by name: nobody is ranked, and the page is for inside only.
    ``format=csv``: as a file."""
    found, calendar = late_by_holder(current_actor(), this_moment()), load_calendar()
    if csv_wanted(request.args):
        return send_csv("late-by-officer", LATE_COLUMNS, found)
    agencies: dict[int, dict[str, Any]] = {}
    for one in found:
        key = one.agency.id if one.agency else 0
        block = agencies.setdefault(key, {
            "name": name_of(one.agency) if one.agency else gettext("no agency yet"), "late": 0, "rows": []})
        block["late"] += one.late
        block["rows"].append({
            "name": one.officer.display_name if one.officer else gettext("Nobody yet"), "late": one.late,
            "oldest_on": one.oldest_on, "url": _late_url(one),
            "days": max(0, calendar.working_days_between(one.oldest_on, clock.today()))})
    return render_template("supervision/late.html", blocks=list(agencies.values()),
                           file_url=url_for("supervision.late", format="csv"))


def _late_url(one: LateWith) -> str:
    more = {"agency": one.agency.id} if one.agency else {}
    return url_for("supervision.case_list", list_name=Block.LATE.value,
                   officer=one.officer.id if one.officer else 0, **more)


def _block(name: str) -> Block:
    """The list of this name. Raises OutOfReach for none, and for the leader's where somebody else asks."""
    if name not in {block.value for block in Block}:
        raise OutOfReach("no such list")
    block = Block(name)
    if block in LEADERS and Role.LEADER not in current_actor().roles:
        raise OutOfReach("somebody else's list")
    return block


def _asked(block: Block) -> Narrow:
    category, days = request.args.get("category", ""), whole(request.args.get("days", ""))
    times = whole(request.args.get("times", ""))
    return Narrow(
        agency_id=whole(request.args.get("agency", "")), officer_id=whole(request.args.get("officer", "")),
        category=category if category in {c.value for c in Category} else None,
        times=times if block is Block.RETURNED and times in (1, 2, OFTEN) else None,
        days=days if block in DAYS and days is not None and 1 <= days <= MOST_DAYS else None)


def _kept(by: Narrow) -> dict[str, str]:
    """The filter as it stands in an address."""
    given = {"agency": by.agency_id, "officer": by.officer_id, "category": by.category, "times": by.times,
             "days": by.days}
    return {name: str(value) for name, value in given.items() if value is not None}
