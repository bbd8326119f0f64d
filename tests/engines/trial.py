"""A whole trial for tests: `feedback up` with a data folder and a port of its own."""

import http.client
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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

    def until_told(self) -> None:
        """Wait for the address to be printed."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert f"http://127.0.0.1:{self.port}" in "".join(said), "".join(said) + self.errors()

    def errors(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def get(self, path: str, host: str = "") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{self.port}"})
        return connection.getresponse().status

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def doing(self, words: str) -> list[psutil.Process]:
        return [process for process in self.descendants() if words in " ".join(process.cmdline())]


@contextmanager
def running_trial(folder: Path, **settings: str) -> Iterator[Trial]:
    trial = Trial(folder, **settings)
    try:
        yield trial
    finally:
        trial.process.kill()
        trial.process.communicate()
