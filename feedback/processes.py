"""Children that never outlive their parent, and ports. Standard library only.

Linux: the kernel signals the child when the thread that started it dies (PR_SET_PDEATHSIG), also after
`kill -9`. Elsewhere there is no such call: feedback/cli/trial/guard.py watches a pipe instead.
"""

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec a child should not import.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

LONGEST_SOCKET_PATH = 103
"""Bytes that a unix socket's path may have on every system we run on (Linux allows 107, macOS 103)."""


def dies_with_parent(sig: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """What to pass as `preexec_fn` so that the child gets `sig` when its parent dies; None where unsupported.

    Start such a child from the main thread: the kernel watches the thread that forked, not its process.
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def watch_parent() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl, so no signal will ever come
            os.kill(os.getpid(), signal.SIGKILL)

    return watch_parent


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that was free on `host` a moment ago."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this TCP port now (also right after another one stopped)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError:
            return False
        return True
