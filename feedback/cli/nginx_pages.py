"""What nginx says by itself, when the app is away or never hears of a request: one small page in both languages,
the same in JSON for programs. They stand inside the configuration, so nothing has to be there to show them."""

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from http import HTTPStatus

import jinja2
from flask import Flask
from flask.ctx import RequestContext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.exc import SQLAlchemyError

from feedback.web.language import FLAG
from feedback.web.machine_answers import ERRORS
from feedback.web.public.office import contact_facts
from feedback.web.security import HEADERS, HSTS

LONGEST = 3900
"""Bytes of one text in a configuration: nginx reads 4,096 at once."""
STYLE = ("body{margin:0;background:#faf7ef;color:#1d1b16;font:1.1rem/1.6 system-ui,Arial,sans-serif}"
         "main{max-width:38rem;margin:auto;padding:24px}h1,h2{line-height:1.3}"
         "section+section{margin-top:40px;border-top:1px solid #ddd5c3}.k{padding:12px 16px;background:#e6efe8}")
SAID: dict[str, tuple[HTTPStatus, int, tuple[LazyString, LazyString, LazyString, LazyString]]] = {
    "away": (HTTPStatus.SERVICE_UNAVAILABLE, 30, (
        _l("We are away for a short while"),
        _l("The system is being looked after or is too busy to answer."),
        _l("Nothing that was received is lost. If you pressed Send and saw no reference, go back in your browser: "
           "your words are usually still in the form."),
        _l("Send it again in a few minutes; the same form never makes two cases. If it is urgent, call the office "
           "or go to the service centre."))),
    "too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, 0, (
        _l("That was too large to send"),
        _l("The text or the files together are larger than we can take at once."),
        _l("This time nothing was recorded. Your words are usually still in the form when you go back."),
        _l("Go back, shorten the text or leave out a file, and send again."))),
    "too_many": (HTTPStatus.TOO_MANY_REQUESTS, 30, (
        _l("Please wait a moment"),
        _l("Too many requests came from your connection in a short time. A shared connection, such as an office "
           "or a café, can cause this too."),
        _l("Nothing was recorded this time, and nothing recorded before has changed."),
        _l("Wait a minute, then go back and send once more."))),
}
"""By name: the status, after how many seconds to try again (0: not said), and title, what happened, what was not
lost, what to do."""


@dataclass(frozen=True)
class Page:
    """One answer of nginx's own."""

    name: str
    status: int
    type: str
    body: str
    headers: dict[str, str]


def pages(app: Flask, env: jinja2.Environment) -> tuple[list[Page], bool]:
    """Every page, for people and for programs; and whether the office's address stands in them. It is left out
    when the database does not answer."""
    office: dict[str, list[str]] = {}
    for language in ("vi", "en"):
        with _reading(app, language):
            office[language] = _office()
    made = []
    for name, (status, seconds, words) in SAID.items():
        more = {"Retry-After": str(seconds)} if seconds else {}
        said = {}
        for language in ("vi", "en"):
            with _reading(app, language):
                said[language] = {**dict(zip(("title", "what", "kept", "next"), map(str, words), strict=True)),
                                  "office": office[language] if name == "away" else []}
        made += [_for_people(name, status, said, more, env, https=app.extensions["settings"].https),
                 _for_programs(app, name, status, more)]
    return made, any(office.values())


def _reading(app: Flask, language: str) -> RequestContext:
    settings = app.extensions["settings"]
    return app.test_request_context(base_url=settings.base_url, environ_overrides={FLAG: language})


def _office() -> list[str]:
    try:
        told = contact_facts()
    except SQLAlchemyError:
        return []
    return [f"{row['term']}: {row['value']}" for row in told["facts"]] if told["known"] else []


def _for_people(name: str, status: HTTPStatus, said: dict, more: dict[str, str], env: jinja2.Environment, *,
                https: bool) -> Page:
    digest = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    html = env.get_template("page.html.jinja").render(said=said, style=STYLE).replace("\n", "")
    while len(html.encode()) > LONGEST and any(words["office"] for words in said.values()):
        for words in said.values():  # an office with very long lines: the other words matter more
            words["office"] = words["office"][:-1]
        html = env.get_template("page.html.jinja").render(said=said, style=STYLE).replace("\n", "")
    csp = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'"
    headers = {**HEADERS, "Content-Security-Policy": csp, "Cache-Control": "no-store", **more}
    if https:
        headers["Strict-Transport-Security"] = HSTS
    return Page(f"{name}_people", status.value, "text/html; charset=utf-8", quotable(html), headers)


def _for_programs(app: Flask, name: str, status: HTTPStatus, more: dict[str, str]) -> Page:
    code, words = ERRORS[status.value]
    said = {}
    for language in ("vi", "en"):
        with _reading(app, language):
            said[language] = str(words)
    body = json.dumps({"error": {"code": code, "message_vi": said["vi"], "message_en": said["en"], "field": None}},
                      ensure_ascii=False)
    headers = {"X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*",
               "Cache-Control": "no-store", **more}
    return Page(f"{name}_programs", status.value, "application/json", quotable(body), headers)


def quotable(text: str) -> str:
    """The text as it may stand between single quotes in a configuration. A dollar sign would begin a variable."""
    return text.replace("\\", "\\\\").replace("'", "\\'").replace("$", "＄")
