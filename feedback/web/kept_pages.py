"""Public pages that were drawn a moment ago, kept in each web process while nothing they show has changed.

Drawing a page costs twenty times what asking costs whether it is still true. Each request asks (``public_stamp``),
so a case that was taken out is gone with the next one. What has no stamp, such as a new day in the calendar of
holidays, is at most ``KEPT`` old, or what the view allows. Nothing is kept past midnight. Only for views that know
nobody and set no cookie; for a browser with the staff's cookie each page is drawn, and what was drawn is not kept.
"""

import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from feedback import clock
from feedback.extensions import db
from feedback.queries import shown_names
from feedback.queries.public_stamp import Stamp
from feedback.web.machine_answers import tagged
from feedback.web.security import allow_cache
from feedback.web.staff_session import cookie_token

KEPT = timedelta(seconds=20)
MOST = 512
"""Pages in each process; those that nobody asked for longest go first."""
MOST_BYTES = 4_000_000
"""Bytes of their packed texts: a list packs to some nine kilobytes, a case to five."""
LONGEST_ADDRESS = 300


@dataclass(frozen=True)
class _Kept:
    """One drawn page, packed. ``pool``: a new one may lead to another database."""

    stamp: Stamp
    pool: Any
    at: datetime
    packed: bytes


_pages: "OrderedDict[tuple[str, ...], _Kept]" = OrderedDict()
_lock = Lock()
_bytes = 0
"""What ``_pages`` takes; with them it changes under the lock alone."""


def kept(stamp_of: Callable[..., Stamp], *, when: Callable[[], bool] = lambda: True, age: timedelta = KEPT,
         policy: str = "") -> Callable[[Callable[..., str]], Callable[..., ResponseReturnValue]]:
    """For a view that returns the page's text; what it refuses is not kept. ``stamp_of`` takes what the view takes
    and is asked each time, before anything is drawn. Where ``when`` says no the page is drawn each time. ``age``:
    how old a kept page may be. ``policy``: for how long others may keep it without asking, where no word of a case
    stands on it; otherwise they ask each time. The answer always has an ETag."""
    def around(view: Callable[..., str]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answer(**values: Any) -> Response:
            response = tagged(Response(_text(values), mimetype="text/html"))
            if policy:
                allow_cache(policy)
            return response

        def _text(values: dict[str, Any]) -> str | bytes:
            if len(request.full_path) > LONGEST_ADDRESS or cookie_token() or not when():
                return view(**values)
            # The day and the names on every page belong to each stamp; the names cost no statement.
            stamp = (clock.today(), shown_names.shown(), *stamp_of(**values))
            return _body(lambda: view(**values), stamp, age)

        return answer

    return around


def forget() -> None:
    """Draw everything anew."""
    global _bytes
    with _lock:
        _pages.clear()
        _bytes = 0


def _body(draw: Callable[[], str], stamp: Stamp, age: timedelta) -> bytes:
    key = (request.host, request.script_root, request.full_path)
    pool, now = db.engine.pool, clock.now()
    with _lock:
        held = _pages.get(key)
        if held is not None:
            _pages.move_to_end(key)
    if held is not None and held.stamp == stamp and held.pool is pool and timedelta(0) <= now - held.at < age:
        return zlib.decompress(held.packed)
    body = draw().encode()
    _keep(key, _Kept(stamp, pool, now, zlib.compress(body, 1)))
    return body


def _keep(key: tuple[str, ...], page: _Kept) -> None:
    global _bytes
    with _lock:
        before = _pages.pop(key, None)
        _bytes += len(page.packed) - (len(before.packed) if before else 0)
        _pages[key] = page
        while len(_pages) > MOST or _bytes > MOST_BYTES:
            _bytes -= len(_pages.popitem(last=False)[1].packed)
