"""How PostgreSQL is asked for index rows that hold all tokens, so that no term is slow (performance.md §2).

What many cases hold is found among the newest ones at once; what few hold, by the GIN index. PostgreSQL would
choose between the two by itself, but it takes the sets of tokens apart for each row it walks over, which it
believes to cost nothing. So the newest are looked through as text, and the index is used for all the rest.
"""

from collections.abc import Sequence
from math import ceil

from sqlalchemy import (
    CTE,
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

NEAR, NEAR_EACH = 1_000, 4
"""Rows that are looked through as text before the index is asked; for more than a page so many for each that is
wanted."""
WIDE = 20_000
"""Rows that are looked through where the near ones hold too few, but show that the rest holds very many."""
_TEXT_BESIDE_INDEX = 7
"""What a row of text costs beside one number that the index gives and nobody reads."""
_FAR_PAYS = 0.75
"""What one case costs that the index gives (it is read, and sorted with all others), beside a row of text."""
_KEY = PublicationTokens.publication_id
# Made once a row, below the limit: the text is packed, and unpacking it is what a row costs.
_SPACED = (literal(" ") + PublicationTokens.tokens + literal(" ")).label("spaced")


def first_near_then_far(all_of: Sequence[str], holds: ColumnElement[bool], place: Sequence[ColumnElement[bool]], *,
                        limit: int, newest_first: bool) -> Subquery:
    """The first ``limit`` ids in order among those ``place`` leaves, whose rows hold all tokens. ``holds``: the
    same in the index's words.

    Three ways, of which the database goes one after the other until one has found enough: the near rows as text;
    where these hold so many that the index would give a heap of cases to sort, more rows as text; the index.
    """
    def ordered(key: ColumnElement[int]) -> ColumnElement[int]:
        return key.desc() if newest_first else key.asc()

    def looked_through(most: int, *needed: ColumnElement[bool]) -> CTE:
        rows = select(_KEY.label("id"), _SPACED).where(*place).order_by(ordered(_KEY)).limit(most).subquery()
        return (select(rows.c.id).where(_as_text(rows.c.spaced, all_of), *needed).order_by(ordered(rows.c.id))
                .limit(limit).cte())

    at_first = max(NEAR, NEAR_EACH * limit)
    near = looked_through(at_first)
    number = select(func.count()).select_from(near).scalar_subquery()
    # If the rest is like the near rows, text costs limit * at_first / number, the index number / at_first * all.
    all_there_are = select(func.max(_KEY)).scalar_subquery()
    crowded = number * number * all_there_are > int(limit * at_first * at_first / _FAR_PAYS)
    wide = looked_through(WIDE, number < limit, crowded)
    enough = select(func.count()).select_from(wide).scalar_subquery() >= limit
    # "+ 0" keeps the planner from walking in this order: far ones come from the GIN index, then are sorted.
    far = (select(_KEY.label("id")).where(holds, _dear("a"), *place, number < limit, ~enough)
           .order_by(ordered(_KEY + 0)).limit(limit).subquery("far"))
    found = union_all(select(near.c.id).where(number >= limit), select(wide.c.id).where(enough),
                      select(far.c.id)).subquery("found")
    return select(found.c.id).order_by(ordered(found.c.id)).limit(limit).subquery("hit")


def capped(all_of: Sequence[str], holds: ColumnElement[bool], *, limit: int, look: int) -> ScalarSelect[int]:
    """How many rows hold all tokens, counted up to ``limit``. ``look``: so many of the newest are looked through
    as text first (``rows_to_look_at``); with 0 only the index is asked."""
    if not look:
        some = select(_KEY.label("id")).where(holds, _dear("abcd")).limit(limit).subquery("some")
        return select(func.count()).select_from(some).scalar_subquery()
    rows = select(_KEY.label("id"), _SPACED).order_by(_KEY.desc()).limit(look).cte()
    near = select(rows.c.id).where(_as_text(rows.c.spaced, all_of)).limit(limit).subquery("near")
    counted = select(func.count().label("n")).select_from(near).cte("counted")
    enough = select(counted.c.n).scalar_subquery() >= limit
    far = select(_KEY.label("id")).where(holds, _dear("abcd"), ~enough).limit(limit).subquery("far")
    all_far = select(func.count()).select_from(far).scalar_subquery()
    return select(func.greatest(counted.c.n, all_far)).select_from(counted).scalar_subquery()


def rows_to_look_at(*, one_in: float, among: int, limit: int) -> int:
    """Among how many of the newest rows ``limit`` are found, if one in so many of ``among`` holds what is asked;
    0 where the index, which gives all that hold it, costs less. Of what every second one holds the index is no
    help: the database would rather take rows apart."""
    look = ceil(1.3 * limit * one_in)
    return look if one_in < 2 or look * _TEXT_BESIDE_INDEX < among / one_in else 0


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
