"""The agency's inbox: open cases by what is due, with filters that live in the address."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback import clock
from feedback.domain.permissions import Permission
from feedback.queries.cases import case_list
from feedback.web.desk import bp
from feedback.web.guards import current_actor, requires

FILTERS = ("all", "mine", "unassigned", "late")


@bp.get("/")
@requires(Permission.OWN_ACCOUNT)
def home() -> ResponseReturnValue:
    """Lead each person to the first desk of theirs."""
    actor = current_actor()
    for permission, endpoint in (
            (Permission.CASE_INTAKE, "desk.intake"), (Permission.CASE_GATE, "supervision.gate"),
            (Permission.CASE_OVERSEE, "supervision.overview"), (Permission.CASE_READ, "desk.inbox"),
            (Permission.PUBLICATION_DRAFT, "publication.drafts"), (Permission.PEOPLE_MANAGE, "admin.people"),
            (Permission.AUDIT_READ, "admin.audit")):
        if actor.can(permission):
            return redirect(url_for(endpoint))
    return redirect(url_for("account.sessions"))


@bp.get("/inbox")
@requires(Permission.CASE_READ)
def inbox() -> str:
    """Open cases within reach, most urgent first. ``show``: all, mine, unassigned or late; ``after``: key."""
    actor = current_actor()
    show = request.args.get("show", "all")
    show = show if show in FILTERS else "all"
    page = case_list(actor, officer_id=actor.person_id if show == "mine" else None,
                     unassigned=show == "unassigned", late=show == "late", now=clock.now(),
                     holder_kinds=("handle", "redo", "approve"), after=request.args.get("after"))
    return render_template(
        "desk/inbox.html", page=page, show=show, filters=FILTERS,
        older_url=url_for("desk.inbox", show=show, after=page.after) if page.after else "")
