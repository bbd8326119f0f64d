"""Every field of every form against several hundred texts that nobody should write into it (``bad_inputs.json``).

No page breaks, a fault stands beside its field, nothing that was typed is lost, and the history stays whole. Each
run takes another part of the product, as many as ``TRIES``; with HOIAM_ALL=1 the whole of it, which takes hours.
"""

import faulthandler
import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from feedback.cli import vault_verbs
from feedback.extensions import db
from feedback.queries.verification import verify_all
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.databases import Database
from tests.fixtures.pages import Page
from tests.house.all_forms import Found, People, every_form

ALL = os.environ.get("HOIAM_ALL") == "1"
TODAY = date.today().toordinal()
TRIES = 1
"""Bad texts for each field in an ordinary run; which ones changes from day to day."""
SLOWEST = 5.0
"""Seconds that no answer may take, whatever was sent."""
UNSEEN = frozenset({"password", "new_password", "again", "current", "code", "key", "nonce", "version", "seen",
                    "proposal", "shown", "proof", "task", "opened", "website", "grant", "request"})
"""Never shown again as they were typed: secrets, and what the page itself put there."""

WRITTEN = frozenset({"text", "textarea", "date", "email", "tel", "search"})
"""Fields that show again what was typed; others show what they offer."""


@cache
def bad_inputs() -> tuple[bytes | tuple[bytes, ...], ...]:
    """The texts as bytes, in the order of the file. An object means: ``first``, ``text`` so many ``times``,
    ``then``; or the bytes themselves, in hex. A list: the field is sent so many times."""
    groups = json.loads(Path(__file__).with_name("bad_inputs.json").read_text(encoding="utf-8"))
    return tuple(dict.fromkeys(
        tuple(map(_bytes, entry)) if isinstance(entry, list) else _bytes(entry)
        for group in groups.values() for entry in group))


def _bytes(entry: str | dict[str, Any]) -> bytes:
    if isinstance(entry, dict) and "bytes" in entry:
        return bytes.fromhex(entry["bytes"])
    if isinstance(entry, dict):
        entry = entry.get("first", "") + entry["text"] * entry["times"] + entry.get("then", "")
    return entry.encode("utf-8", "surrogatepass")


def test_there_are_enough_bad_inputs() -> None:
    assert len(bad_inputs()) >= 400


@dataclass
class Bench:
    """The forms, the browsers, and a database that is put back after whatever a form changed."""

    app: Flask
    people: People
    forms: list[Found]
    path: Path
    kept: bytes = b""
    cookies: dict[str, Any] = field(default_factory=dict)
    seen: Counter[int] = field(default_factory=Counter)
    faults: dict[tuple[str, str, str], str] = field(default_factory=dict)
    verified: int = 0

    def keep(self) -> None:
        """Remember the database and everybody's cookies as they are now."""
        self._let_go()
        with sqlite3.connect(self.path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        self.kept = self.path.read_bytes()
        self.watcher = sqlite3.connect(self.path)
        self.version = self._version()
        self.cookies = {name: dict(browser._browser._cookies) for name, browser in self.people.browsers.items()}

    def put_back(self, who: str) -> None:
        """As it was kept; before that, the history that was written is verified."""
        browser = self.people.browsers[who]._browser
        browser._cookies = dict(self.cookies[who])
        if self._version() == self.version:
            return
        self.verify()
        self.watcher.close()
        self._let_go()
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        self.path.write_bytes(self.kept)
        self.watcher = sqlite3.connect(self.path)
        self.version = self._version()

    def verify(self) -> None:
        """Every chain of the history, as it stands now."""
        with self.app.app_context():
            found = verify_all()
            db.session.rollback()
        self.verified += 1
        assert found.whole, found.faults

    def post(self, form: Found, name: str, value: bytes | tuple[bytes, ...],
             button: tuple[str, str]) -> TestResponse:
        """Send the form with this value in this field; the time is guarded."""
        pairs = [(one, v.encode()) for one, some in form.values.items() if one != name for v in some]
        if button[0] and button[0] != name:
            pairs = [(one, v) for one, v in pairs if one != button[0]] + [(button[0], button[1].encode())]
        pairs += [(name, v) for v in ([value] if isinstance(value, bytes) else value)]
        body = b"&".join(f"{quote_from_bytes(one.encode())}={quote_from_bytes(v)}".encode() for one, v in pairs)
        self.app.extensions["limits"].memory.storage.reset()  # somebody with patience
        began = time.perf_counter()
        reply = self.people.browsers[form.who]._browser.open(
            form.path, method="POST", data=body, content_type="application/x-www-form-urlencoded", buffered=True)
        took = time.perf_counter() - began
        self.seen[reply.status_code] += 1
        if reply.status_code >= 500:
            self.fault(form, name, f"{reply.status_code}", value)
        if took > SLOWEST:
            self.fault(form, name, f"took {took:.1f} s", value)
        return reply

    def fault(self, form: Found, name: str, what: str, value: object) -> None:
        """Note what is wrong, once for each field, with what brought it about."""
        self.faults.setdefault((form.rule, name, what), f"{form.who}: {str(value)[:80]}")

    def _version(self) -> int:
        return int(self.watcher.execute("PRAGMA data_version").fetchone()[0])

    def _let_go(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


@pytest.fixture
def patient_vault(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that stands still the vault's hour never ends."""
    monkeypatch.setattr(vault_verbs, "MATCHES_AN_HOUR", 1_000_000)
    monkeypatch.setattr(vault_verbs, "LETTERS_AN_HOUR", 10**12)


@pytest.fixture
def bench(app: Flask, cast: Cast, new_client: Callable[[], Client], sign_in: Any, frozen: Any,
          patient_vault: None, answering_vault: None, migrated: Database) -> Iterator[Bench]:
    """Everything found, on a clock that stands still so that nobody's session ends."""
    people = People(app, new_client, sign_in)
    forms = every_form(app, cast, people)
    made = Bench(app, people, forms, Path(migrated.url.removeprefix("sqlite:///")))
    made.keep()
    yield made
    made.watcher.close()


ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
"""Forms are read before any database is asked, and putting back thousands of times needs a file to copy."""


@ONE_ENGINE
def test_no_bad_input_in_any_field_breaks_a_page_or_loses_a_word(bench: Bench) -> None:
    assert len(bench.forms) > 60, [form.rule for form in bench.forms]
    if ALL:
        faulthandler.cancel_dump_traceback_later()  # hours are no hanging
    for turn in range(len(bad_inputs()) if ALL else TRIES):
        for at, (form, name, kind) in enumerate(_fields(bench.forms)):
            value, button = _rotation(at, turn), form.buttons[turn % len(form.buttons)]
            reply = bench.post(form, name, value, button)
            if reply.status_code == 422 and reply.mimetype == "text/html" and (not ALL or turn % 7 == 0):
                _look(bench, form, name, kind, value, reply.get_data())
            reply.close()
            bench.put_back(form.who)
        if ALL:
            _report(bench, turn)
    assert not bench.faults, "\n".join(_said(bench))


def _fields(forms: list[Found]) -> list[tuple[Found, str, str]]:
    return [(form, name, kind) for form in forms for name, kind in form.fields.items()]


def _rotation(at: int, turn: int) -> bytes | tuple[bytes, ...]:
    """Another text for each field and each turn; after as many turns as there are texts each field had all."""
    texts = bad_inputs()
    step = 1 if ALL else len(texts) // TRIES + 1
    return texts[(at * 37 + TODAY * 11 + turn * step) % len(texts)]


def _look(bench: Bench, form: Found, name: str, kind: str, value: bytes | tuple[bytes, ...], body: bytes) -> None:
    """A refused form says beside a field what is wrong, and holds everything that was typed."""
    page = Page(body.decode())
    beside = [e for e in page.elements if "field__error" in e.get("class").split()]
    if not beside and name not in UNSEEN:  # of what nobody typed a notice speaks
        bench.fault(form, name, "refused without a word beside a field", value)
    shown = next((again for again in page.forms() if set(form.values) - {"csrf_token"} <= again.names), None)
    if shown is None:  # another page: what was typed has to stand there, so that it can be copied
        there = _single([page.text])
        for one in form.values.keys() - UNSEEN - {name, "csrf_token"}:
            if form.kinds.get(one) in WRITTEN and _single(form.values[one]) not in there:
                bench.fault(form, name, f"what stood in {one} is lost with the form", value)
        return
    for one, some in form.values.items():
        own = one in (name, "csrf_token") or one in UNSEEN or "password" in one or not any(some)
        if not own and _single(shown.values.get(one, [])) != _single(some):
            bench.fault(form, name, f"what stood in {one} is lost", value)
    if kind in WRITTEN and name not in UNSEEN and isinstance(value, bytes):
        typed = value.decode("utf-8", "replace").replace("\ufffd", "\0")  # what is no text comes back otherwise
        if typed.isprintable() and len(typed) < 5_000 and _single(shown.values.get(name, [])) != _single([typed]):
            bench.fault(form, name, "what was typed is lost", value)


def _single(texts: list[str]) -> str:
    return " ".join(" ".join(texts).split())


def _said(bench: Bench) -> list[str]:
    return [f"{rule} {name}: {what} ({example})" for (rule, name, what), example in sorted(bench.faults.items())]


def _report(bench: Bench, turn: int) -> None:
    """The whole product takes hours: say how far it is."""
    print(f"turn {turn + 1} of {len(bad_inputs())}: {len(bench.forms)} forms, {len(_fields(bench.forms))} fields, "
          f"{sum(bench.seen.values())} posts {dict(sorted(bench.seen.items()))}, {bench.verified} times verified",
          *_said(bench), sep="\n  ", flush=True)
