"""Small aggregates for public pages: nobody's request counts the whole register."""

from sqlalchemy import delete

from feedback import clock
from feedback.extensions import db
from feedback.models.publications import RegisterCount
from feedback.services import me_too, publication_rescan, register_index
from feedback.services.desk_counts import desk_counts
from feedback.services.lateness_counts import lateness_counts
from feedback.services.month_counts import month_counts
from feedback.services.overdue_list import copy_overdue
from feedback.services.passing_counts import passing_counts
from feedback.services.publication_counts import publication_counts
from feedback.services.reader_counts import reader_counts


def recount() -> int:
    """Write the counts anew, in the caller's transaction; how many there are. Names are those of
    ``publication_counts``, ``month_counts``, ``desk_counts`` and the others below."""
    counts = {**publication_counts(), **register_index.catch_up()}
    counts.update(month_counts())
    counts.update(desk_counts())
    counts.update(passing_counts())
    counts.update(reader_counts())
    counts.update(lateness_counts())
    db.session.execute(delete(RegisterCount).where(RegisterCount.name.not_in({*counts, *publication_rescan.KEPT}))
                       .execution_options(synchronize_session=False))
    now = clock.now()
    for name, value in sorted(counts.items()):  # in one order always, so that two of us cannot block each other
        db.session.merge(RegisterCount(name=name, value=value, computed_at=now))
    copy_overdue()
    me_too.forget()
    return len(counts)
