"""What SQLite does for one statement: its plan, and how many of its instructions it takes."""

from typing import Any

from feedback.extensions import db


def plan_and_steps(statement: str, parameters: Any) -> tuple[list[str], int]:
    """The lines of the plan and the number of instructions, counted while it runs once. Inside an app context; the
    transaction is rolled back."""
    connection = db.session.connection()
    lines = [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    raw, count = connection.connection.driver_connection, [0]

    def step() -> int:
        count[0] += 1
        return 0

    raw.set_progress_handler(step, 1)
    raw.execute(statement, parameters).fetchall()
    raw.set_progress_handler(None, 1)
    db.session.rollback()
    return lines, count[0]
