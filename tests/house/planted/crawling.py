"""Somebody who follows every link."""

from collections import Counter
from collections.abc import Iterable
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask

from tests.fixtures.client import Client, Reply

MANY = 6
"""Pages of one kind (the same route, the same names in the query) that are looked at: calendars go on for ever."""
LEAVE = ("/sign-out", "/track/leave")


def crawl(app: Flask, browser: Client, starts: Iterable[str]) -> dict[str, Reply]:
    """Every page within reach, by path: the starts, whatever they link to, and lists as files. Refusals are pages,
    too."""
    adapter = app.url_map.bind("localhost")
    waiting, seen, kinds = list(dict.fromkeys(starts)), {}, Counter[object]()
    while waiting:
        path = waiting.pop(0)
        address = urlsplit(path)
        if path in seen or address.path in LEAVE or not adapter.test(address.path, "GET"):
            continue
        endpoint, values = adapter.match(address.path, "GET")
        kind = (endpoint, *sorted(parse_qs(address.query)), *(v for k, v in values.items() if k == "reference"))
        kinds[kind] += 1
        if endpoint in ("static", "font_file") or kinds[kind] > MANY:
            continue
        reply = browser.get(path, status=tuple(range(200, 600)))
        seen[path] = reply
        found = [reply.location] if reply.location else reply.page.links if reply.is_page else []
        for link in found:
            there = urlsplit(urljoin(f"http://localhost{path}", link))
            if there.netloc == "localhost":
                waiting.append(there.path + (f"?{there.query}" if there.query else ""))
    return seen
