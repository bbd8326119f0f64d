"""Intake: what came in and waits to be read with what is proposed, and the steps that wait for a second person."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.permissions import Permission
from feedback.queries.cases import Row, open_proposals
from feedback.queries.intake import queue
from feedback.queries.proposals import proposals
from feedback.queries.reissues import waiting_keys
from feedback.web.case_columns import days_late
from feedback.web.csv_lists import BATCH, Column, csv_wanted, every_page, send_csv
from feedback.web.desk import bp
from feedback.web.desk.intake_words import marks, proposed_lines
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS

COLUMNS: tuple[Column[Row], ...] = (
    Column(_l("Reference"), lambda row: row.case.reference),
    Column(_l("Category"), lambda row: FILTERS["category"](row.case.category)),
    Column(_l("Procedure"), lambda row: name_of(row.case.procedure) if row.case.procedure else None),
    Column(_l("Where it is"), lambda row: FILTERS["state"](row.case.state)),
    Column(_l("Came by"), lambda row: FILTERS["channel"](row.case.channel)),
    Column(_l("Received"), lambda row: row.case.received_on),
    Column(_l("Intake's clock"), lambda row: row.due.on if row.due else None),
    Column(_l("Answer to the citizen"), lambda row: row.total.on if row.total else None),
    Column(_l("Working days late"), lambda row: days_late(row.due)),
)
"""The queue as a file; late by intake's own clock."""


@bp.get("/intake")
@requires(Permission.CASE_INTAKE)
def intake() -> ResponseReturnValue:
    """The queue of what waits for intake, the earliest due first reading on top, 25 rows by key ``after``, each
    with what is proposed and why; and the steps that wait for a second person. The restricted desk sees its own
    queue here and no other. ``format=csv``: the queue as a file."""
    actor = current_actor()
    if csv_wanted(request.args):
        return send_csv("intake", COLUMNS, every_page(lambda after: queue(actor, after=after, size=BATCH)))
    page = queue(actor, after=request.args.get("after"))
    proposed = proposals(actor, [row.case for row in page.rows if row.case.state == "submitted"])
    rows = [{"row": row, "case": row.case, "marks": marks(row.case),
             "lines": proposed_lines(row.case, proposed[row.case.id]) if row.case.id in proposed else []}
            for row in page.rows]
    return render_template("desk/intake.html", rows=rows, proposals=open_proposals(actor),
                           new_keys=waiting_keys(actor),
                           older_url=url_for("desk.intake", after=page.after) if page.after else "")
