"""The piece of each found case in which the words stand, for a page of results: one statement for all of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, select

from feedback.domain import folding, snippets
from feedback.domain.snippets import Piece
from feedback.extensions import db
from feedback.models.publications import Publication, PublicationPoint
from feedback.queries.register_page import Entry

_case, _point = Publication.__table__.c, PublicationPoint.__table__.c


def _statement() -> Select[Any]:
    points = (select(func.aggregate_strings(_point.question + literal("\n") + _point.answer, "\n"))
              .where(_point.publication_id == _case.id).scalar_subquery())
    words = func.coalesce(points, "")
    for part in (_case.summary, _case.found, _case.done, _case.ground, _case.next_step):
        words = words + literal("\n") + part
    return select(_case.id, words).where(_case.id.in_(bindparam("ids", expanding=True)),
                                         _case.status == "published")


_WORDS = _statement()
"""Put together once: that costs more than asking."""


def found_in(entries: Sequence[Entry], text: str) -> dict[int, tuple[Piece, ...]]:
    """Of each entry, by id, the piece of its words that holds most of what was asked; nothing where the title says
    it all. Empty without a statement when nothing can be looked for."""
    asked = {word for token in folding.query_tokens(text).tokens for word in token.split("_")}
    if not asked or not entries:
        return {}
    titles = {entry.id: entry.title for entry in entries}
    made = {}
    for number, whole in db.session.execute(_WORDS, {"ids": list(titles)}):
        pieces = snippets.snippet(whole, asked)
        if pieces and "".join(piece.text for piece in pieces).strip("… ") not in titles[number]:
            made[number] = pieces
    return made
