"""The vault's door: a unix socket that only its owner can reach, one request a connection.

The verbs are given from outside (``feedback.cli.vault``); this file knows how to listen, to limit what it
takes in, and to say nothing about why something failed beyond a code.
"""

import contextlib
import ctypes
import fcntl
import logging
import os
import resource
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from feedback.adapters import vault_wire
from feedback.processes import LONGEST_SOCKET_PATH

Verb = Callable[[dict[str, Any]], dict[str, Any]]
SECONDS = 5.0
"""How long one request may take to arrive, and its reply to leave."""
AT_ONCE = 8
"""Requests worked on at the same time; more wait."""

log = logging.getLogger("feedback.vault")


class VaultRefused(Exception):
    """A verb will not do what was asked; ``code`` is told to the asker and nothing else is."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class VaultBusy(Exception):
    """Another vault already answers on this socket, or the socket cannot be made. One sentence."""


def harden() -> None:
    """No core dump, and on Linux no other process of the same user may look into this one's memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE


class VaultServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Listens until ``shutdown``; each request runs in a thread of its own."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, path: Path, verbs: Mapping[str, Verb]) -> None:
        self.verbs = verbs
        self.slots = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(str(path), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing of a request may be printed, not even with its traceback."""
        log.error("vault_connection_failed", extra={"fault": type(sys.exception()).__name__})


class _Handler(socketserver.BaseRequestHandler):
    server: VaultServer

    def handle(self) -> None:
        until = time.monotonic() + SECONDS
        try:
            asked = vault_wire.receive(self.request, until=until)
            if not self.server.slots.acquire(timeout=max(0.0, until - time.monotonic())):
                return
            try:
                reply = _answer(self.server.verbs, asked)
            finally:
                self.server.slots.release()
            vault_wire.send(self.request, reply, until=time.monotonic() + SECONDS)
        except (vault_wire.WireFault, OSError) as fault:
            log.warning("vault_request_dropped", extra={"fault": type(fault).__name__})


def _answer(verbs: Mapping[str, Verb], asked: dict[str, Any]) -> dict[str, Any]:
    name = asked.pop("verb", None)
    verb = verbs.get(name) if isinstance(name, str) else None
    if verb is None:
        return {"ok": False, "code": "unknown_verb"}
    try:
        return {"ok": True, **verb(asked)}
    except VaultRefused as refused:
        return {"ok": False, "code": refused.code}
    except Exception as fault:  # whatever it is, its text could hold a name
        log.error("vault_verb_failed", extra={"verb": name, "fault": type(fault).__name__})
        return {"ok": False, "code": "failed"}


@contextlib.contextmanager
def listening(path: Path, verbs: Mapping[str, Verb], *, group: int | None = None) -> Iterator[VaultServer]:
    """A bound server; the socket is 0600, or 0660 for ``group`` (a gid) when the vault has a user of its own.

    A socket left behind by a killed vault is replaced. Raises VaultBusy when a living one listens there: the lock
    beside the socket is let go by the system when its process dies, however it dies.
    """
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise VaultBusy(f"{path} is too long for a socket. Set FEEDBACK_VAULT_SOCKET to a shorter path.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path.with_name(path.name + ".lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VaultBusy(f"Another vault already answers on {path}. Stop it first.") from None
        path.unlink(missing_ok=True)
        server = _bound(path, verbs, group)
        try:
            yield server
        finally:
            server.server_close()
            path.unlink(missing_ok=True)


def _bound(path: Path, verbs: Mapping[str, Verb], group: int | None) -> VaultServer:
    before = os.umask(0o177)  # never reachable by others, not even between bind and chmod
    try:
        server = VaultServer(path, verbs)
    except OSError as problem:
        raise VaultBusy(f"The vault cannot listen on {path}: {problem.strerror}.") from None
    finally:
        os.umask(before)
    if group is not None:
        os.chown(path, -1, group)
        os.chmod(path, 0o660)
    return server
