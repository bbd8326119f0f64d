"""An optional virus scanner: clamd's INSTREAM over its unix socket (FEEDBACK_CLAMD_SOCKET).

Without the setting nothing is scanned, and the pages of staff say so. With it, a scanner that does not answer
means that no file is taken for now: silence is never taken for clean.
"""

import socket
import struct

from flask import current_app

from feedback.domain.files import FileRefused, Refusal

SECONDS = 20.0
PIECE = 64 * 1024


def is_on() -> bool:
    """Whether files are looked through by a scanner at all."""
    return bool(current_app.extensions["settings"].clamd_socket)


def look_through(data: bytes) -> None:
    """Raises FileRefused(INFECTED) for what the scanner knows, FileRefused(SCANNER_SILENT) when it gives no clear
    answer. Does nothing when there is no scanner."""
    path = current_app.extensions["settings"].clamd_socket
    if not path:
        return
    try:
        answer = _scanned(path, data)
    except OSError:
        raise FileRefused(Refusal.SCANNER_SILENT) from None
    if answer == b"stream: OK":
        return
    raise FileRefused(Refusal.INFECTED if answer.endswith(b" FOUND") else Refusal.SCANNER_SILENT)


def _scanned(path: str, data: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as scanner:
        scanner.settimeout(SECONDS)
        scanner.connect(path)
        scanner.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), PIECE):
            piece = data[start:start + PIECE]
            scanner.sendall(struct.pack("!I", len(piece)) + piece)
        scanner.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 1000 and (more := scanner.recv(1000)):
            answer += more
    return answer.rstrip(b"\0")
