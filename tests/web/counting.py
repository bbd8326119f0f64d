"""What a page may cost, and how that is counted: shared by the tests of budgets and the benches."""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from feedback.web import kept_pages
from tests import factories
from tests.fixtures.application import SqlLog
from tests.fixtures.client import Client, Reply
from tests.web import complaining

REGISTER_LIST, CASE_PAGE, SEARCH, INBOX = 4, 6, 4, 8
"""SQL statements, whatever the number of rows."""

_COUNT = re.compile(r"\bcount\s*\(", re.IGNORECASE)
_SKIPS = re.compile(r'(?<!")\bOFFSET\b(?!")', re.IGNORECASE)
"""A column in quotation marks is no clause: rungs of the ladder have one of this name."""
_CAPPED = re.compile(r"\bLIMIT\b", re.IGNORECASE)


def cost(sql_log: SqlLog, client: Client, path: str) -> tuple[int, Reply]:
    """How many statements the page needs once the process is warm, when it was not kept."""
    client.get(path)
    kept_pages.forget()
    sql_log.clear()
    return (reply := client.get(path)) and len(sql_log.statements), reply


def reads_without_end(statement: str) -> str:
    """What is wrong with a statement that skips rows or counts them all: 'OFFSET', 'count', or empty. (SQLite's
    dialect writes OFFSET 0 beside every LIMIT by itself.)"""
    if _SKIPS.search(statement) and "OFFSET ?" not in statement:
        return "OFFSET"
    return "count" if _COUNT.search(statement) and not _CAPPED.search(statement) else ""


def last_page(client: Client, **who: str) -> Reply:
    """Walk through the complaint's pages up to the one with the button that sends it."""
    client.looks = False
    return complaining.to(client, "check", narrative=factories.NARRATIVE, **(who or {"mode": "anonymous"}))


@contextmanager
def connections() -> Iterator[list[str]]:
    """Where this process connects to meanwhile, in order."""
    made: list[str] = []
    connect = socket.socket.connect

    def noted(self: socket.socket, address: object) -> None:
        made.append(str(address))
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = noted  # type: ignore[method-assign]
    try:
        yield made
    finally:
        socket.socket.connect = connect  # type: ignore[method-assign]


def send_unclosed(app: Flask, client: Client, page: Reply, calls: list[str]) -> tuple[str, list[str]]:
    """Send the last page as a server does; the status, and the connections made before the reply had been sent.
    Those made afterwards stay in ``calls``."""
    form = page.page.form(action="/complain")
    body = urlencode([(name, value) for name, values in form.values.items() for value in values])
    cookies = "; ".join(f"{c.key}={c.value}" for c in client._browser._cookies.values())
    environ = EnvironBuilder(
        path="/complain", method="POST", data=body.encode(), base_url="http://localhost",
        content_type="application/x-www-form-urlencoded", headers={"Cookie": cookies}).get_environ()
    calls.clear()
    app_iter, status, _headers = run_wsgi_app(app, environ, buffered=False)
    for _part in app_iter:
        pass
    before = list(calls)
    calls.clear()
    app_iter.close()  # type: ignore[attr-defined]
    return status, before
