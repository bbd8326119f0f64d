"""The public register: what everyone may read. Knows publications only, never cases; an import rule says so.

Lists go by key, never by offset; nothing is counted beyond 1,001. A list or a search costs at most four
statements, a case page at most six, whatever the number of rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from feedback.domain import folding
from feedback.extensions import db
from feedback.models.publications import Publication
from feedback.queries import register_best, register_match
from feedback.queries.register_page import (
    CARD,
    COUNT_CAP,
    EVERYTHING,
    PAGE,
    PUBLIC,
    Cursor,
    Entry,
    Filters,
    Page,
    entry,
)

_TABLE = Publication.__table__.c
_CARD = tuple(_TABLE[column.key] for column in CARD)


@dataclass(frozen=True)
class AgencyChoice:
    """An agency that has published cases, under the name of its newest one."""

    code: str
    name_vi: str
    name_en: str


def newest(filters: Filters = EVERYTHING, *, text: str = "", cursor: Cursor | None = None) -> Page:
    """The newest published cases, narrowed by filters and by words to be found in them, accents or not."""
    query = folding.query_tokens(text)
    tokens = [*filters.tokens(), *query.tokens]
    if not tokens:
        return _page(_newest_rows(cursor), cursor, lambda _rows: _count_all())
    if filters.objected:
        return register_best.objected(tokens, query, cursor=cursor)
    if any(len(phrase.split()) > 2 for phrase in query.phrases):  # pairs alone do not prove a longer phrase
        return register_best.with_phrases(tokens, query, cursor=cursor)
    return _page(_found_rows(tokens, cursor), cursor, lambda rows: _count(tokens, rows))


def best(filters: Filters = EVERYTHING, *, text: str, after: int = 0) -> Page:
    """The best matches among some hundred newest that hold all the words; ``after`` of them were shown already.
    Without words there is no better or worse: the newest."""
    query = folding.query_tokens(text)
    if not query:
        return newest(filters)
    return register_best.best([*filters.tokens(), *query.tokens], query, text=text, after=after,
                              objected=filters.objected)


def one(reference: str) -> Publication | None:
    """One publication with its points, promises, holders and steps, also when it was unpublished (its text is gone
    then). Three statements: promises and holders are few, they come with the row itself."""
    chosen = select(Publication).where(Publication.reference == reference).options(
        joinedload(Publication.promises), joinedload(Publication.holders),
        selectinload(Publication.points), selectinload(Publication.steps))
    return db.session.scalars(chosen).unique().one_or_none()


def similar(publication: Publication) -> list[Entry]:
    """At most five published cases that speak of the same things. Needs the points loaded."""
    return register_best.similar(publication)


def agencies() -> list[AgencyChoice]:
    """The agencies that have published cases: one step of the index each, however many cases there are."""
    first = select(func.min(Publication.agency_code).label("code")).where(PUBLIC).cte("codes", recursive=True)
    following = select(
        select(func.min(Publication.agency_code)).where(PUBLIC, Publication.agency_code > first.c.code)
        .correlate(first).scalar_subquery()).where(first.c.code.is_not(None))
    codes = first.union_all(following)
    named = aliased(Publication)
    newest_id = (
        select(named.id).where(named.status == "published", named.agency_code == codes.c.code)
        .order_by(named.published_on.desc(), named.id.desc()).limit(1).correlate(codes).scalar_subquery())
    rows = db.session.execute(
        select(Publication.agency_code, Publication.agency_vi, Publication.agency_en)
        .select_from(codes).join(Publication, Publication.id == newest_id))
    return sorted((AgencyChoice(*row) for row in rows), key=lambda choice: folding.fold(choice.name_vi))


def months() -> list[str]:
    """The months in which cases were published, newest first: from the first to the last, gaps included."""
    first, last = db.session.execute(select(
        select(Publication.published_on).where(PUBLIC).order_by(Publication.published_on).limit(1)
        .scalar_subquery(),
        select(Publication.published_on).where(PUBLIC).order_by(Publication.published_on.desc()).limit(1)
        .scalar_subquery())).one()
    if first is None:
        return []
    last_number, first_number = last.year * 12 + last.month - 1, first.year * 12 + first.month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(last_number, first_number - 1, -1)]


def _newest_rows(cursor: Cursor | None) -> list[Entry]:
    key = (Publication.published_on, Publication.id)
    chosen = select(*CARD).where(PUBLIC).limit(PAGE + 1)
    if cursor is None:
        chosen = chosen.order_by(*(part.desc() for part in key))
    elif cursor.newer:
        chosen = chosen.where(tuple_(*key) > (cursor.published_on, cursor.id)).order_by(*key)
    else:
        chosen = chosen.where(tuple_(*key) < (cursor.published_on, cursor.id)).order_by(
            *(part.desc() for part in key))
    return [entry(row) for row in db.session.execute(chosen)]


def _found_rows(tokens: Sequence[str], cursor: Cursor | None) -> list[Entry]:
    backwards = cursor is not None and cursor.newer
    hit = register_match.hits(
        tokens, limit=PAGE + 1, before=None if cursor is None or backwards else cursor.id,
        after=cursor.id if cursor is not None and backwards else None)
    # Over the table: as objects the same columns cost more to ask for than to find.
    chosen = select(*_CARD).join(hit, and_(hit.c.id == _TABLE.id, _TABLE.status == "published")).order_by(
        _TABLE.id.asc() if backwards else _TABLE.id.desc())
    return [entry(row) for row in db.session.execute(chosen)]


def _page(rows: list[Entry], cursor: Cursor | None, count: Callable[[Sequence[Entry]], int]) -> Page:
    backwards = cursor is not None and cursor.newer
    there_is_more, rows = len(rows) > PAGE, rows[:PAGE]
    if backwards:
        rows.reverse()
    has_newer = there_is_more if backwards else cursor is not None
    has_older = (cursor is not None) if backwards else there_is_more
    total = len(rows) if cursor is None and not there_is_more else count(rows)
    return Page(
        entries=tuple(rows), total=min(total, COUNT_CAP - 1), more=total >= COUNT_CAP,
        older=Cursor(rows[-1].published_on, rows[-1].id) if rows and has_older else None,
        newer=Cursor(rows[0].published_on, rows[0].id, newer=True) if rows and has_newer else None)


def _count_all() -> int:
    some = select(Publication.id).where(PUBLIC).limit(COUNT_CAP).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def _count(tokens: Sequence[str], rows: Sequence[Entry]) -> int:
    # Numbers of publications run on, so what lies between the rows of a page tells how many others there are.
    ids = [row.id for row in rows] or [0]
    return db.session.scalar(select(register_match.how_many(
        tokens, limit=COUNT_CAP, one_in=(max(ids) - min(ids) + 1) / len(ids), among=max(ids)))) or 0
