"""The language is in the path: Vietnamese at the root, English under ``/en/`` (design §13.11).

``/en`` is taken off the path before routing and becomes part of the script root, so each page has one route
and ``url_for`` stays in the language of the page. The catalogues are several readable .po files, one a room;
they are merged in memory, so no compiled files are kept.
"""

import io
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain, get_locale

FLAG = "hoiam.language"
CATALOGUES = Path(__file__).parent.parent / "translations"


class LanguagePrefix:
    """WSGI: move a leading ``/en`` from the path into the script root."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ[FLAG] = "en"
        return self.app(environ, start_response)


@cache
def catalogue(language: str) -> NullTranslations:
    """All catalogues of a language merged into one; msgids are English, so English needs none."""
    merged = Catalog(locale=language)
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    merged.add(message.id, message.string, context=message.context)
    if len(merged) == 0:
        return NullTranslations()
    out = io.BytesIO()
    write_mo(out, merged)
    out.seek(0)
    return Translations(fp=out)


class HouseDomain(Domain):
    """Flask-Babel's domain over the merged catalogues."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language in force."""
        return catalogue(str(get_locale() or "vi"))


def current_language() -> str:
    """The language of this request: 'vi' or 'en'. Vietnamese outside of a request."""
    if not has_request_context():
        return "vi"
    return "en" if request.environ.get(FLAG) == "en" else "vi"


def other_language_url() -> str:
    """The address of the same page in the other language, query kept; the front page for a form's result."""
    query = request.query_string.decode("ascii", "ignore")
    path = f"{request.path}?{query}" if query else request.path
    root = request.script_root.removesuffix("/en")
    return root + path if current_language() == "en" else f"{root}/en{path}"


def init_language(app: Flask, babel: Babel) -> None:
    """Put the language in the path and the catalogues behind ``gettext``."""
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    babel.domain_instance = HouseDomain()
    babel.init_app(app, locale_selector=current_language)
