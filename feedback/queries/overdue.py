"""The public list of overdue cases, read as the sweep copied it. Imports no model of the cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from feedback.extensions import db
from feedback.models.overdue import OverdueListing, OverdueTotal
from feedback.queries.agencies import codes_below

PAGE = 50
"""Rows of a page."""


@dataclass(frozen=True)
class Listed:
    """A page of the list, the longest overdue first; ``after`` leads on, None on the last one."""

    rows: Sequence[OverdueListing]
    after: str | None


def listed(after: str | None = None, *, agency: str | None = None, category: str | None = None,
           size: int = PAGE) -> Listed:
    """A page by key. One statement. A mangled key shows the first page. ``agency``: only of the agency of this
    code and those below it; ``category``: only where it is shown."""
    query = select(OverdueListing).order_by(OverdueListing.due_on, OverdueListing.reference).limit(size + 1)
    if agency is not None:
        query = query.where(OverdueListing.agency_code.in_(codes_below(agency)))
    if category is not None:
        query = query.where(OverdueListing.category == category)
    if (start := _place(after)) is not None:
        query = query.where(or_(OverdueListing.due_on > start[0], and_(
            OverdueListing.due_on == start[0], OverdueListing.reference > start[1])))
    rows = db.session.scalars(query).all()
    last = rows[size - 1] if len(rows) > size else None
    return Listed(rows[:size], f"{last.due_on.isoformat()}~{last.reference}" if last is not None else None)


def totals(*, posts: bool) -> list[OverdueTotal]:
    """How many by agency, by name, with ``posts`` each followed by its posts. One statement."""
    query = select(OverdueTotal).order_by(OverdueTotal.agency_vi, OverdueTotal.agency_code, OverdueTotal.post)
    return list(db.session.scalars(query if posts else query.where(OverdueTotal.post == "")))


def _place(after: str | None) -> tuple[date, str] | None:
    day, found, reference = (after or "").partition("~")
    try:
        return (date.fromisoformat(day), reference[:20]) if found else None
    except ValueError:
        return None
