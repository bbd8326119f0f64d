"""Somebody who follows every link."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask

from tests.fixtures.client import Client, Reply

MANY = 6
"""Pages of one kind (the same route, the same names in the query) that are looked at: calendars go on for ever."""
LEAVE = ("/sign-out", "/track/leave")
_ADDRESS = re.compile(rb"http://localhost(/[^\s\"<>&\\]*)")
"""An address of ours in JSON, XML or plain text."""


def crawl(app: Flask, browser: Client, starts: Iterable[str], *, formats: bool = False) -> dict[str, Reply]:
    """Every page within reach, by path: the starts, whatever they link to, and lists as files. Refusals are pages,
    too. ``formats``: also what answers to programs name (JSON, feeds, maps), and all of it in English."""
    adapter = app.url_map.bind("localhost")
    waiting, seen, kinds = list(dict.fromkeys(starts)), {}, Counter[object]()
    while waiting:
        path = waiting.pop(0)
        address = urlsplit(path)
        english = formats and address.path.startswith("/en/")
        plain = address.path.removeprefix("/en") if english else address.path
        if path in seen or address.path in LEAVE or not adapter.test(plain, "GET"):
            continue
        endpoint, values = adapter.match(plain, "GET")
        which = (v for k, v in values.items() if k == "reference")
        kind = (endpoint, english, *sorted(parse_qs(address.query)), *which)
        kinds[kind] += 1
        if endpoint in ("static", "font_file") or kinds[kind] > MANY:
            continue
        reply = browser.get(path, status=tuple(range(200, 600)))
        seen[path] = reply
        found = [reply.location] if reply.location else reply.page.links if reply.is_page else []
        if formats and not reply.is_page:
            found = [*found, *(link.decode() for link in _ADDRESS.findall(reply.body))]
        for link in found:
            there = urlsplit(urljoin(f"http://localhost{path}", link))
            if there.netloc == "localhost":
                waiting.append(there.path + (f"?{there.query}" if there.query else ""))
    return seen
