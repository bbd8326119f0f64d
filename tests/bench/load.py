"""A closed-loop HTTP client for loopback: each connection asks again when it has its answer, bounded by seconds
and by requests. ``wrk`` when it is installed (GETs with several connections), else our own, one process with raw
sockets.

    python -m tests.bench.load http://127.0.0.1:8000/register --connections 16 --seconds 5
"""

import argparse
import ipaddress
import json
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

MOST = 2_000_000
"""Requests after which any load ends."""
SILENT = 30.0
"""Seconds without any answer after which it is given up."""
_WRK = """
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency, requests)
  io.write(string.format("JSON %d %d %.3f %.3f %.3f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.timeout))
end
"""

Make = Callable[[], bytes]


@dataclass(frozen=True)
class Load:
    """What came back. Times in milliseconds."""

    n: int
    seconds: float
    p50: float
    p95: float
    p99: float
    statuses: Mapping[str, int] = field(default_factory=dict)
    client: str = "own"

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.n / self.seconds if self.seconds else 0.0

    @property
    def bad(self) -> int:
        """Answers that were no 2xx or 3xx, and connections that broke."""
        return sum(number for status, number in self.statuses.items() if status[:1] not in "23")

    def figures(self) -> dict[str, object]:
        """For the report."""
        return {"n": self.n, "req_s": round(self.rate, 1), "p50_ms": round(self.p50, 3),
                "p95_ms": round(self.p95, 3), "p99_ms": round(self.p99, 3), "statuses": dict(self.statuses),
                "client": self.client}


def get(url: str, *, connections: int = 1, seconds: float, most: int = MOST, cookie: str = "",
        own: bool = False) -> Load:
    """Ask for one address again and again. Raises ValueError for one that is not on this machine."""
    return mixed([url], connections=connections, seconds=seconds, most=most, cookie=cookie, own=own)


def mixed(urls: Iterable[str], *, connections: int = 1, seconds: float, most: int = MOST, cookie: str = "",
          own: bool = False, keep: list[tuple[str, float]] | None = None) -> Load:
    """Ask for these addresses of one host in turn. ``keep`` gets (address, milliseconds) of each answer, in order,
    when there is one connection."""
    listed = list(urls)
    if connections > 1 and most >= MOST and not own and keep is None and shutil.which("wrk"):
        return _wrk(listed, connections=connections, seconds=seconds, cookie=cookie)
    made = [(url, request("GET", url, cookie=cookie)) for url in listed]
    turn = cycle(made)
    asked: list[str] = []

    def following() -> bytes:
        url, raw = next(turn)
        asked.append(url)
        return raw

    times: list[float] = []
    found = run(address(listed[0]), following, connections=connections, seconds=seconds, most=most, times=times)
    if keep is not None:
        keep += zip(asked, times, strict=False)
    return found


def request(method: str, url: str, *, cookie: str = "", body: bytes = b"") -> bytes:
    """One request as bytes, kept alive."""
    parts = urlsplit(url)
    lines = [f"{method} {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1",
             f"Host: {parts.netloc}", "Accept: text/html,*/*", "User-Agent: bench"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def address(url: str) -> tuple[str, int]:
    """Host and port. Raises ValueError for anything that is not loopback."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        ours = parts.scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, which might lead anywhere
        ours = False
    if not ours:
        raise ValueError("the benches ask this machine alone, by http://127.0.0.1:…")
    return host, parts.port or 80


@dataclass
class _Line:
    """One connection."""

    sock: socket.socket
    began: float = 0.0
    got: bytes = b""


def run(to: tuple[str, int], make: Make, *, connections: int, seconds: float, most: int = MOST,
        times: list[float] | None = None, seen: Callable[[str, bytes], None] | None = None) -> Load:
    """The loop: ``make`` gives the next request, ``seen`` gets status and head of each answer. ``times`` gets the
    milliseconds of each, in order of arrival."""
    taken: list[float] = [] if times is None else times
    statuses: Counter[str] = Counter()
    started = time.perf_counter()
    end, sent = started + seconds, 0
    with selectors.DefaultSelector() as waiting:
        def ask(line: _Line) -> None:
            nonlocal sent
            line.got, line.began = b"", time.perf_counter()
            sent += 1
            try:
                line.sock.sendall(make_now())
            except OSError:  # it was closed while nothing was asked: once more on a new one
                _anew(waiting, line, to)
                line.sock.sendall(current[0])

        current = [b""]

        def make_now() -> bytes:
            current[0] = make()
            return current[0]

        open_lines = 0
        for _ in range(connections):
            if sent >= most:
                break
            line = _Line(_connect(to))
            waiting.register(line.sock, selectors.EVENT_READ, line)
            open_lines += 1
            ask(line)
        while open_lines:
            ready = waiting.select(SILENT)
            if not ready:
                statuses["silent"] += open_lines
                break
            for key, _events in ready:
                one: _Line = key.data
                status, head, closing = _read(one)
                if status == "":
                    continue
                now = time.perf_counter()
                taken.append((now - one.began) * 1000)
                statuses[status] += 1
                if seen is not None:
                    seen(status, head)
                if now >= end or sent >= most:
                    waiting.unregister(one.sock)
                    one.sock.close()
                    open_lines -= 1
                    continue
                if closing:
                    _anew(waiting, one, to)
                ask(one)
        for key in list(waiting.get_map().values()):
            key.data.sock.close()
    return _load(taken, time.perf_counter() - started, statuses)


def _load(times: list[float], seconds: float, statuses: Counter[str]) -> Load:
    ordered = sorted(times)

    def share(part: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0

    return Load(len(ordered), seconds, share(0.5), share(0.95), share(0.99), dict(statuses))


def _connect(to: tuple[str, int]) -> socket.socket:
    sock = socket.create_connection(to, timeout=SILENT)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _anew(waiting: selectors.BaseSelector, line: _Line, to: tuple[str, int]) -> None:
    waiting.unregister(line.sock)
    line.sock.close()
    line.sock = _connect(to)
    waiting.register(line.sock, selectors.EVENT_READ, line)


def _read(line: _Line) -> tuple[str, bytes, bool]:
    """Status, head and whether the server closes; an empty status while the answer is not whole yet."""
    try:
        more = line.sock.recv(262_144)
    except OSError:
        return "broken", b"", True
    if not more:
        return "broken", b"", True
    line.got += more
    head, mark, body = line.got.partition(b"\r\n\r\n")
    if not mark:
        return "", b"", False
    low = head.lower()
    status = head[9:12].decode()
    closing = b"\r\nconnection: close" in low
    if status in ("204", "304"):
        return status, head, closing
    at = low.find(b"\r\ncontent-length:")
    if at >= 0:
        length = int(low[at + 17:].partition(b"\r\n")[0])
        return (status, head, closing) if len(body) >= length else ("", b"", False)
    if b"\r\ntransfer-encoding: chunked" in low:
        return (status, head, closing) if body.endswith(b"0\r\n\r\n") else ("", b"", False)
    return "", b"", False


def _wrk(urls: list[str], *, connections: int, seconds: float, cookie: str) -> Load:
    address(urls[0])
    paths = ", ".join(json.dumps("/" + url.partition("//")[2].partition("/")[2]) for url in urls)
    crumbs = ["-H", f"Cookie: {cookie}"] if cookie else []
    with tempfile.TemporaryDirectory(prefix="hoiam-wrk-") as folder:
        script = Path(folder) / "done.lua"
        script.write_text(f"paths = {{{paths}}}\n{_WRK}")
        said = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "-s", str(script), *crumbs,
             urls[0]],
            capture_output=True, text=True, check=True, timeout=seconds * 3 + SILENT)
    line = next(text for text in said.stdout.splitlines() if text.startswith("JSON "))
    n, took, p50, p95, p99, bad = (float(word) for word in line.split()[1:])
    statuses = {"2xx/3xx": int(n - bad), **({"bad": int(bad)} if bad else {})}
    return Load(int(n), took / 1e6, p50 / 1000, p95 / 1000, p99 / 1000, statuses, client="wrk")


def main() -> None:
    """Load one address and print what came back."""
    words = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    words.add_argument("url")
    words.add_argument("--connections", type=int, default=16)
    words.add_argument("--seconds", type=float, default=5.0)
    words.add_argument("--own", action="store_true", help="our own client, although wrk is installed")
    given = words.parse_args()
    found = get(given.url, connections=given.connections, seconds=given.seconds, own=given.own)
    print(json.dumps(found.figures()))


if __name__ == "__main__":
    main()
