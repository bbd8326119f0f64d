"""Imported drafts, twenty a page: read each, tick it, and decide about all that are ticked."""

import json

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.publications import PublicationDraft
from feedback.queries import drafts as waiting
from feedback.services import publication_batch
from feedback.services.publication_batch import Outcome
from feedback.services.publication_body import digest, load
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole
from feedback.web.publication import bp
from feedback.web.publication.marked import pieces
from feedback.web.publication.words import refused_words

STEPS = {"confirm": "proposed", "approve": "confirmed"}
"""What is decided on the page, and the status of the drafts it shows."""


@bp.get("/batch")
@requires(Permission.PUBLICATION_DRAFT)
def batch() -> str:
    """The first person's page, or with ``step=approve`` the second one's."""
    step = request.args.get("step", "confirm")
    return _page(step if step in STEPS else "confirm")


@bp.post("/batch")
@requires(Permission.PUBLICATION_APPROVE)
def decide() -> ResponseReturnValue:
    """Confirm, approve or hold what is ticked; each draft by itself, as it was shown."""
    step, deed = request.form.get("step", "confirm"), request.form.get("deed", "")
    step = step if step in STEPS else "confirm"
    ticked = [n for n in map(whole, request.form.getlist("draft")) if n is not None][:waiting.BATCH_PAGE]
    seen = [(number, request.form.get(f"seen-{number}", "")) for number in ticked]
    reason = request.form.get("reason", "").strip()
    if not seen:
        return _page(step, wrong=gettext("Tick the cases that you decide about.")), 422
    if deed == "hold" and not reason:
        return _page(step, wrong=gettext("Write why they are held back."), ticked=ticked), 422
    actor = current_actor()
    if deed == "hold":
        outcome = publication_batch.hold_batch(seen, actor=actor, reason=reason, transaction=writing)
    elif step == "approve":
        outcome = publication_batch.approve_batch(seen, actor=actor, transaction=writing)
    else:
        outcome = publication_batch.confirm_batch(seen, actor=actor, transaction=writing)
    return _page(step, outcome=outcome)


def _page(step: str, *, wrong: str = "", ticked: list[int] | None = None, outcome: Outcome | None = None) -> str:
    after = request.args.get("after", "")
    rows = waiting.batch(current_actor(), status=STEPS[step],
                         after=whole(after) or 0)
    more, rows = len(rows) > waiting.BATCH_PAGE, rows[:waiting.BATCH_PAGE]
    return render_template(
        "publication/batch.html", step=step, wrong=wrong, reason=request.form.get("reason", ""),
        items=[_item(row, row.id in (ticked or ())) for row in rows],
        done_count=len(outcome.done) if outcome else 0,
        failed=[{"reference": _reference(number), "words": refused_words(code)}
                for number, code in outcome.failed.items()] if outcome else [],
        next_url=url_for("publication.batch", step=step, after=rows[-1].id) if more else "")


def _item(row: PublicationDraft, ticked: bool) -> dict[str, object]:
    body, marks = load(row.body), json.loads(row.marks)
    return {
        "id": row.id, "reference": row.reference, "seen": digest(row.body), "ticked": ticked,
        "agency": body["agency_vi"], "language": body["language"], "marks": len(marks),
        "asked": [piece for p in body["points"]
                  for piece in pieces(p["question"], _of(marks, f"points.{p['n']}.question"))],
        "answered": [piece for p in body["points"]
                     for piece in pieces(p["answer"], _of(marks, f"points.{p['n']}.answer"))]}


def _of(marks: list[dict[str, object]], path: str) -> list[dict[str, object]]:
    return [mark for mark in marks if mark["field"] == path]


def _reference(draft_id: int) -> str:
    found = waiting.draft(current_actor(), draft_id)
    return found.reference if found else str(draft_id)
