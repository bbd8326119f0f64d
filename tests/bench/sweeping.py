"""P14 and P15: what the overdue sweep costs when nothing is due, and when very many are.

The clocks are in a database of their own (``clocks``), one real case copied. SQLite writes as durably as in
production. The row-by-row comparison writes the least that could be called the same: the clock, one rung, one
event, one notice, each row an object, each clock a commit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from flask import Flask
from sqlalchemy import event, select, text

from feedback import clock
from feedback.domain.events import GENESIS
from feedback.domain.notices import Notice
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import ChainHead, Event
from feedback.models.outbox import Outbox
from feedback.services import escalation
from tests.bench.clocks import FEW, NOW, filled, make_due
from tests.bench.measured import Bench, Measured
from tests.bench.spare import spare_database
from tests.bench.sweep import INDEX, explained, finding

EMPTY = 5.4
"""5 ms for an empty sweep beside the 0.93 ms that the page took where the target was set."""
GROWTH, BETTER = 2.0, 10.0
LONGEST = 54.0
"""50 ms for the longest transaction beside the same page."""
OVERDUE_SHARE = 20
"""One clock in so many ran out long ago and has nothing left to fire."""
ROW_BY_ROW = 1_000
NAME = "bench_clocks"


def measure(bench: Bench) -> list[Measured]:
    """Four figures."""
    many = bench.scale.cases
    few = min(FEW, many // 2)
    page = bench.page_ms(anew=True)
    with _clocks(bench, open_=few) as app:
        small = _empty(app)
    with _clocks(bench, open_=many, overdue=many // OVERDUE_SHARE) as app:
        large = _empty(app)
        found = _newly_due(bench, app, page)
    raw = {"open": many, "already_overdue": many // OVERDUE_SHARE, "ms": round(large["ms"], 3), "few": few,
           "ms_of_few": round(small["ms"], 3), "steps": large["steps"], "steps_of_few": small["steps"],
           "page_ms": round(page, 3)}
    note = "" if INDEX in large["plan"] else f"the index {INDEX} is not used"
    return [
        Measured("P14", f"empty sweep among {many:,} open clocks: as multiple of the page's p50", bench.database,
                 large["ms"] / page, "ratio", ("<=", EMPTY), note=note, raw=raw),
        Measured("P14", f"empty sweep among {many:,} open clocks against {few:,}", bench.database,
                 large["ms"] / small["ms"], "ratio", ("<=", GROWTH), note=note, raw=raw),
        Measured("P14", f"what the database does for it (steps or rows and buffers), {many:,} against {few:,}",
                 bench.database, large["steps"] / max(small["steps"], 1), "ratio", ("<=", GROWTH), raw=raw),
        *found]


def _newly_due(bench: Bench, app: Flask, page: float) -> list[Measured]:
    due, by_row = bench.scale.due, min(ROW_BY_ROW, bench.scale.due)
    with app.app_context(), clock.travelling(NOW):
        # A database that has lived: its tables of rungs and chains are not empty, and its planner knows.
        with writing():
            make_due(by_row)
        escalation.sweep_overdue()
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        with writing():
            make_due(due)
        with _transactions() as longest:
            began = time.perf_counter()
            tally = escalation.sweep_overdue()
            swept = (time.perf_counter() - began) / due
        with writing():
            make_due(by_row)
        began = time.perf_counter()
        _row_by_row()
        naive = (time.perf_counter() - began) / by_row
        db.session.remove()
    wrong = ("" if (tally.acted, tally.failed) == (due, 0)
             else f"acted {tally.acted} of {due}, failed {tally.failed}")
    raw = {"due": due, "us_a_case": round(swept * 1e6), "row_by_row_us": round(naive * 1e6), "row_by_row": by_row,
           "longest_ms": round(longest[0] * 1000, 1), "page_ms": round(page, 3)}
    return [
        Measured("P15", f"{due:,} newly overdue: a case against a row-by-row commit of objects, times faster",
                 bench.database, naive / swept, "ratio", (">=", BETTER), void=wrong, raw=raw),
        Measured("P15", "its longest transaction: as multiple of the page's p50", bench.database,
                 longest[0] * 1000 / page, "ratio", ("<=", LONGEST), void=wrong,
                 note=f"{longest[0] * 1000:.0f} ms", raw=raw)]


@contextmanager
def _clocks(bench: Bench, *, open_: int, overdue: int = 0) -> Iterator[Flask]:
    """The app on a database of running clocks none of which is due."""
    server = bench.url if bench.database == "postgresql" else None
    with spare_database(NAME, server=server) as url, filled(url, open_=open_, due=0, overdue=overdue) as app:
        if server is None:  # it was filled without care; what is measured is not
            with app.app_context():
                event.listen(db.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=FULL"))
                db.engine.dispose()
        yield app


def _empty(app: Flask, times: int = 15) -> dict[str, Any]:
    """Milliseconds of a sweep that finds nothing (the median), the plan, and the steps it takes."""
    spent = []
    with app.app_context(), clock.travelling(NOW):
        plan, steps = explained(*finding())
        for _ in range(times):
            began = time.perf_counter()
            tally = escalation.sweep_overdue()
            spent.append((time.perf_counter() - began) * 1000)
            assert tally.seen == 0
        db.session.remove()
    return {"ms": median(spent), "plan": plan, "steps": steps}


@contextmanager
def _transactions() -> Iterator[list[float]]:
    """The seconds of the longest transaction from BEGIN to the end of COMMIT, in a list of one."""
    longest, begun = [0.0], [0.0]

    def begin(_connection: Any) -> None:
        begun[0] = time.perf_counter()

    def end(_session: Any) -> None:
        longest[0] = max(longest[0], time.perf_counter() - begun[0])

    event.listen(db.engine, "begin", begin)
    event.listen(db.session, "after_commit", end)
    try:
        yield longest
    finally:
        event.remove(db.engine, "begin", begin)
        event.remove(db.session, "after_commit", end)


def _row_by_row() -> None:
    now = clock.now()
    ids = db.session.scalars(select(Deadline.id).where(Deadline.next_rung_at <= now)).all()
    for row_id in ids:
        with writing():
            row = db.session.get(Deadline, row_id)
            assert row is not None
            chain = f"bench:{row_id}"
            row.next_rung_at = None
            db.session.add_all([
                Escalation(deadline_id=row_id, case_id=row.case_id, rung="bench", fired_at=now, days_late=1),
                ChainHead(chain=chain, n=1, hash="0" * 64),
                Event(chain=chain, n=1, at=now, actor_type="system", actor_id=None, role="system",
                      agency_id=row.agency_id, type="escalated", payload="{}", prev_hash=GENESIS, hash="0" * 64),
                Outbox(dedupe=chain, notice=Notice.CASE_OVERDUE.value, case_id=row.case_id, person_id=None,
                       agency_id=row.agency_id, created_at=now, next_try=now, tries=0)])
