"""The list of drafts by what they wait for, and making drafts of newly settled cases."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries import drafts as waiting
from feedback.services import publication
from feedback.services.publication_body import load
from feedback.web.guards import current_actor, requires
from feedback.web.publication import bp
from feedback.web.publication.words import STATUS, held_words
from feedback.web.redirects import see


@bp.get("")
@requires(Permission.PUBLICATION_DRAFT)
def drafts() -> str:
    """Drafts of one status, newest first; cases of this system, or imported ones with ``from=import``."""
    status = request.args.get("status", "proposed")
    status = status if status in STATUS else "proposed"
    historical = request.args.get("from") == "import"
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    rows = waiting.listed(current_actor(), status=status, historical=historical, before=place)
    more = len(rows) > waiting.LIST_PAGE
    rows = rows[:waiting.LIST_PAGE]
    kept = {"status": status, **({"from": "import"} if historical else {})}
    return render_template(
        "publication/drafts.html", status=status, historical=historical, statuses=STATUS,
        rows=[{"draft": row, "title": load(row.body)["title"], "agency": load(row.body)["agency_vi"],
               "reason": held_words(row.held_reason)} for row in rows],
        older_url=url_for("publication.drafts", before=rows[-1].id, **kept) if more else "")


@bp.post("")
@requires(Permission.PUBLICATION_DRAFT)
def propose() -> ResponseReturnValue:
    """Make drafts of the cases that were settled since. Without the vault nothing is copied (503)."""
    with writing():
        made = publication.propose_missing()
    return see("publication.drafts", done="publication_propose" if made else "publication_nothing_new")
