"""Moves a database between versions: safe when two starts meet, and when one is killed in the middle.

All steps of a run are one transaction under a lock (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory lock that
the transaction holds), so a broken run leaves nothing behind and the next one simply starts again.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import NullPool

ADVISORY_LOCK = 4_816_530_072
"""Any fixed number: whoever migrates or seeds a PostgreSQL database holds this lock."""

LOCK_WAIT_SECONDS = 120


class BrokenReferences(Exception):
    """A migration left rows that point nowhere. It was rolled back."""


def head() -> str:
    """The newest revision in the package. Raises alembic's CommandError when there is more than one."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None, "the package holds no migrations"
    return revision


def current(url: str) -> str | None:
    """The revision at which this database stands; None for an empty one. ``url`` is an SQLAlchemy URL."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database up to ``revision``, all or nothing. Being there already is no error: a second caller
    waits for the first (up to 2 minutes) and finds nothing to do."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database back to ``revision`` (``base``: empty), all or nothing. What the undone steps had made
    room for is lost."""
    _run(url, lambda config: command.downgrade(config, revision))


def write_revision(url: str, message: str, *, number: str) -> None:
    """For developers: write the next migration file from what the models have and the database has not."""
    _run(url, lambda config: command.revision(config, message, autogenerate=True, rev_id=number))


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _run(url: str, step: Callable[[Config], None]) -> None:
    engine = _engine(url)
    try:
        with engine.connect() as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT set_config('lock_timeout', '{LOCK_WAIT_SECONDS}s', true)"))
                connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
                # A change of a table that waits longer than this would hold up everybody who reads it.
                connection.execute(text("SELECT set_config('lock_timeout', '10s', true)"))
            step(_config(connection))
            if engine.dialect.name == "sqlite":
                _demand_whole_references(connection)
    finally:
        engine.dispose()


def _demand_whole_references(connection: Connection) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise BrokenReferences(f"{len(broken)} rows point nowhere, in {tables}")


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, poolclass=NullPool)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, poolclass=NullPool, connect_args={"timeout": LOCK_WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        # Rebuilding a table drops the old one; with foreign keys on, that would empty the tables beside it.
        connection.execute("PRAGMA foreign_keys=OFF")
        _turn_on_wal(connection)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _turn_on_wal(connection: sqlite3.Connection) -> None:
    """SQLite does not wait by itself when two connections change the journal of a new file at once."""
    give_up = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)
