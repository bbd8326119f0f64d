"""The language is in the path: Vietnamese at the root, English under ``/en/`` (design §13.11).

``/en`` is taken off the path before routing and becomes part of the script root, so each page has one route
and ``url_for`` stays in the language of the page. The catalogues are several readable .po files, one a room;
they are merged in memory, so no compiled files are kept.
"""

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context, request
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


class Words(NullTranslations):
    """The words of a language with one form for every number, as Vietnamese is."""

    def __init__(self, said: dict[str, str]) -> None:
        super().__init__()
        self.said = said

    def gettext(self, message: str) -> str:
        """The words for a message; the message itself where there are none."""
        return self.said.get(message) or super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: float) -> str:
        """The same for a number of things."""
        return self.said.get(msgid1) or super().ngettext(msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        """The same for a message that means different things in different places."""
        return self.said.get(f"{context}\x04{message}") or super().pgettext(context, message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: float) -> str:
        """The same for a number of things."""
        return self.said.get(f"{context}\x04{msgid1}") or super().npgettext(context, msgid1, msgid2, n)

    ugettext, ungettext, upgettext, unpgettext = gettext, ngettext, pgettext, npgettext


@cache
def catalogue(language: str) -> NullTranslations:
    """All catalogues of a language merged into one; msgids are English, so English needs none. Only the words are
    kept of what Babel reads: its own form of a whole catalogue takes six megabytes of each process."""
    said: dict[str, str] = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            read = read_po(file, locale=language)
        if read.num_plurals != 1:
            raise ValueError(f"{path.name}: a language with several forms for numbers needs another class")
        for message in read:
            if message.id and message.string and not message.fuzzy:
                # With a number an id and its words come in pairs and tuples: the first stands for all.
                id_ = message.id if isinstance(message.id, str) else message.id[0]
                words = message.string if isinstance(message.string, str) else message.string[0]
                if words:
                    said.setdefault(f"{message.context}\x04{id_}" if message.context else id_, words)
    return Words(said) if said else NullTranslations()


class HouseDomain(Domain):
    """Flask-Babel's domain over the merged catalogues."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the language in force."""
        return catalogue(words_language())


def words_language() -> str:
    """The language in which words are said now, 'vi' or 'en': that of the request, unless a text for somebody else
    is being written (``force_locale``)."""
    # A page says two hundred words. Flask-Babel takes several times as long to find what it has noted.
    noted = g.get("_flask_babel") if has_app_context() else None
    locale = getattr(noted, "babel_locale", None) or get_locale()
    # Not str(locale): Babel puts the name together anew each time.
    return locale.language if locale is not None else "vi"


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
    domain = babel.domain_instance = HouseDomain()
    babel.init_app(app, locale_selector=current_language)
    # Templates ask our domain itself; Flask-Babel would look up for each word which domain is in force.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda one: domain.get_translations().gettext(one),
        ngettext=lambda one, many, number: domain.get_translations().ngettext(one, many, number),
        pgettext=lambda context, one: domain.get_translations().upgettext(context, one),
        npgettext=lambda context, one, many, number: domain.get_translations().unpgettext(
            context, one, many, number), newstyle=True)
    # Jinja's ``_`` would look up ``gettext`` and call it, anew for each word.
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"]
