"""Settled cases like a complaint that is about to be sent. Knows publications only; an import rule says so."""

from dataclasses import dataclass

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.publications import Publication, PublicationPoint
from feedback.queries import register_best, register_match
from feedback.queries.register_page import PUBLIC, Entry

TOLD = 600
"""Characters of a story that are compared besides its points: what happened stands in the beginning."""
EXCERPT = 320
"""Characters of a question or an answer on a card: enough to judge whether it is the same."""


@dataclass(frozen=True)
class Settled:
    """One settled case with enough to judge it by: what was asked, and what was answered in a few words."""

    entry: Entry
    asked: str
    answered: str


def like(narrative: str, points: list[str], *, procedure: str = "", agency_code: str | None = None,
         category: str | None = None) -> list[Settled]:
    """At most five published cases about the same things, most alike first. Two statements, whatever the number of
    cases; none for a text of which nothing can be looked for."""
    asked = "\n".join([procedure, *points, narrative[:TOLD]])
    found = register_best.alike(asked, like=register_match.facets(agency=agency_code, category=category),
                                story=True)
    if not found:
        return []
    rows = db.session.execute(
        select(Publication.id, Publication.summary, Publication.done, Publication.found, PublicationPoint.question,
               PublicationPoint.answer)
        .outerjoin(PublicationPoint, PublicationPoint.publication_id == Publication.id)
        .where(Publication.id.in_([entry.id for entry in found]), PUBLIC)
        .order_by(Publication.id, PublicationPoint.n)).all()
    first = {row.id: row for row in reversed(rows)}
    return [Settled(entry, asked=_cut(first[entry.id].summary or first[entry.id].question or ""),
                    answered=_cut(first[entry.id].answer or first[entry.id].done or first[entry.id].found or ""))
            for entry in found if entry.id in first]


def _cut(text: str) -> str:
    """The beginning of a text, ended at a word."""
    words = " ".join(text.split())
    if len(words) <= EXCERPT:
        return words
    return words[:EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
