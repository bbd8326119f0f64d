"""What the province set (office hours, ladder, limits, calendar) is asked once a transaction, not once a clock.

One deed on a case asks for the same rows ten times. They change some times a year, so an answer stands until the
transaction ends, or until somebody writes to one of these tables inside it.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.deadlines import CalendarDay, CalendarVersion, LadderRung, Limit
from feedback.models.settings import CategorySetting, ProvinceSwitch

SETTINGS: tuple[type, ...] = (
    Agency, CalendarDay, CalendarVersion, CategorySetting, LadderRung, Limit, ProvinceSwitch)
"""Rows whose reading is kept for the length of a transaction."""
_KEPT = "asked_once"

T = TypeVar("T")


def once(key: Hashable, ask: Callable[[], T]) -> T:
    """What ``ask`` gives, asked the first time in this transaction and kept until its end. ``key`` names the
    question with everything its answer depends on."""
    session = db.session()
    if (box := session.info.get(_KEPT)) is not None and key in box:
        return cast(T, box[key])
    session.connection()  # what is kept belongs to a transaction: one is open from here on
    answer = ask()
    # Asking may have flushed a change to these very tables, which threw away the old box.
    session.info.setdefault(_KEPT, {})[key] = answer
    return answer


def forget(session: Session | None = None, *_: Any) -> None:
    """Ask again from now on: after waiting for a lock, what was read before it may be old."""
    (db.session if session is None else session).info.pop(_KEPT, None)


def watch() -> None:
    """Forget at the end of each transaction and savepoint that is undone, and when one of the tables is written.
    Called when an app is put together; a second time changes nothing."""
    for name, deed in (("after_transaction_end", _ended), ("after_soft_rollback", forget),
                       ("after_flush", _flushed), ("do_orm_execute", _executed)):
        if not event.contains(db.session, name, deed):
            event.listen(db.session, name, deed)


def _ended(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:  # a savepoint that is kept changes nothing of what was read before it
        forget(session)


def _flushed(session: Session, _context: Any) -> None:
    if any(isinstance(thing, SETTINGS) for thing in (*session.new, *session.dirty, *session.deleted)):
        forget(session)


def _executed(state: ORMExecuteState) -> None:
    if not state.is_select and state.bind_mapper is not None and state.bind_mapper.class_ in SETTINGS:
        forget(state.session)
