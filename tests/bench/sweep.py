"""What the overdue sweep costs: ``python -m tests.bench.sweep --open 1000000 --due 1000 --db sqlite,postgresql``.

The same number of newly due clocks is swept once among many open ones and once among few: the cost has to follow
the due ones. Prints JSON; the databases are made in a temporary folder or server and go with it.
"""

import argparse
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from feedback import clock
from feedback.extensions import db
from feedback.models.deadlines import Escalation
from feedback.services import escalation
from tests.bench.clocks import FEW, NOW, filled
from tests.bench.spare import spare_database
from tests.engines.postgresql import postgresql
from tests.engines.sqlite_steps import plan_and_steps

INDEX = "ix_deadline_next_rung_at"


@dataclass
class Swept:
    """One sweep. ``finding``: seconds of the query; ``climbing``: of everything after it. ``plan``: how the
    database finds the due ones; ``steps``: what it did for that (SQLite: instructions; PostgreSQL: rows and
    buffers)."""

    open: int
    due: int
    fired: int = 0
    finding: float = 0.0
    climbing: float = 0.0
    building: float = 0.0
    plan: str = ""
    steps: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The whole sweep."""
        return self.finding + self.climbing


def sweep(app: Flask, *, open_: int, due: int) -> Swept:
    """Sweep once and say what it took."""
    swept = Swept(open_, due)
    with app.app_context(), clock.travelling(NOW):
        db.session.rollback()
        statement, parameters = finding()
        swept.plan, swept.steps = explained(statement, parameters)
        began = time.perf_counter()
        ids = db.session.connection().exec_driver_sql(statement, parameters).fetchall()
        swept.finding = time.perf_counter() - began
        db.session.rollback()
        began = time.perf_counter()
        tally = escalation.sweep_overdue()
        swept.climbing = time.perf_counter() - began - swept.finding
        swept.fired = db.session.scalar(select(func.count()).select_from(Escalation)) or 0
        if len(ids) != due or tally.acted != due or tally.failed:
            swept.faults.append(f"found {len(ids)}, seen {tally.seen}, acted {tally.acted}, failed {tally.failed}")
        db.session.remove()
    return swept


def finding() -> tuple[str, Any]:
    """The very statement with which the sweep looks for what is due, as it goes to the database."""
    seen: list[tuple[str, Any]] = []

    def listen(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        if "next_rung_at" in statement and statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", listen)
    climb, escalation.climb_some = escalation.climb_some, lambda case_ids: (0, [])
    try:
        escalation.sweep_overdue()
    finally:
        escalation.climb_some = climb
        event.remove(db.engine, "before_cursor_execute", listen)
    return seen[0]


def explained(statement: str, parameters: Any) -> tuple[str, int]:
    """The plan of a statement, and what the database did for it (``Swept.steps``)."""
    if db.engine.dialect.name == "sqlite":
        lines, steps = plan_and_steps(statement, parameters)
        return "; ".join(lines), steps
    connection = db.session.connection()
    found = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters).scalar()
    root = found[0]["Plan"]
    db.session.rollback()
    return json.dumps(root), root["Actual Rows"] + root["Shared Hit Blocks"] + root["Shared Read Blocks"]


def run(engine: str, *, open_: int, due: int, server: str | None = None) -> Swept:
    """Fill a database of this engine, sweep it, and throw it away."""
    with spare_database(f"sweep_{open_}", server=server if engine == "postgresql" else None) as url:
        began = time.perf_counter()
        with filled(url, open_=open_, due=due) as app:
            built = time.perf_counter() - began
            swept = sweep(app, open_=open_, due=due)
            swept.building = built
            return swept


def main() -> None:
    """Compare many open clocks with few, on each engine."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.sweep", description=__doc__)
    words.add_argument("--open", type=int, default=1_000_000)
    words.add_argument("--due", type=int, default=1_000)
    words.add_argument("--db", default="sqlite,postgresql")
    given = words.parse_args()
    logging.disable(logging.WARNING)
    engines = given.db.split(",")
    found: dict[str, Any] = {}
    with postgresql() if "postgresql" in engines else _nothing() as server:
        for engine in engines:
            few = run(engine, open_=FEW, due=given.due, server=server if engine == "postgresql" else None)
            many = run(engine, open_=given.open, due=given.due, server=server if engine == "postgresql" else None)
            found[engine] = {
                "few": _figures(few), "many": _figures(many), "index_used": INDEX in many.plan,
                "ratio_open": many.open / few.open, "ratio_steps": round(many.steps / few.steps, 2),
                "ratio_seconds": round(many.seconds / few.seconds, 2)}
            print(json.dumps({engine: found[engine]}, indent=1), flush=True)


def _figures(swept: Swept) -> dict[str, Any]:
    return {"open": swept.open, "due": swept.due, "fired": swept.fired, "steps": swept.steps,
            "finding_ms": round(swept.finding * 1000, 2), "climbing_s": round(swept.climbing, 2),
            "ms_a_case": round(swept.climbing * 1000 / swept.due, 2), "built_s": round(swept.building, 1),
            "faults": swept.faults}


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


if __name__ == "__main__":
    main()
