"""Small aggregates for public pages: nobody's request counts the whole register."""

from sqlalchemy import ColumnElement, delete, func, literal, select

from feedback import clock
from feedback.extensions import db
from feedback.models.publications import Publication, RegisterCount
from feedback.services.desk_counts import desk_counts
from feedback.services.lateness_counts import lateness_counts
from feedback.services.month_counts import month_counts
from feedback.services.overdue_list import copy_overdue
from feedback.services.passing_counts import passing_counts
from feedback.services.reader_counts import reader_counts

_BY: dict[str, ColumnElement[str]] = {
    "agency": Publication.agency_code,
    "category": Publication.category,
    "outcome": Publication.outcome,
}


def recount() -> int:
    """Write the counts anew, in the caller's transaction; how many there are. Names are ``published``, and
    ``published.agency.<code>``, ``published.category.<code>`` and ``published.outcome.<code>``, and those of
    ``month_counts``, ``desk_counts`` and ``reader_counts``."""
    public = select(func.count()).select_from(Publication).where(Publication.status == "published")
    counts = {"published": db.session.scalar(public) or 0}
    for kind, column in _BY.items():
        rows = db.session.execute(
            select(column, func.count()).where(Publication.status == literal("published")).group_by(column))
        counts.update({f"published.{kind}.{code}": number for code, number in rows})
    counts.update(month_counts())
    counts.update(desk_counts())
    counts.update(passing_counts())
    counts.update(reader_counts())
    counts.update(lateness_counts())
    db.session.execute(delete(RegisterCount).where(RegisterCount.name.not_in(counts))
                       .execution_options(synchronize_session=False))
    now = clock.now()
    for name, value in sorted(counts.items()):  # in one order always, so that two of us cannot block each other
        db.session.merge(RegisterCount(name=name, value=value, computed_at=now))
    copy_overdue()
    return len(counts)
