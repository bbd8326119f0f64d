"""Servers of a bench, on free loopback ports: the ceiling and the product under the very same gunicorn flags.
Only what was started here is stopped, by its process id; it dies with this process too."""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.cli.web import APP, MEMORY, command
from feedback.config import Settings
from feedback.processes import dies_with_parent, free_port
from tests.bench import load

ROOT = Path(__file__).resolve().parents[2]
WORKERS, THREADS = 2, 4
"""As many processes as the reference machine has cores, and the house's own number of threads."""
CEILING = "tests.bench.ceiling:app()"
_START_SECONDS = 120.0


class Server:
    """A gunicorn with its workers."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.port, self.log = process, port, log

    @property
    def url(self) -> str:
        """'http://127.0.0.1:PORT'."""
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """Process ids of the workers (Linux)."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in listed.read_text().split()] if listed.exists() else []


@contextmanager
def product(settings: Settings) -> Iterator[str]:
    """The product on this database; yields its address."""
    with product_server(settings) as server:
        yield server.url


@contextmanager
def product_server(settings: Settings, *, workers: int = WORKERS) -> Iterator[Server]:
    """The same, as a Server."""
    log = settings.data / "web.log"
    with _started(APP, environment(settings), log=log, ready="/livez", workers=workers) as server:
        yield server


def plain_environment() -> dict[str, str]:
    """What this process was started with, without any setting of the house."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("FEEDBACK_", "GUNICORN_"))}


def environment(settings: Settings) -> dict[str, str]:
    """The settings as ``FEEDBACK_…``."""
    return {
        "FEEDBACK_DATABASE_URL": settings.database_url, "FEEDBACK_DATA": str(settings.data),
        "FEEDBACK_KEYS": str(settings.keys), "FEEDBACK_SECRET_KEY": settings.secret_key,
        "FEEDBACK_PEPPER": settings.pepper, "FEEDBACK_BASE_URL": settings.base_url,
        "FEEDBACK_TRUSTED_HOSTS": ",".join(settings.trusted_hosts)}


@contextmanager
def ceiling(folder: Path) -> Iterator[str]:
    """The ceiling's address. ``folder`` takes its log."""
    with _started(CEILING, {}, log=folder / "ceiling.log", ready="/hello", workers=WORKERS) as server:
        yield server.url


def page_ms(folder: Path, *, few: bool = False) -> float:
    """p50 of the page, one request at a time over one connection."""
    with ceiling(folder) as url:
        load.get(f"{url}/page", seconds=5, most=20 if few else 200)
        return load.get(f"{url}/page", seconds=5, most=100 if few else 1_000).p50


@contextmanager
def _started(app: str, given: dict[str, str], *, log: Path, ready: str, workers: int) -> Iterator[Server]:
    port = free_port()
    words = command(bind=f"127.0.0.1:{port}", workers=workers, threads=THREADS, app=app)
    with started(words, given, port=port, log=log, ready=ready) as server:
        yield server


@contextmanager
def started(words: list[str], given: dict[str, str], *, port: int, log: Path, ready: str) -> Iterator[Server]:
    """The gunicorn that these words start on this port, once it answers 200 to ``ready``. ``given`` comes on top
    of the plain environment and of what ``feedback web`` tells the C library. Raises RuntimeError when it
    does not start."""
    with log.open("ab") as said:
        process = subprocess.Popen(
            words, env={**MEMORY, **plain_environment(), **given}, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=said,
            stderr=said, start_new_session=True, preexec_fn=dies_with_parent(signal.SIGTERM))
    server = Server(process, port, log)
    try:
        _wait(server, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # its own session: the workers go with it
            process.wait()


def _wait(server: Server, path: str) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up and server.process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError(f"the server did not start: {server.log.read_text(errors='replace')[:3_000]}")
