"""How the house and its vault talk: one line of JSON there, one line back, over a unix socket.

Both ends use these two functions, so that neither can be held up by a line that never ends or is too long.
"""

import json
import socket
import time
from typing import Any

MAX_LINE = 1_048_576
"""Bytes of one request or reply: the longest complaint with its answer fits several times."""


class WireFault(Exception):
    """The other end sent no whole line of JSON in time, or one that is too long."""


def send(sock: socket.socket, message: dict[str, Any], *, until: float) -> None:
    """Write one message; ``until`` is a ``time.monotonic()`` instant. Raises WireFault, OSError."""
    line = json.dumps(message, ensure_ascii=False).encode() + b"\n"
    if len(line) > MAX_LINE:
        raise WireFault("too long")
    sock.settimeout(_left(until))
    sock.sendall(line)


def receive(sock: socket.socket, *, until: float) -> dict[str, Any]:
    """Read one message, at most ``MAX_LINE`` bytes, before ``until``. Raises WireFault, OSError."""
    line = bytearray()
    while not line.endswith(b"\n"):
        sock.settimeout(_left(until))  # the whole line has one limit, so that a drop a second does not help
        piece = sock.recv(65_536)
        if not piece or len(line) + len(piece) > MAX_LINE:
            raise WireFault("no whole line")
        line += piece
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        raise WireFault("not JSON") from None
    if not isinstance(message, dict):
        raise WireFault("not an object")
    return message


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise WireFault("too late")
    return left
