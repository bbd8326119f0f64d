"""Questions that ask senders for more than the published list allows: read by the coordinating office
afterwards."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries.agencies import agency_by_id, open_agencies
from feedback.queries.papers import PaperRow, findings_page
from feedback.services import papers as reading
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole
from feedback.web.paper_words import fault_name, source_of
from feedback.web.redirects import see
from feedback.web.supervision import bp


@bp.get("/papers")
@requires(Permission.CASE_OVERSEE)
def papers() -> str:
    """The newest first, by key ``after``; ``agency`` (with all below it), ``unseen=1``."""
    agency_id, unseen = whole(request.args.get("agency", "")), request.args.get("unseen") == "1"
    rows, after = findings_page(current_actor(), agency_id=agency_id, unseen=unseen,
                                after=whole(request.args.get("after", "")))
    agency = agency_by_id(agency_id) if agency_id is not None else None
    kept = {**({"agency": agency_id} if agency_id is not None else {}), **({"unseen": 1} if unseen else {})}
    chips = [] if agency_id is None else [
        {"label": gettext("Agency"), "value": name_of(agency) if agency else gettext("unknown"),
         "remove_url": url_for("supervision.papers", **({"unseen": 1} if unseen else {}))}]
    return render_template(
        "supervision/papers.html", rows=[_row(row) for row in rows], chips=chips, chosen=str(agency_id or ""),
        unseen=unseen, may=current_actor().can(Permission.CASE_GATE),
        quick=[{"label": label, "current": current, "url": url_for("supervision.papers", **{
            **({"agency": agency_id} if agency_id is not None else {}), **more})} for label, more, current in (
                (gettext("All"), {}, not unseen), (gettext("Not seen yet"), {"unseen": 1}, unseen))],
        agencies=[{"value": str(a.id), "label": name_of(a)} for a in open_agencies()], filtered=bool(kept),
        older_url=url_for("supervision.papers", after=after, **kept) if after is not None else "")


@bp.post("/papers/<int:finding_id>/seen")
@requires(Permission.CASE_GATE)
def paper_seen(finding_id: int) -> ResponseReturnValue:
    """The coordinating office has read it. The first who says so is kept; out of reach: 404; who asked: 403."""
    with writing():
        reading.mark_seen(finding_id, actor=current_actor())
    return see("supervision.papers", done="paper_seen")


def _row(row: PaperRow) -> dict[str, object]:
    found = row.finding
    return {"id": found.id, "case": row.case, "line": found.line, "fault": fault_name(found.code),
            "source": source_of(found.code), "listed": name_of(row.paper) if row.paper else "",
            "asked_by": row.asked_by, "own": found.asked_by_id == current_actor().person_id,
            "asked_at": found.asked_at, "why": row.why, "seen_by": row.seen_by, "seen_at": found.seen_at}
