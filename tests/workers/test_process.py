"""A real worker process: it works, sweeps without Redis, survives Redis coming and going, and ends at once."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.config import Settings
from feedback.extensions import db, writing
from feedback.models.outbox import ClockGuard, Outbox
from feedback.services import watchdog
from tests.engines.patience import wait_until
from tests.engines.smtp import Sink
from tests.engines.valkey import ValkeyServer, valkey_server
from tests.fixtures.cast import Citizen

ON_SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""Redis and signals do not care which database it is; the first test shows that both work."""


def environment(settings: Settings) -> dict[str, str]:
    """What a process needs to run with these settings."""
    return {
        **os.environ, "FEEDBACK_DATABASE_URL": settings.database_url, "FEEDBACK_DATA": str(settings.data),
        "FEEDBACK_KEYS": str(settings.keys), "FEEDBACK_SECRET_KEY": settings.secret_key,
        "FEEDBACK_PEPPER": settings.pepper, "FEEDBACK_BASE_URL": settings.base_url,
        "FEEDBACK_VAULT_SOCKET": str(settings.vault_socket), "FEEDBACK_REDIS_URL": settings.redis_url,
        "FEEDBACK_SMTP_URL": settings.smtp_url, "FEEDBACK_MAIL_FROM": settings.mail_from}


@contextmanager
def worker(app: Flask, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m workers`` over the app's database, queue and mail server."""
    with log.open("ab") as out:
        process = subprocess.Popen([sys.executable, "-m", "workers"], env=environment(app.extensions["settings"]),
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def bell(app: Flask, post: Sink) -> Iterator[ValkeyServer]:
    """A queue server of this test's own, that ``app`` rings at."""
    with valkey_server() as server:
        before = app.extensions["settings"]
        app.extensions["settings"] = replace(before, redis_url=server.url)
        yield server
        app.extensions["settings"] = before


def test_a_worker_sends_what_rings(
        app: Flask, an: Citizen, post: Sink, bell: ValkeyServer, tmp_path: Path) -> None:
    with worker(app, tmp_path / "log"):
        an.complains()
        wait_until(lambda: post.messages, seconds=30, what=(tmp_path / "log").read_text())
    assert [m["To"] for m in post.messages] == ["an@thu.example"]


@ON_SQLITE
def test_without_a_queue_a_worker_sweeps_by_itself(app: Flask, an: Citizen, post: Sink, tmp_path: Path) -> None:
    an.complains()
    with worker(app, tmp_path / "log") as process:
        wait_until(lambda: post.messages, seconds=30)
        assert process.poll() is None


@ON_SQLITE
def test_a_queue_that_was_killed_and_emptied_loses_no_mail(
        app: Flask, an: Citizen, post: Sink, bell: ValkeyServer, tmp_path: Path) -> None:
    with worker(app, tmp_path / "log") as process:
        an.complains()
        wait_until(lambda: len(post.messages) == 1, seconds=30)
        bell.stop(signal.SIGKILL)
        an.complains()
        bell.start()
        bell.empty()
        wait_until(lambda: len(post.messages) == 2, seconds=30)
        an.complains()
        wait_until(lambda: len(post.messages) == 3, seconds=30)
        assert process.poll() is None
    assert len({m["Message-ID"] for m in post.messages}) == 3


@ON_SQLITE
@pytest.mark.parametrize("with_queue", [True, False])
def test_a_worker_ends_at_once_when_told_to(
        app: Flask, an: Citizen, post: Sink, bell: ValkeyServer, tmp_path: Path, with_queue: bool) -> None:
    if not with_queue:
        bell.stop()
    an.complains()
    with worker(app, tmp_path / "log") as process:
        wait_until(lambda: post.messages, seconds=30)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - began < 2.5


@ON_SQLITE
def test_a_job_in_the_middle_dies_with_its_killed_worker(
        app: Flask, an: Citizen, post: Sink, bell: ValkeyServer, tmp_path: Path) -> None:
    post.slow(60)
    an.complains()
    with worker(app, tmp_path / "log") as process:
        wait_until(lambda: _is_being_sent(app), seconds=30)
        (child,) = _children(process.pid)
        process.kill()
        process.wait()
        wait_until(lambda: not Path(f"/proc/{child}").exists() or _is_zombie(child), seconds=5)


def _is_being_sent(app: Flask) -> bool:
    with app.app_context():
        return db.session.scalar(select(Outbox.lease_until)) is not None


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


@ON_SQLITE
def test_two_workers_tick_once_in_each_span(
        app: Flask, an: Citizen, post: Sink, bell: ValkeyServer, tmp_path: Path) -> None:
    with worker(app, tmp_path / "log1"), worker(app, tmp_path / "log2"), \
            redis.Redis.from_url(bell.url) as client:
        wait_until(lambda: len(client.keys("rq:job:tick-*")) >= 2, seconds=40)
        wait_until(lambda: client.llen("rq:queue:ticks") == 0, seconds=10)
        results = [client.xlen(key) for key in client.keys("rq:results:tick-*")]
    assert set(results) <= {1}


@ON_SQLITE
@pytest.mark.parametrize(("words", "code"), [(["run", "outbox"], 0), (["run", "deliver", "1"], 0),
                                             (["run", "no_such"], 2), (["walk"], 2)])
def test_jobs_and_sweeps_can_be_run_by_hand(app: Flask, words: list[str], code: int) -> None:
    done = subprocess.run([sys.executable, "-m", "workers", *words], capture_output=True, text=True,
                          env=environment(app.extensions["settings"]))
    assert done.returncode == code, done.stderr
    assert done.stdout or done.stderr


@ON_SQLITE
def test_the_commands_become_the_worker_program(app: Flask) -> None:
    def feedback(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "feedback", *words], capture_output=True, text=True,
                              env=environment(app.extensions["settings"]))

    assert feedback("run-job", "counts").stdout.startswith("counts: seen 0, acted")
    assert feedback("clock", "status").returncode == 0
    with app.app_context(), writing():
        watchdog.see(clock.now())
        db.session.get_one(ClockGuard, 1).jumped_at = clock.now()
    assert "not trusted" in feedback("clock", "status").stdout
    waits = feedback("run-job", "overdue")
    assert waits.returncode == 1
    assert "feedback clock confirm" in waits.stderr
    assert "confirmed" in feedback("clock", "confirm").stdout
    assert feedback("run-job", "overdue").returncode == 0
