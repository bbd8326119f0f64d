"""What every answer carries, and which requests are not read at all."""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Request, Response, current_app, g, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from feedback.domain.files import MOST_BYTES

MAX_BODY = 1_000_000
"""Bytes of one request. 20,000 Vietnamese letters are 180 kB once a browser has encoded them."""
MAX_UPLOAD = MOST_BYTES + 500_000
"""Bytes of a request to the views that take one file (``attached.takes_file``), with the fields around it."""
MAX_PARTS = 500
"""Fields of one form or query."""

CSP = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"))

HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
HSTS = "max-age=31536000"
KEEP_AND_ASK = "@1"
"""For nginx alone, which takes this header off: keep a copy that has ended in 1970, so that every reader's request
asks whether it is still true (``feedback nginx``). Its own reading of ``no-cache`` is to keep nothing."""

LIST_CACHE = "public, max-age=30, stale-while-revalidate=60"
"""For ``allow_cache``: lists without words of a case, as old as the last count anyway (design §13.13)."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
"""Signs that no keyboard makes: control characters (tab, line ends, vertical tab and form feed are let
through, office programs paste them) and halves of characters."""
PLUMBING = frozenset({"static", "font_file"})
"""Files with a content hash in their address: their own Cache-Control stands."""


class InMemory(Request):
    """A request whose uploads stay in memory: Werkzeug would write them readable into the folder for temporary
    files. The body's limit bounds what that takes."""

    def _get_file_stream(self, total_content_length: int | None, content_type: str | None,
                         filename: str | None = None, content_length: int | None = None) -> IO[bytes]:
        return BytesIO()


class Unreadable(BadRequest):
    """Something in the request cannot be text that a person wrote."""


def allow_cache(policy: str) -> None:
    """Let this answer be kept by browsers and proxies, for example ``public, max-age=60``. Only for views that
    read publications and aggregates alone. Ignored when the answer sets a cookie or asked who is signed in."""
    g.cache_policy = policy


def init_security(app: Flask) -> None:
    """Hosts, sizes, malformed text and headers."""
    settings = app.extensions["settings"]
    app.config.update(
        TRUSTED_HOSTS=list(settings.trusted_hosts), MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY, MAX_FORM_PARTS=MAX_PARTS)
    app.wsgi_app = OurHosts(app.wsgi_app, settings.trusted_hosts)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        # X-Forwarded-Host and -Prefix are believed from nobody: our address is a setting.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies,
            x_host=0, x_port=0, x_prefix=0)
    app.request_class = InMemory
    app.before_request(_allow_file)
    app.before_request(_refuse_unreadable)
    app.after_request(_add_headers(https=settings.https, proxied=settings.trusted_proxies > 0))


class OurHosts:
    """WSGI: answer only when asked by one of our names. It stands before everything else, because pages of the
    house cannot even be drawn for a name that is not ours."""

    def __init__(self, app: Callable[..., Iterable[bytes]], hosts: tuple[str, ...]) -> None:
        self.app, self.hosts = app, list(hosts)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if host_is_trusted(environ.get("HTTP_HOST", ""), self.hosts):
            return self.app(environ, start_response)
        body = ("<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>Hồi Âm</title>"
                "<h1>Địa chỉ này không phải của chúng tôi</h1>"
                "<p lang=\"en\">This address is not ours. Nothing was recorded.</p></html>").encode()
        start_response("400 Bad Request", [
            ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"), *HEADERS.items()])
        return [body]


def _allow_file() -> None:
    """A view that takes a file gets a larger body; said before a byte of it is read."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_file", False):
        request.max_content_length = MAX_UPLOAD


def _refuse_unreadable() -> None:
    # Flask counts the parts of a multipart form only.
    if sum(len(fields) for fields in (request.args, request.form)) > MAX_PARTS:
        raise RequestEntityTooLarge
    if any(_CONTROL.search(piece) for piece in _pieces()):
        raise Unreadable


def _pieces() -> Iterator[str]:
    yield request.path
    for fields in (request.args, request.form):
        for name, value in fields.items(multi=True):
            yield name
            yield value
    for upload in request.files.values():
        yield upload.filename or ""
    if request.is_json:
        try:
            yield from _strings(request.get_json(silent=True))
        except RecursionError:
            raise Unreadable from None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _add_headers(*, https: bool, proxied: bool) -> Callable[[Response], Response]:
    def add(response: Response) -> Response:
        stricter = response.headers.get("Content-Security-Policy")  # files are handed out in a sandbox
        response.headers.update(HEADERS)
        if stricter is not None:
            response.headers["Content-Security-Policy"] = stricter
        if https:
            response.headers["Strict-Transport-Security"] = HSTS
        if request.endpoint in PLUMBING and response.status_code in (200, 304):
            return response
        policy = g.get("cache_policy")
        # A page that knows somebody is never shared, whoever allowed it.
        personal = g.get("staff_session") is not None or "Set-Cookie" in response.headers
        response.headers.pop("Cache-Control", None)
        if proxied and not personal and _may_be_kept_and_asked(response, policy):
            response.headers["X-Accel-Expires"] = KEEP_AND_ASK  # nginx 1.22 goes by whichever comes first
        response.headers["Cache-Control"] = policy if policy and not personal else "no-store"
        return response
    return add


def _may_be_kept_and_asked(response: Response, policy: str | None) -> bool:
    """Something with an ETag that is read again each time; and what says that a copy is gone, so that it takes the
    copy's place."""
    return response.status_code == 410 or ("no-cache" in (policy or "") and "ETag" in response.headers)
