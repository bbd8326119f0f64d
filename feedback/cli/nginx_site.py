"""The configuration of nginx for this installation. What may be kept, and how large what people send may be, comes
from the app itself, so that the two never differ."""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

import jinja2
from flask import Flask

from feedback.cli.nginx_pages import pages
from feedback.web.security import MAX_BODY, MAX_UPLOAD

FOLDER = Path(__file__).resolve().parent.parent / "deploy"
KEPT = ("register", "overdue", "statistics", "about", "contact", "privacy", "api", "open311", "open-data")
"""First words of public addresses whose answers may be kept as long as the app says."""
SINGLE = (r"register\.atom", r"robots\.txt", r"sitemap(?:-[0-9]+)?\.xml")
"""Public addresses of one part, as regular expressions."""
ROOMS = (*KEPT, "robots", "sitemap", "static", "fonts", "complain", "track", "sign-in", "sign-out", "account",
         "desk", "supervision", "admin", "healthz", "livez")
"""First words that may stand in the log."""
UNSAID = ("X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Forwarded-Ssl",
          "X-Real-IP", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "Proxy", "Accept-Encoding")
"""Headers of visitors that the app never gets: it believes nobody about them."""
SQUEEZED = ("text/css", "text/plain", "text/csv", "text/xml", "text/javascript", "application/javascript",
            "application/json", "application/x-ndjson", "application/xml", "application/atom+xml", "image/svg+xml")
"""Types beside HTML that are sent compressed where no secret stands."""
UPLOADS, UPLOADS_OF_ONE = 40, 10
"""Files on their way in at once: altogether, and from one address. Each is held in memory."""


@dataclass(frozen=True)
class Place:
    """Where things are on the machine that runs nginx."""

    upstreams: tuple[str, ...]
    """Where the app listens: ``unix:/run/hoi-am/web.sock`` or ``10.0.0.5:8000``; several share the work."""
    addresses: tuple[str, ...]
    """Addresses to listen on: ``*`` and ``[::]`` are all."""
    http_port: int
    https_port: int
    certificate: Path
    key: Path
    cache: Path
    """Folder of the copies; nginx makes it."""
    cache_size: str
    """Most of it that copies may fill, such as ``1g``."""
    logs: Path
    health_from: tuple[str, ...]
    """Addresses or networks that may ask /livez and /healthz."""
    challenges: Path | None
    """Folder for certificate challenges by http, or None."""


def configuration(app: Flask, place: Place) -> tuple[str, bool]:
    """The text for nginx's http block, and whether the office's address could be put into the page that shows
    while the app is away."""
    settings = app.extensions["settings"]
    made, told = pages(app, environment(escaping=True))
    text = environment(escaping=False).get_template("nginx.conf.jinja").render(
        **asdict(place), names=settings.trusted_hosts, rooms=[re.escape(room) for room in ROOMS], unsaid=UNSAID,
        body_bytes=MAX_BODY, upload_bytes=MAX_UPLOAD, upload_rule=upload_rule(app), kept_rule=kept_rule(),
        uploads=UPLOADS, uploads_of_one=UPLOADS_OF_ONE, squeezed_types=SQUEEZED, pages=made)
    return re.sub(r"\n{3,}", "\n\n", text), told


def kept_rule() -> str:
    """Which addresses are public, as a regular expression over the decoded path."""
    return f"^(?:/en)?/(?:(?:{'|'.join(KEPT)})(?:/|$)|(?:{'|'.join(SINGLE)})?$)"


def upload_rule(app: Flask) -> str:
    """The addresses of all views that take a file, as a regular expression."""
    rules = {rule.rule for rule in app.url_map.iter_rules()
             if getattr(app.view_functions[rule.endpoint], "takes_file", False)}
    paths = (re.sub(r"<[^>]+>", "[^/]+", rule) for rule in sorted(rules))
    return f"^(?:/en)?(?:{'|'.join(paths)})$"


def environment(*, escaping: bool) -> jinja2.Environment:
    """Templates of this room; ``escaping`` for what is HTML."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=escaping, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
