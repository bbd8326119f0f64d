"""Something behind a proxy, on a unix socket, that keeps what it was asked and answers as it was told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer


@dataclass
class Answer:
    """What to say at an address."""

    body: bytes = b"<!doctype html><title>.</title>" + "tiếng Việt ".encode() * 200
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: Message
    size: int


class Mirror:
    """``say[path]`` is answered there, ``asked`` is what came."""

    def __init__(self) -> None:
        self.say: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.done: list[str] = []
        """Paths whose answers were taken from it whole."""

    def times(self, path: str) -> int:
        """How often this address, with its query, came through."""
        return sum(one.path == path for one in self.asked)

    def last(self, path: str) -> Asked:
        """The newest request for it."""
        return [one for one in self.asked if one.path == path][-1]


class _Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 256


@contextmanager
def mirror(socket: Path) -> Iterator[Mirror]:
    """A running mirror."""
    made = Mirror()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            got = len(self.rfile.read(size))
            made.asked.append(Asked(self.command, self.path, self.headers, got))
            answer = made.say.get(self.path, Answer(headers={"Cache-Control": "no-store"}))
            tag = answer.headers.get("ETag")
            known = bool(tag) and self.headers.get("If-None-Match") == tag
            body = b"" if known else answer.body
            self.send_response(304 if known else answer.status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **answer.headers}.items():
                self.send_header(name, value)
            if not known:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            made.done.append(self.path)

        do_GET = do_POST = do_HEAD = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = _Server(str(socket), Handler)
    socket.chmod(0o777)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        socket.unlink(missing_ok=True)
