"""Rows without objects of the session, for questions that pages ask at each request: making and watching objects
costs three times what asking costs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CursorResult, Select

from feedback.extensions import db


def plain_rows(statement: Select[Any], values: Mapping[str, Any]) -> CursorResult[Any]:
    """What the statement gives in this transaction, with a column by its name: of a model's columns or of the
    whole model, never of two. Put the statement together once, with ``bindparam``; ``values`` fills it. What waits
    in the session is written first, as before any question."""
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)
