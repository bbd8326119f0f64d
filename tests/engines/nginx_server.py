"""A running nginx with a configuration of ours inside one like Debian's own, in a folder of its own.

Around ours stands what Debian ships: a log with addresses, compression on, old TLS. Ours has to hold all the same.
"""

import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.processes import dies_with_parent, free_port
from tests.engines.certificate import certificate_for
from tests.engines.nginx import surroundings
from tests.engines.patience import wait_until

NAME = "phan-anh.example"
"""The host that the configuration is printed for."""
WORDS = {"HERE": "/HOI-AM-HERE", "HTTP": "65080", "HTTPS": "65443"}
"""What stands in the printed text for the folder and the two ports of a server."""
_AROUND = """
{user}
worker_processes 2;
pid {folder}/pid;
daemon off;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log {folder}/logs/access.log;
    gzip on;
    client_body_temp_path {folder}/temp/body;
    proxy_temp_path {folder}/temp/proxy;
    fastcgi_temp_path {folder}/temp/fastcgi;
    uwsgi_temp_path {folder}/temp/uwsgi;
    scgi_temp_path {folder}/temp/scgi;
    include {folder}/site.conf;
}}
"""


class NginxServer:
    """One server before the socket ``folder/web.sock``."""

    def __init__(self, program: Path, folder: Path, printed: str) -> None:
        self.program, self.folder = program, folder
        self.http, self.https = free_port(), free_port()
        self.socket = folder / "web.sock"
        for name in ("logs", "temp", "copies"):
            (folder / name).mkdir()
        folder.chmod(0o711)  # nginx' workers are somebody else when we are root
        certificate, key = certificate_for(NAME)
        (folder / "cert.pem").write_text(certificate)
        (folder / "key.pem").write_text(key)
        site = printed.replace(WORDS["HERE"], str(folder))
        site = site.replace(WORDS["HTTPS"], str(self.https)).replace(WORDS["HTTP"], str(self.http))
        (folder / "site.conf").write_text(site)
        user = "user nobody nogroup;" if os.geteuid() == 0 and _known("nobody") else ""
        (folder / "nginx.conf").write_text(_AROUND.format(folder=folder, user=user))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        """How it is called, with nothing of the machine's own configuration."""
        return [str(self.program), "-e", f"{self.folder}/logs/start.log", "-p", str(self.folder),
                "-c", f"{self.folder}/nginx.conf"]  # fmt: skip

    def tested(self) -> subprocess.CompletedProcess[str]:
        """What `nginx -t` says."""
        return subprocess.run([*self.command, "-t"], capture_output=True, text=True, check=False,
                              env=surroundings(self.program))  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it listens."""
        self._process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, env=surroundings(self.program),
                                         preexec_fn=dies_with_parent(signal.SIGTERM))  # fmt: skip
        wait_until(self._listens, seconds=30, what="for nginx to listen")

    def stop(self) -> None:
        """Stop it at once."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def said(self) -> str:
        """Everything in its logs, what it said at the start too."""
        return "".join(path.read_text(errors="replace") for path in sorted((self.folder / "logs").iterdir()))

    def _listens(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "nginx ended:\n" + self.said()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.https)) == 0


@contextmanager
def running(program: Path, folder: Path, printed: str) -> Iterator[NginxServer]:
    """A server that ends with the block."""
    server = NginxServer(program, folder, printed)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _known(user: str) -> bool:
    try:
        return bool(pwd.getpwnam(user))
    except KeyError:
        return False
