"""The agency's inbox: open cases by what is due, with filters that live in the address."""

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.permissions import Permission
from feedback.queries.cases import PAGE, Page, case_list
from feedback.queries.workload import officers_in
from feedback.web.case_columns import case_columns
from feedback.web.csv_lists import BATCH, csv_wanted, every_page, send_csv
from feedback.web.desk import bp, filters
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label


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
def inbox() -> ResponseReturnValue:
    """Open cases within reach, most urgent first. ``show``: all, mine, new, unassigned, soon or late; ``state``,
    ``category`` and (for heads) ``officer`` narrow it; ``after``: key of the last row seen; ``format=csv``: all of
    it as a file."""
    actor = current_actor()
    asked = filters.asked(request.args)
    heads = actor.can(Permission.CASE_APPROVE)
    officers = officers_in(actor.agency_tree) if heads and actor.agency_tree else []

    def rows(after: str | None, size: int = PAGE) -> Page:
        return case_list(
            actor, states=[asked.state] if asked.state else None, category=asked.category or None,
            officer_id=actor.person_id if asked.show == "mine" else asked.officer,
            unassigned=asked.show == "unassigned", late=asked.show == "late", soon=asked.show == "soon",
            unread=asked.show == "new", now=clock.now(), holder_kinds=("handle", "redo", "approve"),
            after=after, size=size)

    if csv_wanted(request.args):
        return send_csv("inbox", case_columns(_l("Your agency's clock")), every_page(
            lambda after: rows(after, BATCH)))
    page = rows(request.args.get("after"))
    return render_template(
        "desk/inbox.html", page=page, asked=asked, shown=filters.SHOWN, saved=filters.kept(asked),
        chips=filters.in_force(asked, officers), heads=heads, drafts=actor.can(Permission.CASE_DRAFT),
        keep=urlencode(asked.query),
        states=_options((state, label(state)) for state in filters.STATES),
        categories=_options((category, label(category)) for category in Category),
        officers=_options((str(person.id), person.display_name) for person in officers),
        file_url=url_for("desk.inbox", **asked.query, format="csv"),
        older_url=url_for("desk.inbox", **asked.query, after=page.after) if page.after else "")


def _options(named: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """The choices of one filter; the first means all."""
    return [{"value": "", "label": gettext("All")}, *({"value": value, "label": words} for value, words in named)]
