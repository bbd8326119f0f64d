"""How a sweep goes over the rows that wait: each in a transaction of its own, and a bad one stops nobody."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Select

from feedback.extensions import db, writing
from feedback.services.watchdog import Tally

log = logging.getLogger(__name__)

AT_ONCE, MOST_AT_ONCE = 20, 100
"""Rows that the first transaction of a sweep takes; later ones take as many as fit into ``ABOUT``, and no fewer:
most of what a few rows cost is the same for one, so that a busy machine would only become busier."""
ABOUT = 0.025
"""Seconds that a transaction is to take: meanwhile on SQLite nobody else writes, and those who come wait."""


def some_at_once(ids: Sequence[int], deed: Callable[[Sequence[int]], tuple[int, Sequence[int]]], *,
                 alone: Callable[[int], bool], at_once: int = AT_ONCE) -> Tally:
    """Do ``deed`` for some ids in one transaction, then for the next ones, in their order. It says for how many it
    acted and which it left because somebody else is at them; those have their turn ``alone``, one by one. So have
    all of a transaction that broke, which was undone: a bad row stops nobody. How long one transaction took says
    how many the next one takes: what is done stays the same, only the cuts between lie elsewhere."""
    tally, start = Tally(), 0
    while start < len(ids):
        some = left = ids[start:start + at_once]
        start += len(some)
        acted = 0
        try:
            with writing():
                began = time.perf_counter()  # the turn is ours: waiting for it kept nobody
                acted, left = deed(some)
            at_once = _fitting(len(some), took=time.perf_counter() - began)
        except Exception as fault:
            acted, left = 0, some
            log.info("several rows of a sweep are done one by one", extra={
                "job": deed.__name__, "rows": len(some), "fault": type(fault).__name__})
        more = one_by_one(left, alone)
        tally = Tally(seen=tally.seen + len(some), acted=tally.acted + acted + more.acted,
                      failed=tally.failed + more.failed, fault=more.fault or tally.fault)
    return tally


def _fitting(rows: int, *, took: float) -> int:
    """How many rows fit into a transaction, when so many took so many seconds. It grows by half at most: the first
    rows may have been the easy ones."""
    fit = int(rows * ABOUT / max(took, 0.001))
    return max(AT_ONCE, min(fit, rows * 3 // 2 + 1, MOST_AT_ONCE))


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
