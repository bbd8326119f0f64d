"""Intake: what came in and waits to be read with what is proposed, and the steps that wait for a second person."""

from flask import render_template, request, url_for

from feedback.domain.permissions import Permission
from feedback.queries.cases import open_proposals
from feedback.queries.intake import queue
from feedback.queries.proposals import proposals
from feedback.web.desk import bp
from feedback.web.desk.intake_words import marks, proposed_lines
from feedback.web.guards import current_actor, requires


@bp.get("/intake")
@requires(Permission.CASE_INTAKE)
def intake() -> str:
    """The queue of what waits for intake, the earliest due first reading on top, 25 rows by key ``after``, each
    with what is proposed and why; and the steps that wait for a second person. The restricted desk sees its own
    queue here and no other."""
    actor = current_actor()
    page = queue(actor, after=request.args.get("after"))
    proposed = proposals(actor, [row.case for row in page.rows if row.case.state == "submitted"])
    rows = [{"row": row, "case": row.case, "marks": marks(row.case),
             "lines": proposed_lines(row.case, proposed[row.case.id]) if row.case.id in proposed else []}
            for row in page.rows]
    return render_template("desk/intake.html", rows=rows, proposals=open_proposals(actor),
                           older_url=url_for("desk.intake", after=page.after) if page.after else "")
