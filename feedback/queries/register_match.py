"""The search index of the public register: what is written into it, and how both databases are asked.

A case is a set of tokens (``domain.folding``): syllables, pairs of syllables and filter tokens. SQLite asks an
FTS5 table, PostgreSQL a GIN index; both get the same tokens, so both find the same cases. Results come newest
first by the number of the publication, which grows with its day.
"""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    Subquery,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from feedback.domain import folding
from feedback.extensions import db
from feedback.models.publications import Publication, PublicationTokens
from feedback.queries import register_walk

_FTS = table("publication_fts", column("rowid"), column("publication_fts"))


def agency_facet(code: str) -> str:
    """The filter token of an agency. Hashed, because codes differ by their dots alone (H1.23, H12.3)."""
    return folding.facet("a", hashlib.sha256(code.encode()).hexdigest()[:16])


def procedure_facet(code: str) -> str:
    """The filter token of a procedure, hashed for the same reason."""
    return folding.facet("p", hashlib.sha256(code.encode()).hexdigest()[:16])


def facets(*, agency: str | None = None, category: str | None = None, outcome: str | None = None,
           month: str | None = None, historical: bool | None = None, procedure: str | None = None,
           kind: str | None = None, returned: bool = False, passed_on: bool = False,
           late: bool = False) -> list[str]:
    """Filter tokens of the values that are given. ``month`` is that of publication, '2026-11'; ``returned``: as
    vague, at least once; ``passed_on``: to another agency, at least once; ``late``: past the due date."""
    found = []
    if agency is not None:
        found.append(agency_facet(agency))
    if category is not None:
        found.append(folding.facet("c", category))
    if outcome is not None:
        found.append(folding.facet("o", outcome))
    if month is not None:
        found.append(folding.facet("m", month))
    if historical is not None:
        found.append(folding.facet("h", int(historical)))
    if procedure is not None:
        found.append(procedure_facet(procedure))
    if kind is not None:
        found.append(folding.facet("k", kind))
    found += [folding.facet("w", name) for name, holds in (
        ("returned", returned), ("passed", passed_on), ("late", late)) if holds]
    return found


def month_of(day: date) -> str:
    """A date's month as it stands in addresses and filter tokens: '2026-11'."""
    return f"{day.year:04d}-{day.month:02d}"


def words_of(publication: Publication) -> str:
    """Everything the page shows in words, one part a line. Needs the points loaded."""
    parts = [publication.title, publication.summary]
    parts += [part for point in publication.points for part in (point.question, point.answer)]
    parts += [publication.found, publication.done, publication.owner, publication.ground]
    parts += [publication.next_step, publication.agency_vi, publication.agency_en]
    parts += [publication.procedure_vi or "", publication.procedure_en or "", publication.reference]
    return "\n".join(parts)


def index_row(publication: Publication, *, above: Sequence[str] = ()) -> PublicationTokens:
    """The index row of a flushed publication with its points. ``above``: codes of the agencies above the one that
    answered, under which it is found too (``services.register_index`` knows them)."""
    return PublicationTokens(publication_id=publication.id, published_on=publication.published_on,
                             tokens=tokens_of(publication, above=above))


def tokens_of(publication: Publication, *, above: Sequence[str] = ()) -> str:
    """What ``index_row`` keeps, as it is stored. Needs the points loaded."""
    kept = facets(agency=publication.agency_code, category=publication.category, outcome=publication.outcome,
                  month=month_of(publication.published_on), historical=publication.historical,
                  procedure=publication.procedure_code, kind=publication.kind,
                  returned=bool(publication.times_returned), passed_on=bool(publication.times_passed_on),
                  late=bool(publication.late_days))
    return folding.tokens_text(words_of(publication), *kept, *(agency_facet(code) for code in above))


def hits(all_of: Sequence[str], *, any_of: Sequence[str] = (), before: int | None = None,
         after: int | None = None, limit: int) -> Subquery:
    """The newest ``limit`` publications whose index row holds all of ``all_of`` and, when given, one of
    ``any_of``; a subquery with the one column ``id``. ``before`` and ``after`` are ids: only older ones, newest
    first; or only newer ones, oldest first. Raises ValueError when nothing is asked for or one is no token."""
    _demand_tokens(all_of, any_of)
    key, holds = _asked(all_of, any_of)
    place = [] if before is None else [key < before]
    place += [] if after is None else [key > after]
    in_order = key.desc() if after is None else key.asc()
    if any_of or _sqlite():
        return select(key.label("id")).where(holds, *place).order_by(in_order).limit(limit).subquery("hit")
    return register_walk.first_near_then_far(all_of, holds, place, limit=limit, newest_first=after is None)


def how_many(all_of: Sequence[str], *, limit: int, one_in: float, among: int) -> ScalarSelect[int]:
    """How many publications hold all of these tokens, counted up to ``limit``. That one in so many ``among`` all
    seems to hold them only says where to look first. Raises ValueError as ``hits``."""
    _demand_tokens(all_of, ())
    key, holds = _asked(all_of, ())
    if not _sqlite():
        look = register_walk.rows_to_look_at(one_in=one_in, among=among, limit=limit)
        return register_walk.capped(all_of, holds, limit=limit, look=look)
    some = select(key.label("id")).where(holds).limit(limit).subquery("hit")
    return select(func.count()).select_from(some).scalar_subquery()


def _demand_tokens(all_of: Sequence[str], any_of: Sequence[str]) -> None:
    for token in (*all_of, *any_of):
        if not token.isascii() or not token.replace("_", "0").isalnum():
            raise ValueError("not a token of domain.folding")
    if not all_of and not any_of:
        raise ValueError("nothing is asked for")


def _asked(all_of: Sequence[str], any_of: Sequence[str]) -> tuple[Any, ColumnElement[bool]]:
    """The key of the index rows, and the condition in the database's own words."""
    if _sqlite():
        asked = _expression(all_of, any_of, quote='"', conj=" AND ", disj=" OR ")
        return _FTS.c.rowid, _FTS.c.publication_fts.op("MATCH", is_comparison=True)(
            bindparam("asked", asked, String, unique=True))
    asked = _expression(all_of, any_of, quote="'", conj=" & ", disj=" | ")
    # The very expression of the index in migration 0010.
    stored = func.array_to_tsvector(func.string_to_array(PublicationTokens.tokens, literal_column("' '")))
    return PublicationTokens.publication_id, stored.op("@@", is_comparison=True)(
        cast(bindparam("asked", asked, String, unique=True), TSQUERY))


def _sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"


def _expression(all_of: Sequence[str], any_of: Sequence[str], *, quote: str, conj: str, disj: str) -> str:
    parts = [f"{quote}{token}{quote}" for token in all_of]
    if any_of:
        parts.append("(" + disj.join(f"{quote}{token}{quote}" for token in any_of) + ")")
    return conj.join(parts)
