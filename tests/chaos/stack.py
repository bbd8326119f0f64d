"""The whole house as processes of this one: web, workers, vault, queue, mail server. Each is started again when it
dies, as a service manager would, and all of them die with this process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from feedback.adapters import vault_keys
from feedback.app import create_app
from feedback.config import load_settings
from feedback.extensions import db, writing
from feedback.migrations import runner
from feedback.processes import dies_with_parent, free_port
from feedback.services.seeding import seed_reference_data
from tests.engines.folders import short_folder
from tests.engines.postgresql import create_database, postgresql
from tests.engines.smtp import Sink, smtp_sink
from tests.engines.valkey import ValkeyServer, valkey_server

WORKERS = 2


@dataclass
class Member:
    """One process that is to run all the time."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0


@dataclass
class Stack:
    """The running house. Call ``tend()`` often, from the main thread."""

    app: Flask
    """The same settings in this process, to look into the database."""
    folder: Path
    port: int
    sink: Sink
    queue: ValkeyServer
    environment: Mapping[str, str]
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, *command: str) -> None:
        """Start a process and keep it running."""
        member = Member(name, command)
        self.members.append(member)
        self._start(member)

    def tend(self) -> None:
        """Start again what has died."""
        for member in self.members:
            if member.process is not None and member.process.poll() is not None:
                member.deaths += 1
                self._start(member)

    def kill(self, name: str) -> None:
        """``kill -9`` to a process with all its children."""
        for member in self._named(name):
            with _gone_is_fine():
                os.killpg(member.process.pid, signal.SIGKILL)  # type: ignore[union-attr]

    def kill_child(self, name: str) -> None:
        """``kill -9`` to the newest child of a process (a web process, a job), if it has one."""
        for member in self._named(name):
            pid = member.process.pid  # type: ignore[union-attr]
            with _gone_is_fine():
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                if children:
                    os.kill(int(children[-1]), signal.SIGKILL)

    @property
    def deaths(self) -> int:
        """How often something had to be started again."""
        return sum(member.deaths for member in self.members)

    def _named(self, name: str) -> list[Member]:
        return [m for m in self.members if m.name == name and m.process is not None and m.process.poll() is None]

    def _start(self, member: Member) -> None:
        with (self.folder / f"{member.name}.log").open("ab") as log:
            member.process = subprocess.Popen(
                member.command, env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=dies_with_parent(signal.SIGKILL))

    def end(self) -> None:
        """Kill all that is left."""
        for member in self.members:
            self.kill(member.name)
        for member in self.members:
            if member.process is not None:
                member.process.wait(10)


@contextmanager
def stack(*, database: str, naive: bool) -> Iterator[Stack]:
    """A house on an empty database (``sqlite`` or ``postgresql``); ``naive`` bypasses the outbox."""
    with ExitStack() as ends:
        folder = ends.enter_context(short_folder("chaos-"))
        sink = ends.enter_context(smtp_sink())
        queue = ends.enter_context(valkey_server())
        port = free_port()
        if database == "postgresql":
            url = create_database(ends.enter_context(postgresql()), f"chaos_{os.getpid()}_{time.monotonic_ns()}")
        else:
            url = f"sqlite:///{folder / 'house.db'}"
        (folder / "keys").mkdir(mode=0o700)
        (folder / "var").mkdir(mode=0o700)
        own = {
            "FEEDBACK_DATABASE_URL": url, "FEEDBACK_REDIS_URL": queue.url, "FEEDBACK_SMTP_URL": sink.url,
            "FEEDBACK_MAIL_FROM": "hoi-am@tinh.example", "FEEDBACK_BASE_URL": f"http://127.0.0.1:{port}",
            "FEEDBACK_PORT": str(port), "FEEDBACK_DATA": str(folder / "var"),
            "FEEDBACK_KEYS": str(folder / "keys"),
            "FEEDBACK_SECRET_KEY": "s" * 40, "FEEDBACK_PEPPER": "p" * 40,
            "FEEDBACK_TRUSTED_HOSTS": "127.0.0.1"}
        settings = load_settings(own)
        vault_keys.ensure_keys(settings.keys)
        runner.upgrade(settings.database_url)
        app = create_app(settings)
        with app.app_context(), writing():
            seed_reference_data()
        house = Stack(app, folder, port, sink, queue, {**os.environ, **own})
        ends.callback(_let_go, app)
        ends.callback(house.end)
        house.add("vault", sys.executable, "-m", "feedback", "vault", "serve")
        house.add("web", *_web(port, naive))
        for number in range(WORKERS):
            house.add(f"worker-{number}", sys.executable, "-m", "tests.chaos.naive" if naive else "workers")
        yield house


def _web(port: int, naive: bool) -> list[str]:
    if not naive:
        return [sys.executable, "-m", "feedback", "web", "--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "2", "--threads", "4",
            "--bind", f"127.0.0.1:{port}", "--no-control-socket", "tests.chaos.naive:naive_app()"]


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _gone_is_fine() -> Iterator[None]:
    try:
        yield
    except (ProcessLookupError, FileNotFoundError):
        pass  # it died by itself a moment ago
