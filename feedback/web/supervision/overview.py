"""Everything of the province: what is late, who holds it, what waits for a second person, whether the clock's
work is done."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.domain.sweeps import SWEEPS
from feedback.queries.cases import case_list, open_proposals
from feedback.queries.overview import load, sweeps
from feedback.web.guards import current_actor, requires
from feedback.web.supervision import bp

SWEEP_NAMES = {
    "overdue": _l("Overdue cases and reminders"),
    "outbox": _l("Mails that are owed"),
    "supply": _l("Senders who did not answer in time"),
    "commitments": _l("Promises whose day has passed"),
    "close": _l("Answers that nobody objected to"),
    "publish": _l("Publication"),
    "counts": _l("Counting for the public pages"),
    "drafts": _l("Drafts whose writer did not come back"),
    "identities": _l("Forgetting who sent cases that ended long ago"),
    "checkpoint": _l("Checkpoint of the history"),
}


@bp.get("/")
@requires(Permission.CASE_OVERSEE)
def overview() -> str:
    """Late cases first (``show=all`` for every open one), the load of each agency, and the sweeps. Steps that wait
    for a second person are listed for who may decide them."""
    actor = current_actor()
    show = "all" if request.args.get("show") == "all" else "late"
    page = case_list(actor, late=show == "late", now=clock.now(), after=request.args.get("after"),
                     holder_kinds=("receive", "transfer", "handle", "redo", "approve", "gate", "supply"))
    may_decide = actor.can(Permission.CASE_ACT) and actor.can(Permission.CASE_READ_ORIGINAL)
    return render_template(
        "supervision/overview.html", page=page, show=show, load=load(), sweeps=_sweeps(),
        proposals=open_proposals(actor) if may_decide else [],
        older_url=url_for("supervision.overview", show=show, after=page.after) if page.after else "")


def _sweeps() -> list[dict[str, Any]]:
    """The sweeps by name, and whether each ran lately enough."""
    return [{"name": SWEEP_NAMES[run.name], "at": run.started_at, "seen": run.seen, "acted": run.acted,
             "failed": run.failed, "late": clock.now() - run.started_at > SWEEPS[run.name].late_after}
            for run in sweeps() if run.name in SWEEPS]
