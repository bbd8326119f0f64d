"""Public pages that were drawn a moment ago, kept in each web process while nothing they show has changed.

Drawing a list costs twenty times what asking costs whether it is still true. Each request asks (``public_stamp``),
so a case that was taken out is gone with the next one. What has no stamp, such as the province's own name of
something, is at most ``KEPT`` old. Only for views that know nobody and set no cookie; for a browser with the
staff's cookie each page is drawn, and what was drawn is not kept.
"""

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
from feedback.queries.public_stamp import Stamp
from feedback.web.machine_answers import tagged
from feedback.web.staff_session import cookie_token

KEPT = timedelta(seconds=20)
MOST = 128
"""Pages in each process, some four megabytes; those that nobody asked for longest go first."""
LONGEST_ADDRESS = 300


@dataclass(frozen=True)
class _Kept:
    """One drawn page. ``pool``: a new one may lead to another database."""

    stamp: Stamp
    pool: Any
    at: datetime
    body: str


_pages: "OrderedDict[tuple[str, ...], _Kept]" = OrderedDict()
_lock = Lock()


def kept(stamp_of: Callable[..., Stamp], *, when: Callable[[], bool] = lambda: True
         ) -> Callable[[Callable[..., str]], Callable[..., ResponseReturnValue]]:
    """For a view that returns the page's text. ``stamp_of`` takes what the view takes and is asked each time,
    before anything is drawn. Where ``when`` says no the page is drawn each time. The answer always has an ETag."""
    def around(view: Callable[..., str]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answer(**values: Any) -> Response:
            if len(request.full_path) > LONGEST_ADDRESS or cookie_token() or not when():
                return tagged(Response(view(**values), mimetype="text/html"))
            return tagged(Response(_body(view, stamp_of(**values), values), mimetype="text/html"))

        return answer

    return around


def forget() -> None:
    """Draw everything anew."""
    with _lock:
        _pages.clear()


def _body(view: Callable[..., str], stamp: Stamp, values: dict[str, Any]) -> str:
    key = (request.host, request.script_root, request.full_path)
    pool, now = db.engine.pool, clock.now()
    with _lock:
        held = _pages.get(key)
        if held is not None:
            _pages.move_to_end(key)
    if held is not None and held.stamp == stamp and held.pool is pool and timedelta(0) <= now - held.at < KEPT:
        return held.body
    body = view(**values)
    with _lock:
        _pages[key] = _Kept(stamp, pool, now, body)
        _pages.move_to_end(key)
        while len(_pages) > MOST:
            _pages.popitem(last=False)
    return body
