"""Words: codes have names, moves have buttons and lines, notices have files, every msgid has its Vietnamese."""

import ast
import re
from enum import StrEnum
from functools import cache
from html.parser import HTMLParser
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po

from feedback.domain.agencies import Tier
from feedback.domain.answers.structured import Outcome
from feedback.domain.calendar import Unit
from feedback.domain.kinds import CaseKind, Category, Channel, IdentityMode
from feedback.domain.lifecycle import Action, State
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice
from feedback.domain.roles import Role
from feedback.services.notices import NOTICE_OF
from feedback.web import labels
from tests.house.source import ROOT, dotted, files, nodes

SHOWN: tuple[type[StrEnum], ...] = (
    State, Outcome, Role, CaseKind, Category, Channel, IdentityMode, DeadlineKind, Unit, Tier)


@pytest.mark.parametrize("enum", SHOWN)
def test_every_code_that_is_shown_has_a_name(enum):
    assert [code for code in enum if (enum, code.value) not in labels.LABELS] == []


@pytest.mark.parametrize("action", list(Action))
def test_every_move_has_a_button_a_line_and_a_decision_about_its_notice(action):
    assert action in labels.BUTTONS
    assert action in labels.EVENT_LINES
    assert action in NOTICE_OF


def test_every_event_of_a_case_has_a_line():
    """Whatever a service writes into the chain of a case, the timeline can say."""
    types = set()
    for _, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if dotted(node.func).split(".")[-2:] != ["history", "record"]:
            continue
        words = {word.arg: word.value for word in node.keywords}
        if "case:" in ast.unparse(words["chain"]) and isinstance(words["type"], ast.Constant):
            types.add(words["type"].value)
    assert types - {str(key) for key in labels.EVENT_LINES} == set()


@pytest.mark.parametrize("notice", list(Notice))
def test_every_notice_has_its_three_files(notice):
    folder = ROOT / "templates" / "email" / notice.value
    assert {path.name for path in folder.iterdir()} == {"subject.txt", "body.txt", "body.html"}


def test_there_is_no_mail_that_nobody_sends():
    folders = {path.name for path in (ROOT / "templates" / "email").iterdir() if path.is_dir()}
    assert folders == {notice.value for notice in Notice}


# The catalogues -------------------------------------------------------------------------------------------------

KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "_n": (1, 2),
            "lazy_pgettext": ((1, "c"), 2)}
VIETNAMESE = sorted((ROOT / "feedback" / "translations" / "vi").glob("*.po"))


@cache
def _asked() -> dict[str, str]:
    """Each msgid in the code and the templates, with a place where it stands."""
    found: dict[str, str] = {}
    for path in [*files("feedback", "workers", ends=(".py",)), *files("templates", ends=(".html", ".txt"))]:
        method = "python" if path.suffix == ".py" else "jinja2"
        options = {"encoding": "utf-8", "trimmed": "true", "silent": "false"}
        for line, message, *_rest in extract(method, BytesIO(path.read_bytes()), KEYWORDS, (), options):
            for one in message[:1] if isinstance(message, tuple) else [message]:
                if one:
                    found.setdefault(one, f"{path.relative_to(ROOT)}:{line}")
    return found


@cache
def _catalogue(name: str) -> Catalog:
    path = next(path for path in VIETNAMESE if path.name == name)
    with path.open("rb") as file:
        return read_po(file, locale="vi")


def _messages(name: str) -> list[Message]:
    return [message for message in _catalogue(name) if message.id]


def _msgid(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_every_message_is_said_in_vietnamese():
    said = {_msgid(m) for path in VIETNAMESE for m in _messages(path.name) if all(_strings(m))}
    assert {msgid: place for msgid, place in _asked().items() if msgid not in said} == {}


def test_no_message_is_translated_twice():
    seen: dict[str, str] = {}
    twice = []
    for path in VIETNAMESE:
        for message in _messages(path.name):
            key = f"{message.context}|{_msgid(message)}"
            if key in seen:
                twice.append((_msgid(message), seen[key], path.name))
            seen[key] = path.name
    assert twice == []


def test_no_translation_is_left_over():
    assert [(path.name, _msgid(m)) for path in VIETNAMESE for m in _messages(path.name)
            if _msgid(m) not in _asked()] == []


@pytest.mark.parametrize("name", [path.name for path in VIETNAMESE])
def test_a_translation_is_finished_and_keeps_the_places_for_values(name):
    faults = []
    place = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")
    for message in _messages(name):
        if message.fuzzy:
            faults.append(f"fuzzy: {_msgid(message)}")
        for string in _strings(message):
            if not string.strip():
                faults.append(f"empty: {_msgid(message)}")
            wanted = set(place.findall(message.id[-1] if isinstance(message.id, (list, tuple)) else message.id))
            if set(place.findall(string)) != wanted:
                faults.append(f"places differ: {_msgid(message)!r} → {string!r}")
            if string != string.strip() and _msgid(message) == _msgid(message).strip():
                faults.append(f"spaces around: {string!r}")
    assert faults == []


# Words in templates that no translator ever sees ---------------------------------------------------------------


class _Words(HTMLParser):
    """Collects words that stand in a page outside of ``_()``."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")
        for name, value in attrs:
            if name in ("title", "alt", "placeholder", "aria-label", "content") and tag != "meta":
                self._keep(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._keep(data)

    def _keep(self, text: str) -> None:
        words = re.sub(r"(?<!\w)-\w+", "", text)  # the second half of an id
        if re.search(r"[^\W\d_]{2,}", words.replace("Hồi Âm", "")):
            self.found.append(" ".join(text.split())[:80])


def _without_jinja(source: str) -> str:
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*block body_class.*?endblock\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%-?\s*set \w+\s*-?%\}.*?endset\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{%.*?%\}", "", source, flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", "", source, flags=re.DOTALL)


def test_no_words_in_templates_escape_the_translator():
    escaped = {}
    for path in files("templates", ends=(".html", ".txt")):
        reader = _Words()
        reader.feed(_without_jinja(path.read_text(encoding="utf-8")))
        # The names of the languages are written in those languages.
        if reader.found and path.name != "language.html":
            escaped[str(path.relative_to(ROOT))] = reader.found
    assert escaped == {}
