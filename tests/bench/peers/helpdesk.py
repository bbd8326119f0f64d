"""django-helpdesk, made ready to be measured: its own venv, its own filled database, its own server.

Only ``python -m tests.bench --peers`` starts it; ``./test`` never does. The venv (hash-locked wheels) and the
filled database are kept for the next run; the server works on a copy of that database, because people send tickets
into it. All of it lies beside the house's own databases, on the same PostgreSQL.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from feedback.processes import free_port
from tests.bench import built, generator, serving
from tests.bench.measured import Bench
from tests.bench.serving import Server
from tests.engines.postgresql import create_database, drop_database

HERE = Path(__file__).parent
LOCK = HERE / "helpdesk_requirements.txt"
SITE = HERE / "helpdesk_site"
FORM = 1
"""Grows when the tickets are filled otherwise than before: kept databases are then made anew."""
MOST = 200_000
"""Tickets that the targets are about (P3, P11)."""
OPEN_EVERY = 5
"""One ticket in so many is open; the list that is measured shows the open ones, as its start page does."""
STAFF, STAFF_PASSWORD = "bench", "bench-of-synthetic-tickets"
COPY = "bench_helpdesk_copy"
_PATIENCE = 3_600.0


@dataclass(frozen=True)
class Peer:
    """The peer while it runs. ``seconds``: what filling took, when it was filled."""

    server: Server
    database: str
    """libpq's address of the copy on which it works."""
    tickets: int
    open: int
    queue: int
    """Id of the one queue that takes tickets from the public."""
    seed: int
    seconds: float
    said: str
    """What runs here, in words."""

    @property
    def url(self) -> str:
        """'http://127.0.0.1:PORT'."""
        return self.server.url


@contextmanager
def running(bench: Bench) -> Iterator[Peer]:
    """The peer with as many tickets as the house has cases, ``MOST`` at most, under ``gunicorn`` with two sync
    workers. Raises RuntimeError when its packages cannot be installed or it does not start."""
    python = installed(bench.folder)
    kept, known = _filled(bench, python)
    server_url = bench.house.server_url
    drop_database(server_url, COPY)
    url = create_database(server_url, COPY, template=kept)
    try:
        port = free_port()
        with serving.started(
                [str(python), "-m", "gunicorn", "--worker-class", "sync", "--workers", str(serving.WORKERS),
                 "--bind", f"127.0.0.1:{port}", "--graceful-timeout", "3", "--timeout", "120",
                 "--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else ".", "--no-control-socket",
                 "django.core.wsgi:get_wsgi_application()"],
                _environment(url), port=port, log=bench.settings.data / "helpdesk.log",
                ready="/tickets/submit/") as server:
            yield Peer(server, _libpq(url), known["tickets"], known["open"], known["queue"], bench.seed,
                       known["seconds"], f"{_versions(python)}, gunicorn sync -w {serving.WORKERS}")
    finally:
        drop_database(server_url, COPY)


def installed(folder: Path) -> Path:
    """The Python of the peer's venv in this folder; it is made when it is not there. Raises RuntimeError when the
    locked packages cannot be had; pip's own words stay in ``helpdesk_install.log``, because they name hosts."""
    home = folder / f"helpdesk_{_digest(LOCK.read_text('utf-8'), sys.version)}"
    python, whole = home / "bin" / "python", home / "installed"
    if whole.exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    with (folder / "helpdesk_install.log").open("w") as said:
        for words in (
                [sys.executable, "-m", "venv", str(home)],
                [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check",
                 "--only-binary", ":all:", "--require-hashes", "-r", str(LOCK)]):
            done = subprocess.run(words, env=serving.plain_environment(), stdin=subprocess.DEVNULL, stdout=said,
                                  stderr=said, timeout=_PATIENCE, check=False)
            if done.returncode:
                raise RuntimeError("the peer's packages could not be installed: helpdesk_install.log in the "
                                   "folder of kept databases says why")
    whole.touch()
    return python


def rows(seed: int, tickets: int) -> Iterator[dict[str, Any]]:
    """The tickets: title, text and answers of the house's own synthetic cases of this seed and number."""
    names = generator.columns("publication")
    made = 0
    for share in generator.shares(seed, tickets):
        found = generator.make(share)
        answers: dict[int, list[str]] = {}
        for id_, _n, asked, told in found["publication_point"]:
            answers.setdefault(id_, []).append(f"{asked} {told}")
        for row in found["publication"]:
            case = dict(zip(names, row, strict=True))
            if case["status"] != "published":
                continue
            made += 1
            yield {"title": case["title"], "text": case["summary"], "answer": "\n".join(answers[case["id"]]),
                   "email": f"nguoi{made}@mau.example", "day": case["published_on"].isoformat(),
                   "open": made % OPEN_EVERY == 0}


def _filled(bench: Bench, python: Path) -> tuple[str, dict[str, Any]]:
    """Name of the kept database, and what is known of it."""
    tickets, server_url = min(bench.cases, MOST), bench.house.server_url
    name = f"bench_helpdesk_{tickets}_{_digest(FORM, built.FORM, LOCK.read_text('utf-8'), bench.seed)}"
    note = bench.folder / f"{name}.json"
    with psycopg.connect(_libpq(server_url), autocommit=True) as connection:
        there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone()
    if there and note.exists():
        return name, json.loads(note.read_text("utf-8"))
    drop_database(server_url, name)
    url = create_database(server_url, name)
    began = time.perf_counter()
    log = bench.settings.data / "helpdesk_filling.log"
    _run([str(python), "-m", "django", "migrate", "--noinput", "--verbosity", "0"], url, log=log)
    known = json.loads(_run([str(python), str(SITE / "site_filling.py")], url, log=log,
                            given=(json.dumps(row) + "\n" for row in rows(bench.seed, tickets))))
    with psycopg.connect(_libpq(url), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    known["seconds"] = round(time.perf_counter() - began, 1)
    note.write_text(json.dumps(known), "utf-8")
    return name, known


def _run(words: list[str], url: str, *, log: Path, given: Iterable[str] = ()) -> str:
    """Let the peer's Python do something; what it prints."""
    with log.open("ab") as said:
        process = subprocess.Popen(words, env={**serving.plain_environment(), **_environment(url)}, text=True,
                                   cwd=log.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
        assert process.stdin is not None
        try:
            process.stdin.writelines(given)
            printed = process.communicate(timeout=_PATIENCE)[0]
        except BrokenPipeError:  # it ended before it had read everything; its log says why
            printed = ""
        finally:
            process.kill()
            process.wait()
    if process.returncode:
        raise RuntimeError(f"the peer could not be filled: {log.read_text(errors='replace')[-1_500:]}")
    return printed


def _environment(url: str) -> dict[str, str]:
    to = make_url(url)
    host = to.host or to.query.get("host") or ""
    return {"DJANGO_SETTINGS_MODULE": "site_settings", "PYTHONPATH": str(SITE), "PYTHONDONTWRITEBYTECODE": "1",
            "PEER_DATABASE": to.database or "", "PEER_USER": to.username or "", "PEER_HOST": str(host),
            "PEER_PASSWORD": to.password or "", "PEER_PORT": str(to.port or ""),
            "PEER_STAFF": STAFF, "PEER_STAFF_PASSWORD": STAFF_PASSWORD}


def _versions(python: Path) -> str:
    names = ("django-helpdesk", "Django")
    asked = f"from importlib.metadata import version; print(*(f'{{n}} {{version(n)}}' for n in {names}), sep=', ')"
    return subprocess.run([str(python), "-c", asked], env=serving.plain_environment(), capture_output=True,
                          text=True, check=True, timeout=60).stdout.strip()


def _digest(*made_from: object) -> str:
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:10]


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
