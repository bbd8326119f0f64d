"""The piece of each found case in which the words stand, for a page of results: one statement for all of them."""

from collections.abc import Sequence

from sqlalchemy import func, literal, select

from feedback.domain import folding, snippets
from feedback.domain.snippets import Piece
from feedback.extensions import db
from feedback.models.publications import Publication, PublicationPoint
from feedback.queries.register_page import PUBLIC, Entry

_PARTS = (Publication.summary, Publication.found, Publication.done, Publication.ground, Publication.next_step)


def found_in(entries: Sequence[Entry], text: str) -> dict[int, tuple[Piece, ...]]:
    """Of each entry, by id, the piece of its words that holds most of what was asked; nothing where the title says
    it all. Empty without a statement when nothing can be looked for."""
    asked = {word for token in folding.query_tokens(text).tokens for word in token.split("_")}
    if not asked or not entries:
        return {}
    points = (select(func.aggregate_strings(
        PublicationPoint.question + literal("\n") + PublicationPoint.answer, "\n"))
        .where(PublicationPoint.publication_id == Publication.id).scalar_subquery())
    words = func.coalesce(points, "")
    for part in _PARTS:
        words = words + literal("\n") + part
    titles = {entry.id: entry.title for entry in entries}
    made = {}
    for number, whole in db.session.execute(
            select(Publication.id, words).where(Publication.id.in_(list(titles)), PUBLIC)):
        pieces = snippets.snippet(whole, asked)
        if pieces and "".join(piece.text for piece in pieces).strip("… ") not in titles[number]:
            made[number] = pieces
    return made
