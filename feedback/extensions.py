"""The shared tools that an app is assembled from, and the one way to write: ``with writing():``.

SQLite runs WAL with synchronous FULL (an accepted complaint survives a power cut). Reads use a plain BEGIN; a
write starts with BEGIN IMMEDIATE, because a deferred transaction that upgrades later is refused or loses an edit.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Root of all models; the naming convention lets migrations name every constraint."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
babel = Babel()
login_manager = LoginManager()

_write_wanted: ContextVar[bool] = ContextVar("write_wanted", default=False)


def prepare_engine(engine: Engine) -> None:
    """Give an engine our transaction habits. SQLite: WAL, FULL, foreign keys, 10 s busy timeout and explicit
    BEGINs. PostgreSQL: a 5 s statement timeout is set per role in production, not here."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _write_wanted.get() else "BEGIN")


_after_commit: list[Callable[[list[tuple[str, int]]], None]] = []


def ring_with(ring: Callable[[list[tuple[str, int]]], None]) -> None:
    """Register who is told of the bells of a committed ``writing()`` block (the queue adapter)."""
    _after_commit[:] = [ring]


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """The edge's transaction: end the read that may be open, begin a write, commit at the end.

    Everything loaded before is expired, so rules are checked against rows read inside the write. On any error
    the block is rolled back and nothing was changed. Bells asked for inside (``adapters.queue.after_commit``)
    ring only once the commit has succeeded.
    """
    db.session.rollback()
    token = _write_wanted.set(True)
    try:
        db.session.connection()  # begins now, so that SQLite takes the write lock before the first read
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        db.session.info.pop("bells", None)
        raise
    finally:
        _write_wanted.reset(token)
    bells = db.session.info.pop("bells", [])
    for ring in _after_commit:
        ring(bells)
