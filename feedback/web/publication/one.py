"""One draft: its words with the marks, confirmed by one person and approved by another; held, or taken out."""

import json

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.errors import BadInput, ReasonMissing
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.publications import PublicationDraft
from feedback.queries import drafts as waiting
from feedback.services import publication, publication_body, publication_release
from feedback.web.guards import current_actor, current_person, requires
from feedback.web.publication import bp
from feedback.web.publication.marked import pieces
from feedback.web.publication.words import MARKS, STATUS, field_words, held_words, refused_words
from feedback.web.redirects import see


@bp.get("/<int:draft_id>")
@requires(Permission.PUBLICATION_DRAFT)
def draft(draft_id: int) -> str:
    """The draft: to be read and mended, or, for the second person, to be read and approved."""
    return _page(_draft(draft_id))


@bp.post("/<int:draft_id>/confirm")
@requires(Permission.PUBLICATION_DRAFT)
def confirm(draft_id: int) -> ResponseReturnValue:
    """Save the words as mended and stand for them."""
    written = {path: text.replace("\r\n", "\n") for path, text in request.form.items()
               if path not in ("csrf_token", "seen")}
    try:
        with writing():
            row = _draft(draft_id)
            if request.form.get("seen") != publication_body.digest(row.body):
                raise BadInput("body", "changed")
            body = publication_body.with_texts(publication_body.load(row.body), written)
            publication.confirm(row, actor=current_actor(), body=body)
    except BadInput as refused:
        return _page(_draft(draft_id), refused=refused, written=written), 422
    return see("publication.drafts", done="publication_confirm")


@bp.post("/<int:draft_id>/show")
@requires(Permission.PUBLICATION_DRAFT)
def show_words(draft_id: int) -> ResponseReturnValue:
    """Show the words of the ticked marks again: they name nobody private."""
    ticked = request.form.getlist("mark")
    if not all(number.isascii() and number.isdigit() and len(number) < 6 for number in ticked):
        abort(400)
    try:
        with writing():
            publication.allow_each(_draft(draft_id), {int(number) for number in ticked}, actor=current_actor())
    except BadInput as refused:
        return _page(_draft(draft_id), refused=refused), 422
    return redirect(url_for("publication.draft", draft_id=draft_id, _anchor="marks"), code=303)


@bp.post("/<int:draft_id>/approve")
@requires(Permission.PUBLICATION_APPROVE)
def approve(draft_id: int) -> ResponseReturnValue:
    """The second person agrees to exactly what the page showed."""
    try:
        with writing():
            publication.approve(_draft(draft_id), actor=current_actor(), seen=request.form.get("seen", ""))
    except BadInput as refused:
        return _page(_draft(draft_id), refused=refused), 422
    return see("publication.drafts", status="confirmed", done="publication_approve")


@bp.post("/<int:draft_id>/hold")
@requires(Permission.PUBLICATION_DRAFT)
def hold(draft_id: int) -> ResponseReturnValue:
    """Keep it from being published, with the reason."""
    try:
        with writing():
            publication.hold(_draft(draft_id), actor=current_actor(), reason=request.form.get("reason", ""))
    except ReasonMissing:
        return _page(_draft(draft_id), refused=BadInput("reason", "ReasonMissing")), 422
    return see("publication.drafts", done="publication_hold")


@bp.post("/<int:draft_id>/unpublish")
@requires(Permission.PUBLICATION_APPROVE)
def unpublish(draft_id: int) -> ResponseReturnValue:
    """Take the case out of the page, the lists and the search at once."""
    try:
        with writing():
            shown = publication_release.published(_draft(draft_id).reference)
            if shown is None:
                abort(409)
            publication_release.unpublish(shown, actor=current_actor(), reason=request.form.get("reason", ""))
    except ReasonMissing:
        return _page(_draft(draft_id), refused=BadInput("reason", "ReasonMissing")), 422
    return see("publication.drafts", status="held", done="unpublish")


def _draft(draft_id: int) -> PublicationDraft:
    found = waiting.draft(current_actor(), draft_id)
    if found is None:
        abort(404)
    return found


def _page(row: PublicationDraft, *, refused: BadInput | None = None, written: dict[str, str] | None = None) -> str:
    body, person = publication_body.load(row.body), current_person()
    marks = json.loads(row.marks)
    wrong = _wrong(refused)
    mine = person is not None and row.confirmed_by_id == person.id
    return render_template(
        "publication/draft.html", draft=row, body=body, status=STATUS[row.status],
        held=held_words(row.held_reason) if row.status == publication.HELD else "",
        seen=publication_body.digest(row.body), editable=row.status in (publication.PROPOSED, publication.HELD),
        approvable=row.status == publication.CONFIRMED and not mine, mine=mine, wrong=wrong,
        fields=[{
            "path": path, "label": field_words(path), "text": (written or {}).get(path, text),
            "pieces": pieces(text, [m for m in marks if m["field"] == path]), "wrong": wrong.get(path, ""),
            "long": path != "title"} for path, text in publication_body.texts(body).items()
            if text or not body["historical"]],
        shown_again=any(m["words"] is not None for m in marks),
        marks=[{"n": m["n"], "kind": str(MARKS[m["kind"]]), "field": field_words(m["field"]), "words": m["words"]}
               for m in marks])


def _wrong(refused: BadInput | None) -> dict[str, str]:
    """What was refused, by the path of the text it is about ('body' and 'reason' stand for themselves)."""
    if refused is None:
        return {}
    words = refused_words(refused.code)
    if not isinstance(refused, publication.StillNamed | publication.StillFound):
        return {refused.field: words}
    told = dict.fromkeys(refused.fields, words) if isinstance(refused, publication.StillNamed) else {}
    for field in dict.fromkeys(mark.field for mark in refused.marks):
        # All at once: nobody should have to press the button again for each of them.
        quoted = ", ".join(f"“{mark.words}”" for mark in refused.marks if mark.field == field)
        told[field] = " ".join(filter(None, (told.get(field), refused_words("still_found"), quoted)))
    return told
