"""The search index of the register, brought up to what it has to hold: for cases that were published before a
filter was thought of, and when the tree of agencies changes.

The counting sweep does some of it each time it comes round; ``feedback publication index`` does it all at once.
"""

from collections.abc import Iterable, Mapping
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.publications import Publication, PublicationTokens, RegisterCount
from feedback.queries import register_match

FORM = 2
"""Grows whenever the rows of the index get something new: then all are written again."""
A_TIME = 200
"""Cases that one round of the sweep looks at."""
STATE, UPTO = "register_index.form", "register_index.upto"
"""Kept among the counts: which form and tree the index is being brought to, and how far it is."""

Above = Mapping[str, tuple[str, ...]]


def agencies_above() -> dict[str, tuple[str, ...]]:
    """The codes above each agency, the nearest first; one statement."""
    rows = {row.id: row for row in db.session.execute(select(Agency.id, Agency.code, Agency.parent_id))}
    found = {}
    for row in rows.values():
        codes: list[str] = []
        at = row.parent_id
        while at is not None and rows[at].code not in (*codes, row.code):
            codes.append(rows[at].code)
            at = rows[at].parent_id
        found[row.code] = tuple(codes)
    return found


def index(publication: Publication, above: Above) -> None:
    """Write the index row of a public case with its points loaded, in the caller's transaction."""
    codes = above.get(publication.agency_code, ())
    kept = db.session.get(PublicationTokens, publication.id)
    if kept is None:
        db.session.add(register_match.index_row(publication, above=codes))
        return
    tokens = register_match.tokens_of(publication, above=codes)
    if kept.tokens != tokens:
        kept.tokens = tokens


def after(publication_id: int, *, most: int = A_TIME) -> list[int]:
    """Ids of the next public cases after this one."""
    return list(db.session.scalars(
        select(Publication.id).where(Publication.id > publication_id, Publication.status == "published")
        .order_by(Publication.id).limit(most)))


def fill(publication_ids: Iterable[int], above: Above) -> int:
    """Index these cases anew; how many were looked at."""
    rows = db.session.scalars(
        select(Publication).where(Publication.id.in_(list(publication_ids)), Publication.status == "published")
        .options(selectinload(Publication.points))).all()
    for row in rows:
        index(row, above)
    return len(rows)


def catch_up() -> dict[str, int]:
    """Bring the next few cases up to the form of today and the tree of today; nothing once all are. Returns the
    two numbers that say how far it is, to be kept among the counts."""
    above = agencies_above()
    wanted = crc32(repr((FORM, sorted(above.items()))).encode()) & 0x7FFFFFFF
    known = {row.name: row.value for row in db.session.execute(
        select(RegisterCount.name, RegisterCount.value).where(RegisterCount.name.in_([STATE, UPTO])))}
    upto = known.get(UPTO, 0) if known.get(STATE) == wanted else 0
    ids = after(upto)
    if ids:
        fill(ids, above)
        upto = ids[-1]
    return {STATE: wanted, UPTO: upto}
