"""Filled databases: made once, kept in a folder, found again by what they were made from, copied for writers."""

import hashlib
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.engine import make_url

import feedback
from feedback.adapters import vault_keys
from feedback.app import create_app
from feedback.config import Settings, load_settings
from feedback.extensions import db, ring_with
from feedback.migrations import runner
from feedback.services import register_index
from tests.bench import filling, generator
from tests.bench.generator import Facts
from tests.bench.measured import Bench, Scale
from tests.engines.folders import short_folder
from tests.engines.postgresql import drop_database, postgresql

FORM = 1
"""Grows when the generator gives other rows than before: kept databases are then made anew."""
POSTGRESQL = ("shared_buffers=512MB", "maintenance_work_mem=256MB", "max_wal_size=4GB", "fsync=on",
              "synchronous_commit=on", "full_page_writes=on")
"""What the server of the benches is started with: durable, as in use; memory of a small machine."""


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A durable PostgreSQL whose cluster stays in the folder, or among the temporary files where its user
    may not enter the folder. Yields the URL of its maintenance database."""
    with postgresql(kept=cluster_folder(folder), settings=POSTGRESQL) as url:
        yield url


def cluster_folder(folder: Path) -> Path:
    """Where the cluster is kept. PostgreSQL does not run as root, so root's private folders are closed to it."""
    if os.geteuid() != 0 or all(one.stat().st_mode & 0o001 for one in (folder, *folder.parents)):
        return folder / "postgresql"
    return Path(tempfile.gettempdir()) / "hoiam-bench-postgresql"


def key_of(*, cases: int, seed: int) -> str:
    """What a database was made from, as a short name."""
    made_from = (FORM, register_index.FORM, feedback.__version__, runner.head(), seed, cases)
    return f"{cases}_{hashlib.sha256(repr(made_from).encode()).hexdigest()[:10]}"


@dataclass
class House:
    """The filled databases of one engine, during one run."""

    scale: Scale
    database: str
    folder: Path
    seed: int
    scratch: Path
    """Folder of this run alone, for keys, sockets and copies."""
    server_url: str = ""
    _page: list[float] = field(default_factory=list)
    _copies: int = 0

    def bench(self, cases: int) -> Bench:
        """The bench on the built database of this size; it is filled now when it is not there yet."""
        key = key_of(cases=cases, seed=self.seed)
        note = self.folder / f"{self.database}_{key}.json"
        url = self._url(key)
        facts = self._known(note, key)
        if facts is None:
            facts = self._fill(url, key, cases)
            note.write_text(json.dumps(generator.as_json(facts), ensure_ascii=False), "utf-8")
        return Bench(self.scale, self.database, self._settings(url), cases, self.folder, self.seed, facts, self)

    @contextmanager
    def sized(self, cases: int) -> Iterator[Bench]:
        """The same for another size."""
        yield self.bench(cases)

    @contextmanager
    def copy(self, cases: int) -> Iterator[Bench]:
        """A bench on a copy that may be written into, gone at the end."""
        bench = self.bench(cases)
        self._copies += 1
        name = f"copy_{self._copies}"
        if self.database == "sqlite":
            target = self.scratch / f"{name}.db"
            shutil.copyfile(_path(bench.url), target)
            try:
                yield replace(bench, settings=self._settings(f"sqlite:///{target}"))
            finally:
                for suffix in ("", "-wal", "-shm"):
                    Path(f"{target}{suffix}").unlink(missing_ok=True)
            return
        drop_database(self.server_url, f"bench_{name}")
        self._create(f"bench_{name}", template=make_url(bench.url).database)
        try:
            yield replace(bench, settings=self._settings(self._server(f"bench_{name}")))
        finally:
            drop_database(self.server_url, f"bench_{name}")

    def page_ms(self, *, anew: bool = False) -> float:
        """The yardstick (``Bench.page_ms``)."""
        if anew or not self._page:
            from tests.bench import serving

            self._page.append(serving.page_ms(self.scratch, few=not self.scale.full_form))
        return self._page[-1]

    def _known(self, note: Path, key: str) -> Facts | None:
        if not note.exists() or not self._is_there(key):
            return None
        return generator.from_json(json.loads(note.read_text("utf-8")))

    def _is_there(self, key: str) -> bool:
        if self.database == "sqlite":
            return _path(self._url(key)).exists()
        with psycopg.connect(_libpq(self.server_url), autocommit=True) as connection:
            found = connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", [f"bench_{key}"]).fetchone()
        return found is not None

    def _fill(self, url: str, key: str, cases: int) -> Facts:
        if self.database == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(f"{_path(url)}{suffix}").unlink(missing_ok=True)
        else:
            drop_database(self.server_url, f"bench_{key}")
            self._create(f"bench_{key}")
        runner.upgrade(url)
        with open_app(self._settings(url), careless=True) as app:
            return filling.fill(app, seed=self.seed, cases=cases)

    def _url(self, key: str) -> str:
        if self.database == "sqlite":
            return f"sqlite:///{self.folder / f'sqlite_{key}.db'}"
        return self._server(f"bench_{key}")

    def _server(self, name: str) -> str:
        return make_url(self.server_url).set(database=name).render_as_string(hide_password=False)

    def _create(self, name: str, *, template: str | None = None) -> None:
        query = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:  # files are copied: the usual way would write each page into the log
            query += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
        with psycopg.connect(_libpq(self.server_url), autocommit=True) as connection:
            connection.execute(query)

    def _settings(self, url: str) -> Settings:
        return load_settings(environment(url, self.scratch))


def environment(url: str, scratch: Path) -> dict[str, str]:
    """``FEEDBACK_…`` of the product on this database: no Redis, no mail, no vault; loopback alone."""
    return {
        "FEEDBACK_DATABASE_URL": url,
        "FEEDBACK_DATA": str(scratch / "var"), "FEEDBACK_KEYS": str(scratch / "keys"),
        "FEEDBACK_SECRET_KEY": "bench-secret-" * 4, "FEEDBACK_PEPPER": "bench-pepper-" * 4,
        "FEEDBACK_BASE_URL": "http://127.0.0.1", "FEEDBACK_TRUSTED_HOSTS": "127.0.0.1,localhost"}


@contextmanager
def house(scale: Scale, database: str, *, folder: Path, seed: int) -> Iterator[House]:
    """The house of one engine with everything it needs running."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with short_folder("hb-") as scratch:
        for name in ("var", "keys"):
            (scratch / name).mkdir(mode=0o700)
        vault_keys.ensure_keys(scratch / "keys")
        if database == "sqlite":
            yield House(scale, database, folder, seed, scratch)
            return
        with server(folder) as url:
            yield House(scale, database, folder, seed, scratch, server_url=url)


@contextmanager
def open_app(settings: Settings, *, careless: bool = False) -> Iterator[Flask]:
    """The real app in this process. ``careless``: SQLite does not wait for the disk; for filling alone."""
    app = create_app(settings)
    ring_with(app, lambda bells: None)  # mail is owed and counted, never sent
    with app.app_context():
        if careless and settings.sqlite:
            event.listen(db.engine, "connect", _careless)
            db.engine.dispose()
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _careless(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def end_on_signals() -> None:
    """A SIGTERM ends the run as Ctrl-C does: servers stopped, copies gone."""
    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
