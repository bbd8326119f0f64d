"""How PostgreSQL is asked for index rows that hold all tokens, so that no term is slow (performance.md §2).

What many cases hold is found among the newest ones at once; what few hold, by the GIN index. PostgreSQL would
choose between the two by itself, but it takes the sets of tokens apart for each row it walks over, which it
believes to cost nothing. So the newest are looked through as text, and the index is used for all the rest.
"""

from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    String,
    Subquery,
    and_,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from feedback.models.publications import PublicationTokens

NEAR, NEAR_TO_COUNT = 1_000, 2_000
"""Rows that are looked through as text before the index is asked, for a page and for its number."""
NEAR_EACH = 4
"""For more than a page: so many rows for each that is wanted. What is still not found then is rare enough."""
_KEY = PublicationTokens.publication_id
# Made once a row, below the limit: the text is packed, and unpacking it is what a row costs.
_SPACED = (literal(" ") + PublicationTokens.tokens + literal(" ")).label("spaced")


def first_near_then_far(all_of: Sequence[str], holds: ColumnElement[bool], place: Sequence[ColumnElement[bool]], *,
                        limit: int, newest_first: bool) -> Subquery:
    """The first ``limit`` ids in order among those ``place`` leaves, whose rows hold all tokens. ``holds``: the
    same in the index's words."""
    def ordered(key: ColumnElement[int]) -> ColumnElement[int]:
        return key.desc() if newest_first else key.asc()

    rows = (select(_KEY.label("id"), _SPACED).where(*place).order_by(ordered(_KEY))
            .limit(max(NEAR, NEAR_EACH * limit)).cte())
    near = (select(rows.c.id).where(_as_text(rows.c.spaced, all_of)).order_by(ordered(rows.c.id)).limit(limit)
            .cte())
    enough = select(func.count()).select_from(near).scalar_subquery() >= limit
    # "+ 0" keeps the planner from walking in this order: far ones come from the GIN index, then are sorted.
    far = (select(_KEY.label("id")).where(holds, _dear("a"), *place, ~enough).order_by(ordered(_KEY + 0))
           .limit(limit).subquery("far"))
    found = union_all(select(near.c.id).where(enough), select(far.c.id)).subquery("found")
    return select(found.c.id).order_by(ordered(found.c.id)).limit(limit).subquery("hit")


def capped(all_of: Sequence[str], holds: ColumnElement[bool], *, limit: int, crowded: bool) -> ScalarSelect[int]:
    """How many rows hold all tokens, counted up to ``limit``. ``crowded``: so many seem to that the limit is met
    among the newest; otherwise only the index is asked."""
    if not crowded:
        some = select(_KEY.label("id")).where(holds, _dear("abcd")).limit(limit).subquery("some")
        return select(func.count()).select_from(some).scalar_subquery()
    rows = select(_KEY.label("id"), _SPACED).order_by(_KEY.desc()).limit(NEAR_TO_COUNT).cte()
    near = select(rows.c.id).where(_as_text(rows.c.spaced, all_of)).limit(limit).subquery("near")
    counted = select(func.count().label("n")).select_from(near).cte("counted")
    enough = select(counted.c.n).scalar_subquery() >= limit
    far = select(_KEY.label("id")).where(holds, _dear("abcd"), ~enough).limit(limit).subquery("far")
    all_far = select(func.count()).select_from(far).scalar_subquery()
    return select(func.greatest(counted.c.n, all_far)).select_from(counted).scalar_subquery()


def _as_text(spaced: ColumnElement[str], all_of: Sequence[str]) -> ColumnElement[bool]:
    # Pairs are rarer than syllables and long tokens than short ones: the first that is missing ends the looking.
    rare_first = sorted(all_of, key=lambda token: ("_" not in token, -len(token)))
    return and_(*(func.strpos(spaced, f" {token} ") > 0 for token in rare_first))


def _dear(ends: str) -> ColumnElement[bool]:
    """Always true. Tells the planner what it costs to read a row, which it takes for nothing: this function is
    declared dear and is cheap on a number, and stands here once for each of ``ends``. With it the index is asked,
    instead of taking rows apart one after another until enough are found."""
    simple = literal_column("'simple'")
    return and_(*(func.to_tsvector(simple, cast(_KEY, String) + literal(end)).is_not(None) for end in ends))
