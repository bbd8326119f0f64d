"""How a sweep goes over the rows that wait: each in a transaction of its own, and a bad one stops nobody."""

import logging
from collections.abc import Callable, Iterable

from sqlalchemy import Select

from feedback.extensions import db, writing
from feedback.services.watchdog import Tally

log = logging.getLogger(__name__)

def one_by_one(ids: Iterable[int], deed: Callable[[int], bool]) -> Tally:
    """Do ``deed`` for each id in its own transaction; it says whether it acted. What it raises is logged with the
    id, undone, counted, and the next id has its turn."""
    tally = Tally()
    for row_id in ids:
        tally.seen += 1
        try:
            with writing():
                acted = deed(row_id)
        except Exception as fault:
            tally.failed += 1
            tally.fault = type(fault).__name__
            log.exception("a sweep could not handle one row", extra={"job": deed.__name__, "row_id": row_id})
        else:
            tally.acted += acted
    return tally


def found(query: Select[tuple[int]]) -> list[int]:
    """The ids that the query finds, each once, all of them: however many, however old. The read is over before
    the first one is written to."""
    ids = list(dict.fromkeys(db.session.scalars(query)))
    db.session.rollback()
    return ids
