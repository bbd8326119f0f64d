"""What the province set (limits, ladder, switches, categories, calendar) is read anew only when it changed: one
statement a transaction asks whether it did.

The question is for the contents themselves and not for a time or a counter, so it does not matter who changed
them, how, or whether the change was taken back. Of the calendar the newest version is asked for: each change of
its days makes one.
"""

from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, String, func, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import DeclarativeBase

from feedback.extensions import db
from feedback.models.deadlines import CalendarVersion, LadderRung, Limit
from feedback.models.settings import CategorySetting, ProvinceSwitch
from feedback.queries.once import once

_MOST = 4
"""Different contents of one database that are remembered: before and after a change, and who still reads old."""

T = TypeVar("T")
_boxes: "WeakKeyDictionary[Engine, dict[Hashable, dict[Hashable, Any]]]" = WeakKeyDictionary()


def unchanged(key: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` gives, kept as long as none of the province's settings changes. ``key`` names the question with
    everything else its answer depends on. ``ask`` must give plain values, none that belongs to the session."""
    contents, box = once("settings", _box)
    if key in box:
        return cast(T, box[key])
    answer = ask()
    if _contents() == contents:  # nobody changed them between the two questions
        box[key] = answer
    return answer


def forget() -> None:
    """Ask everything anew. For who puts another database under a running process: a version of its calendar may
    have the number and the instant of one that was known."""
    _boxes.clear()


def _box() -> tuple[Hashable, dict[Hashable, Any]]:
    """What the settings say in this transaction, and what was answered while they said so."""
    contents = _contents()
    boxes = _boxes.setdefault(db.engine, {})
    if contents not in boxes and len(boxes) >= _MOST:
        boxes.clear()
    return contents, boxes.setdefault(contents, {})


def _contents() -> Hashable:
    session = db.session()
    session.flush()  # what was set in this transaction counts
    connection = session.connection()
    return tuple(connection.exec_driver_sql(_question(connection.dialect)).one())


def _all_of(model: type[DeclarativeBase]) -> Any:
    """Every column of every row of a table, as one text."""
    columns = [func.coalesce(as_type(column, String), "-") for column in model.__table__.columns]
    row = columns[0]
    for column in columns[1:]:
        row = row.concat("|").concat(column)
    return select(func.aggregate_strings(row, ";")).scalar_subquery()


@cache
def _question(dialect: Dialect) -> str:
    """As text, past all that is done for a statement of parts: there are two hundred, and the answer is quick."""
    row = as_type(CalendarVersion.id, String).concat("|").concat(as_type(CalendarVersion.at, String))
    newest = select(row).where(CalendarVersion.id == select(func.max(CalendarVersion.id)).scalar_subquery())
    parts = select(*map(_all_of, (CategorySetting, LadderRung, Limit, ProvinceSwitch)), newest.scalar_subquery())
    return str(parts.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
