"""Ends the children of a parent that was killed, where the kernel cannot be asked to (macOS).

A process of its own that reads a pipe whose other end only the parent holds. The parent writes `+123` when it
started process group 123 and `-123` when that ended. When the pipe closes, the parent is gone, and every group
still on the list is ended.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import IO, Protocol

_PATIENCE_SECONDS = 2.0


class Guard(Protocol):
    """Who is told of children that come and go."""

    def started(self, pid: int) -> None:
        """A child that leads a process group of its own has been started."""

    def ended(self, pid: int) -> None:
        """That child has ended and was reaped: its number may be somebody else's soon."""


class KernelGuard:
    """Linux: each child asked the kernel itself (feedback/processes.py), nothing is left to do."""

    def started(self, pid: int) -> None:
        """Nothing to do."""

    def ended(self, pid: int) -> None:
        """Nothing to do."""


class PipeGuard:
    """The watching process, started at once."""

    def __init__(self) -> None:
        reads, writes = os.pipe()
        self._watcher = subprocess.Popen(
            [sys.executable, "-m", "feedback.cli.trial.guard"], stdin=reads, start_new_session=True
        )
        os.close(reads)
        self._pipe: IO[bytes] = os.fdopen(writes, "wb", buffering=0)

    def started(self, pid: int) -> None:
        """Put the child on the list."""
        self._pipe.write(b"+%d\n" % pid)

    def ended(self, pid: int) -> None:
        """Take the child off the list."""
        self._pipe.write(b"-%d\n" % pid)


def guard_for_this_system() -> Guard:
    """The kernel where it can watch, else a watching process."""
    return KernelGuard() if sys.platform == "linux" else PipeGuard()


def watch(lines: IO[bytes], end: Callable[[int, signal.Signals], None]) -> None:
    """Read the parent's lines until they stop; then `end` what is on the list, gently and then surely."""
    groups: set[int] = set()
    for line in lines:
        sign, pid = line[:1], int(line[1:])
        if sign == b"+":
            groups.add(pid)
        else:
            groups.discard(pid)
    for sig in (signal.SIGTERM, signal.SIGKILL):
        for pid in sorted(groups):
            end(pid, sig)
        if groups and sig is signal.SIGTERM:
            time.sleep(_PATIENCE_SECONDS)


def end_group(pid: int, sig: signal.Signals) -> None:
    """Signal the whole process group that `pid` leads; a group that is gone is no error."""
    try:
        os.killpg(pid, sig)
    except (ProcessLookupError, PermissionError):  # macOS says "not permitted" of a group of zombies
        pass


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    watch(sys.stdin.buffer, end_group)
