"""A real Redis-protocol server for one test run, on a unix socket; it can be stopped, killed and emptied."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from feedback.cli.trial import embedded_valkey
from feedback.processes import dies_with_parent
from tests.engines.folders import short_folder

_START_SECONDS = 20.0


class ValkeyServer:
    """One server that keeps its data in `folder`; start and stop it as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "valkey.sock"
        self.url = embedded_valkey.url(self.socket)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                embedded_valkey.command(folder=self.folder, socket=self.socket),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )  # fmt: skip
        give_up = time.monotonic() + _START_SECONDS
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except (redis.ConnectionError, redis.BusyLoadingError):
                    if self._process.poll() is not None or time.monotonic() > give_up:
                        said = (self.folder / "log").read_text(errors="replace")
                        raise RuntimeError(f"Valkey did not start: {said}") from None
                    time.sleep(0.01)

    def stop(self, sig: signal.Signals = signal.SIGTERM) -> None:
        """Stop it: SIGTERM saves what it has, SIGKILL is a crash."""
        if self._process is None:
            return
        self._process.send_signal(sig)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def empty(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


@contextmanager
def valkey_server() -> Iterator[ValkeyServer]:
    """A running server as an object; stopped and removed at the end."""
    with short_folder("vk-") as folder:
        server = ValkeyServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def valkey() -> Iterator[str]:
    """The `unix://` URL of a running server; stopped and removed at the end."""
    with valkey_server() as server:
        yield server.url
