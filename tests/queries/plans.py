"""How much a database does for a question: counted in its own steps or rows, never in time."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from feedback.extensions import db
from tests.engines.sqlite_steps import plan_and_steps


@dataclass(frozen=True)
class Worked:
    """One statement. ``work``: SQLite: instructions; PostgreSQL: rows that the busiest of its parts looked at
    (where an index says that rows lie is no row yet). ``walks``: tables that were read from end to end."""

    statement: str
    plan: str
    work: int
    walks: tuple[str, ...]


def worked(question: Callable[[], object]) -> list[Worked]:
    """What the database did for each statement of a question, as it is asked once it has been asked before.
    Inside an app context."""
    question()
    asked: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _x: Any, _m: Any) -> None:
        if statement.lstrip("( \n").upper().startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    db.session.rollback()
    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        question()
    finally:
        event.remove(engine, "before_cursor_execute", note)
        db.session.rollback()
    explain = _in_sqlite if engine.dialect.name == "sqlite" else _in_postgresql
    return [explain(*one) for one in asked]


def _in_sqlite(statement: str, parameters: Any) -> Worked:
    lines, work = plan_and_steps(statement, parameters)
    walks = tuple(name for line in lines if line.startswith("SCAN ") and " USING " not in line
                  and (name := line.split()[1]) in db.metadata.tables)
    return Worked(statement, "; ".join(lines), work, walks)


def _in_postgresql(statement: str, parameters: Any) -> Worked:
    found = db.session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters).scalar()
    db.session.rollback()
    nodes = list(_nodes(found[0]["Plan"]))
    work = max((node["Actual Rows"] + sum(node.get(name, 0) for name in (
        "Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter")))
        * node["Actual Loops"] for node in nodes if node["Node Type"] != "Bitmap Index Scan")
    walks = tuple(node["Relation Name"] for node in nodes
                  if node["Node Type"].endswith("Seq Scan") and node["Actual Loops"])
    return Worked(statement, json.dumps(found[0]["Plan"]), int(work), walks)


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for part in node.get("Plans", ()):
        yield from _nodes(part)
