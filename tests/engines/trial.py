"""A whole trial for tests: `feedback up` with a data folder and a port of its own."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil

from feedback.processes import dies_with_parent, free_port


class Trial:
    """A running `feedback up` with a data folder and a port of its own, without sample data."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.port = folder, free_port()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "feedback", "up"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**clean, "FEEDBACK_DATA": str(folder / "var"), "FEEDBACK_PORT": str(self.port),
                 "FEEDBACK_SAMPLE": "0", **settings},
            preexec_fn=dies_with_parent(),
        )  # fmt: skip

    def until_told(self) -> str:
        """Wait for the address to be printed; what was said until then."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert f"http://127.0.0.1:{self.port}" in "".join(said), "".join(said) + self.errors()
        return "".join(said)

    def errors(self) -> str:
        """What it wrote to stderr until its end."""
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def get(self, path: str, host: str = "") -> int:
        """The status of the answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.port}"})
            with connection.getresponse() as answer:
                return answer.status

    def descendants(self) -> list[psutil.Process]:
        """Every process below it."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def doing(self, words: str) -> list[psutil.Process]:
        """Those whose command line holds `words`."""
        return [process for process in self.descendants() if words in _command(process)]


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; one that nobody has reaped yet does not."""
    return [process for process in processes if _runs(process)]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it ended between the listing and now
        return ""


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def running_trial(folder: Path, **settings: str) -> Iterator[Trial]:
    """A trial that is killed at the end, if it has not ended by itself."""
    trial = Trial(folder, **settings)
    try:
        yield trial
    finally:
        trial.process.kill()
        trial.process.communicate()
