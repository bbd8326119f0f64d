"""Everything of the province: what is late, who holds it, and whether the watchdog runs."""

from flask import render_template, request, url_for

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.queries.cases import case_list
from feedback.queries.overview import count_by_state, load_by_agency, sweeps
from feedback.web.guards import current_actor, requires
from feedback.web.supervision import bp


@bp.get("/")
@requires(Permission.CASE_OVERSEE)
def overview() -> str:
    """Late cases first (``show=all`` for every open one), the load of each agency, and the sweeps."""
    actor = current_actor()
    show = "all" if request.args.get("show") == "all" else "late"
    page = case_list(actor, late=show == "late", now=clock.now(), after=request.args.get("after"),
                     holder_kinds=("receive", "transfer", "handle", "redo", "approve", "gate", "supply"))
    return render_template(
        "supervision/overview.html", page=page, show=show, states=count_by_state(actor),
        agencies=load_by_agency(actor), sweeps=sweeps(),
        older_url=url_for("supervision.overview", show=show, after=page.after) if page.after else "")
