"""The throw-away database of a run, and the app on it, which can be started again."""

import logging
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, event, inspect

from feedback.adapters import vault_keys
from feedback.app import create_app
from feedback.config import Settings, load_settings
from feedback.extensions import db, ring_with
from feedback.migrations import runner

_CHEAP_ARGON2 = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""Nobody signs in here."""


class NotEmpty(Exception):
    """The database that was given holds tables already: a simulation would mix with them."""


@contextmanager
def throw_away(database: str) -> Iterator[Settings]:
    """Settings of a house in a temporary folder, migrated. ``database``: 'sqlite', or the URL of an empty
    PostgreSQL database, which stays as the run left it. Raises NotEmpty."""
    with tempfile.TemporaryDirectory(prefix="hoiam-sim-") as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'simulated.db'}" if database == "sqlite" else database
        settings = load_settings({
            "FEEDBACK_DATABASE_URL": url, "FEEDBACK_DATA": str(folder / "var"),
            "FEEDBACK_KEYS": str(folder / "keys"), "FEEDBACK_SECRET_KEY": secrets.token_hex(32),
            "FEEDBACK_PEPPER": secrets.token_hex(32), "FEEDBACK_BASE_URL": "http://localhost",
            "FEEDBACK_TRUSTED_HOSTS": "localhost"})
        if database != "sqlite":
            _demand_empty(settings.database_url)
        settings.data.mkdir(mode=0o700)
        vault_keys.ensure_keys(settings.keys)
        runner.upgrade(settings.database_url)
        yield settings


def start(settings: Settings) -> Flask:
    """A new app on the same database: what only the memory held is gone."""
    app = create_app(settings)
    app.config["ARGON2"] = _CHEAP_ARGON2
    ring_with(app, lambda bells: None)  # mail is owed and counted, never sent
    # A statement log of thousands of cases would drown what is said of a fault.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    if settings.sqlite:
        with app.app_context():
            event.listen(db.engine, "connect", _careless)
            db.engine.dispose()
    return app


def stop(app: Flask) -> None:
    """Let go of the app's connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _careless(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # it is thrown away: no power cut has to be survived


def _demand_empty(url: str) -> None:
    engine = create_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise NotEmpty("this database holds tables already")
    finally:
        engine.dispose()
