"""Answers to programs: JSON as people can read it too, errors in one shape, and reading from other sites allowed.

Everything here is public and anonymous: no cookie is set, credentials of another site's visitor are never allowed,
so ``*`` is the honest answer to who may read.
"""

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from threading import Lock
from typing import Any
from xml.etree import ElementTree

from flask import Flask, Response, request
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from feedback.web.security import allow_cache

READ_AGAIN = "public, no-cache"
"""Whoever keeps a copy asks before using it: what was taken out of the register is gone at once everywhere. An
unchanged answer costs its reader nothing (ETag, 304)."""
OPEN = ("/api/", "/open311/", "/open-data/")
"""Paths whose answers scripts of every site may read; and the feeds, which end in ``.atom``."""
READING = "GET, HEAD, OPTIONS"
_WRITING = Lock()
"""Which namespace goes without a prefix is remembered for the whole process; maps and feeds have their own."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ERRORS: dict[int, tuple[str, LazyString]] = {
    400: ("bad_request", _l("Something in the request cannot be understood. Nothing was changed.")),
    403: ("forbidden", _l("This key does not open this door, or there is none. Nothing was changed.")),
    404: ("not_found", _l("There is nothing at this address.")),
    405: ("method_not_allowed", _l("This address does not take this method; the header Allow says which.")),
    409: ("conflict", _l("It was changed in the meantime. Read it again.")),
    410: ("gone", _l("This case was taken out of the register. What it said is not kept for readers.")),
    413: ("too_large", _l("The request is too large. Nothing was changed.")),
    429: ("too_many_requests", _l("Too many requests from here. Wait as long as the header Retry-After says.")),
    500: ("internal", _l("Something broke here. It was written down and will be looked at.")),
    503: ("unavailable", _l("This cannot be answered just now. Try again a little later.")),
}
"""By status: a code that stays the same, and words for people."""


class Unusable(HTTPException):
    """A parameter cannot be understood: 400 with the parameter's name as ``field``."""

    code = 400

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


def is_for_programs(path: str) -> bool:
    """Whether answers at this path are read by programs."""
    return path.startswith(OPEN) or path.endswith(".atom")


def both_languages(words: LazyString) -> dict[str, str]:
    """The words in Vietnamese and in English, whichever page they are for."""
    found = {}
    for language in ("vi", "en"):
        with force_locale(language):
            found[language] = str(words)
    return found


def as_json(data: Any, *, status: int = 200, mimetype: str = "application/json") -> Response:
    """The data as an answer: UTF-8, letters as they are, dates as 2026-11-27, an ETag over what was written. A
    request that has this very answer already gets 304."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return tagged(Response(text + "\n", status=status, mimetype=mimetype))


def tagged(response: Response) -> Response:
    """An answer that is kept by its readers and asked for again each time; 304 when they have it already."""
    if response.status_code == 200:
        allow_cache(READ_AGAIN)
        response.add_etag()
        response.make_conditional(request)
    return response


def refusal(status: int, *, fault: Exception | None = None) -> Response:
    """An error in the shape of its door. ``fault`` may carry the ``field`` that was wrong, and the methods that
    would have been right."""
    code, words = ERRORS[status]
    said, field = both_languages(words), getattr(fault, "field", None)
    if request.path.startswith("/open311/"):
        response = list_of_errors([(status, said["en"] + " / " + said["vi"])], status=status)
    else:
        response = Response(json.dumps({"error": {
            "code": code, "message_vi": said["vi"], "message_en": said["en"], "field": field}},
            ensure_ascii=False) + "\n", status=status, mimetype="application/json")
    if methods := getattr(fault, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted({*methods, "OPTIONS"}))
    return response


def list_of_errors(faults: Iterable[tuple[int, str]], *, status: int) -> Response:
    """Errors as GeoReport v2 of Open311 writes them: a list of code and description, as JSON or XML."""
    rows = [{"code": code, "description": words} for code, words in faults]
    if not request.path.endswith(".xml"):
        return Response(json.dumps(rows, ensure_ascii=False) + "\n", status=status, mimetype="application/json")
    root = ElementTree.Element("errors")
    for row in rows:
        one = ElementTree.SubElement(root, "error")
        for name, value in row.items():
            ElementTree.SubElement(one, name).text = str(value)
    return as_xml(root, status=status, mimetype="text/xml")


def as_xml(root: ElementTree.Element, *, status: int = 200, mimetype: str) -> Response:
    """An XML document with its declaration, in UTF-8. Signs that XML 1.0 does not know are left out."""
    for element in root.iter():
        if element.text:
            element.text = _NOT_XML.sub("", element.text)
    with _WRITING:
        if root.tag.startswith("{"):
            ElementTree.register_namespace("", root.tag[1:].partition("}")[0])
        body = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return Response(body + b"\n", status=status, content_type=f"{mimetype}; charset=utf-8")


def init_machine_answers(app: Flask) -> None:
    """Let scripts of every site read what is open. Registered before the sessions are, so that it runs after
    them."""

    @app.after_request
    def _open(response: Response) -> Response:
        if not is_for_programs(request.path):
            return response
        # Nobody is known here: whatever else a request carries, its answer leaves no mark in the browser.
        with suppress(KeyError):
            del response.headers["Set-Cookie"]
        if request.method in READING:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After, Content-Disposition"
        if request.method == "OPTIONS":
            if response.status_code == 200:
                response.status_code = 204
                response.headers.pop("Content-Type", None)
            response.headers["Access-Control-Allow-Methods"] = READING
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match, Accept"
            response.headers["Access-Control-Max-Age"] = "86400"
        return response


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
