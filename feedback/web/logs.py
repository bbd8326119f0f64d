"""One line a request: which route, which status, how long. Not who, not what."""

import logging
import secrets
import time

from flask import Flask, Response, g, request

from feedback.adapters.logs import init_logging

log = logging.getLogger("feedback.web")
QUIET = frozenset({"static", "font_file", "health.livez"})
"""Endpoints that are asked for all the time and tell nothing."""


def init_logs(app: Flask) -> None:
    """Number each request and write one line after it. Pages about faults may show the number."""
    init_logging()

    @app.before_request
    def _begin() -> None:
        g.request_id = secrets.token_hex(4)
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        if request.endpoint not in QUIET or response.status_code >= 400:
            log.info("request", extra={
                "route": request.url_rule.rule if request.url_rule else None, "method": _method(),
                "status": response.status_code, "request_id": g.get("request_id"),
                "duration_ms": round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None,
                "case_id": g.get("case_id")})
        return response


def request_id() -> str:
    """The number of this request, to be mentioned by people and found in the logs."""
    return str(g.get("request_id", ""))


def _method() -> str:
    return request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
