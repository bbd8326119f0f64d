"""Withdrawals whose senders say that somebody pressed for them: open until somebody records what was done."""

from datetime import timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.queries import withdrawals as asked
from feedback.queries.withdrawals import Pressed
from feedback.web.csv_lists import BATCH, Column, csv_wanted, every_page, send_csv
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.numbers import whole
from feedback.web.supervision import bp

STANDING = {None: _l("waits for a coordinator's word"), True: _l("confirmed: the case has ended"),
            False: _l("not confirmed, or the case moved on")}
COLUMNS: tuple[Column[Pressed], ...] = (
    Column(_l("Reference"), lambda one: one.case.reference),
    Column(_l("Agency"), lambda one: name_of(one.case.agency) if one.case.agency else None),
    Column(_l("Where it is"), lambda one: FILTERS["state"](one.case.state)),
    Column(_l("Asked on"), lambda one: one.asked_at),
    Column(_l("The wish"), lambda one: STANDING[one.granted]),
    Column(_l("Something was done"), lambda one: one.dealt_with),
)
FIGURES_DAYS = 365
"""Calendar days back of the figures under the list."""


@bp.get("/withdrawals")
@requires(Permission.CASE_OVERSEE)
def withdrawals() -> ResponseReturnValue:
    """Wishes to withdraw with pressure told that nobody has dealt with, the oldest first, 25 by key ``after``;
    ``all=1``: also those that were, the newest first; ``format=csv``: the list as a file. Under it how many each
    agency has had in a year. Coordinators; the leader sees also those about the office itself."""
    actor, everything = current_actor(), request.args.get("all") == "1"
    if csv_wanted(request.args):
        return send_csv("withdrawals", COLUMNS, every_page(
            lambda after: asked.pressed_withdrawals(actor, everything=everything, after=after, size=BATCH)))
    page = asked.pressed_withdrawals(actor, everything=everything, after=whole(request.args.get("after", "")))
    kept = {"all": "1"} if everything else {}
    return render_template(
        "supervision/withdrawals.html", everything=everything,
        rows=[{"one": one, "standing": STANDING[one.granted]} for one in page.rows],
        figures=asked.by_agency(actor, since=clock.today() - timedelta(days=FIGURES_DAYS)),
        file_url=url_for("supervision.withdrawals", format="csv", **kept),
        older_url=url_for("supervision.withdrawals", after=page.after, **kept) if page.after else "")
