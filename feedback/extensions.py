"""The shared tools that an app is assembled from, and the one way to write: ``with writing():``.

SQLite runs WAL with synchronous FULL (an accepted complaint survives a power cut). Reads use a plain BEGIN; a
write starts with BEGIN IMMEDIATE, because a deferred transaction that upgrades later is refused or loses an edit.
"""

import contextlib
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from flask import Flask, current_app
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
    BEGINs. PostgreSQL: no helpers for one question, whose start takes longer than any question of ours, no
    compiling, and room for what an index finds among a million cases; a 5 s statement timeout is set per role in
    production, not here."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _ask_alone)
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", _PATIENT):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        if not _write_wanted.get():
            connection.exec_driver_sql("BEGIN")
            return
        own = connection.connection.driver_connection
        own.execute("PRAGMA busy_timeout=0")
        try:
            if not _took_turn(own):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, to say what is wrong
        finally:
            own.execute(f"PRAGMA {_PATIENT}")


def _ask_alone(connection: Any, _record: Any) -> None:
    connection.autocommit = True  # or the first rollback would take it back
    connection.execute("SET max_parallel_workers_per_gather = 0; SET jit = off; SET work_mem = '16MB'")
    connection.autocommit = False


BUSY_SECONDS = 10.0
"""How long a write waits for the others before 'database is locked'."""
_PATIENT = f"busy_timeout={int(BUSY_SECONDS * 1000)}"
_FIRST_PAUSE, _SHORTEST_PAUSE, _AGES = 0.004, 0.001, 0.02


def _took_turn(connection: sqlite3.Connection) -> bool:
    """Begin a write, waiting as long as others write; False when that has lasted BUSY_SECONDS, or is refused for
    another reason.

    SQLite's own waiting asks ever more seldom, down to ten times a second, so that among many writers the one who
    came last is served first and some starve. Here who has waited longer asks more often. No lock besides
    SQLite's is held, so nothing is left behind by a process that dies.
    """
    began = time.monotonic()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
            return True
        except sqlite3.OperationalError as fault:
            waited = time.monotonic() - began
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or waited > BUSY_SECONDS:
                return False
        time.sleep(random.uniform(0.5, 1.5) * max(_SHORTEST_PAUSE, _FIRST_PAUSE / (1 + waited / _AGES)))


def ring_with(app: Flask, ring: Callable[[list[tuple[str, int]]], None]) -> None:
    """Say who is told of the bells of a committed ``writing()`` block of this app (the queue adapter)."""
    app.extensions["ring"] = ring


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
    current_app.extensions["ring"](bells)
