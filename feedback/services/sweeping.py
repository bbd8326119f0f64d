"""How a sweep goes over the rows that wait: each in a transaction of its own, and a bad one stops nobody."""

import logging
from collections.abc import Callable, Iterable, Iterator

from feedback.extensions import db, writing
from feedback.services.watchdog import Tally

log = logging.getLogger(__name__)

PAGE = 500
"""Ids read at a time."""


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
            log.exception("a sweep could not handle one row", extra={"deed": deed.__name__, "row": row_id})
        else:
            tally.acted += acted
    return tally


def all_pages(page_after: Callable[[int, int], list[int]]) -> Iterator[int]:
    """Every id, read page by page in order of id: ``page_after(id, size)`` gives the next ones. There is no limit
    on how many or how old, and a row that failed is not met twice in one run."""
    last = 0
    while True:
        ids = page_after(last, PAGE)
        db.session.rollback()  # nothing is read while others are written to
        yield from ids
        if len(ids) < PAGE:
            return
        last = ids[-1]
