"""Requests through nginx by https, as one of our host names, whoever is asked for."""

import http.client
import socket
import ssl
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tests.engines.nginx_server import NAME, NginxServer

PATIENCE = 60
"""Seconds for one answer on a busy machine."""


@dataclass(frozen=True)
class Answered:
    """What came back, headers as they came."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def one(self, name: str) -> str:
        """The value of a header that stands there once."""
        (value,) = self.all(name)
        return value

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


def tls(nginx: NginxServer) -> ssl.SSLContext:
    """A client that trusts this server's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(nginx.folder / "cert.pem")
    return context


def ask(nginx: NginxServer, path: str, *, method: str = "GET", host: str = NAME, server_name: str = NAME,
        headers: dict[str, str] | None = None, body: Any = None, source: str = "127.0.0.1") -> Answered:
    """One request on a connection of its own. ``source``: the loopback address that it comes from."""
    with closing(connection(nginx, host=host, server_name=server_name, source=source)) as own:
        own.request(method, path, body=body, headers=headers or {})
        with own.getresponse() as answer:
            return Answered(answer.status, answer.getheaders(), answer.read())


def connection(nginx: NginxServer, *, host: str = NAME, server_name: str = NAME,
               source: str = "127.0.0.1") -> http.client.HTTPConnection:
    """A connection by TLS. It says ``host`` in each request and asks for the certificate of ``server_name``."""
    plain = socket.create_connection(("127.0.0.1", nginx.https), timeout=PATIENCE, source_address=(source, 0))
    made = http.client.HTTPConnection(host, timeout=PATIENCE)
    try:
        made.sock = tls(nginx).wrap_socket(plain, server_hostname=server_name)
    except BaseException:
        plain.close()
        raise
    return made


def ask_plainly(nginx: NginxServer, path: str, *, host: str = NAME) -> Answered:
    """One request without TLS."""
    with closing(http.client.HTTPConnection("127.0.0.1", nginx.http, timeout=PATIENCE)) as connection:
        connection.request("GET", path, headers={"Host": host})
        with connection.getresponse() as answer:
            return Answered(answer.status, answer.getheaders(), answer.read())
