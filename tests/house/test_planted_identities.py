"""Planted identities: more than forty values are typed wherever somebody types, whole lives are led through
the pages with real services and real failures, and then everybody who works for an agency looks at everything.

Nothing is found in any answer to them, in what intake and the province office see without a grant (except what
the sender said in their own words), in logs, in Redis, in temporary folders, in the storage, and in anybody else's
mail.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, inspect, text

from feedback.extensions import db
from feedback.web import limits
from tests.adapters.hostile_pieces import unpacked
from tests.engines.smtp import Sink
from tests.factories import Member
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.databases import Database
from tests.house.planted import papers
from tests.house.planted.crawling import crawl
from tests.house.planted.lives import Lives, lived
from tests.house.planted.secrets import ALL, FOR_AGENCIES, FOR_READERS, bytes_in, found_in
from tests.web.test_security_canary import kept_in, rows

AGENCY_ROLES = ("officer", "colleague", "deputy", "head", "head_above", "other_officer", "other_head", "publisher",
                "leader", "auditor", "administrator")
READERS = ("intake", "second_intake", "coordinator")

MAY_STAND = {
    "case_file": {"narrative", "hindrance", "dossier_number", "dossier_folded"},
    "point": {"text"}, "note": {"body"}, "case_tokens": {"tokens"},
}
"""Where the sender's own words may lie readable, for the people who read originals; nowhere else, and nothing that
is sealed lies readable anywhere (``case_fts…`` is the index over ``case_tokens`` on SQLite)."""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of this test's own, for this process and its children."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def lives(app: Flask, cast: Cast, post: Sink, queued: str, new_client: Callable[[], Client],
          sign_in: Callable[[Member], Client], temporary: Path, monkeypatch: pytest.MonkeyPatch,
          capfd: pytest.CaptureFixture[str]) -> Lives:
    """All lives, led to where they are."""
    settings = app.extensions["settings"]
    assert settings.redis_url == queued
    assert settings.smtp_url == post.url
    monkeypatch.setitem(app.extensions, "limits", limits.Counts(queued))
    made = Lives(app, cast, post, new_client, sign_in)
    lived(made, monkeypatch)
    return made


def starts(lives: Lives, who: str) -> list[str]:
    """Where somebody begins to look: their desks, and the address of every case and of what hangs on it."""
    pages = ["/", "/desk/", "/desk/inbox", "/desk/intake", "/desk/search", "/supervision/", "/supervision/gate",
             "/desk/load", "/desk/letters", "/desk/identity", "/desk/publication", "/admin/people",
             "/admin/agencies", "/admin/audit", "/account/sessions", "/register"]
    for case in lives.references:
        pages += [lives.at(case, page) for page in (
            "", "answer", "answer/preview", "versions", "notes", "accept", "approve", "take", "allot", "transfer",
            "identity", "conflict", "proposal", "new-key", "letter", "ask_submitter", "merge", "refuse")]
        pages += [f"/supervision/cases/{lives.references[case]}/answer", f"/register/{lives.references[case]}"]
    with lives.app.app_context():
        tokens = db.session.scalars(text("SELECT token FROM attachment"))
        pages += [f"/desk/files/{token}" for token in tokens]
        db.session.rollback()
    return pages


def test_enough_is_planted() -> None:
    assert len(ALL) >= 60


def test_a_planted_value_is_found_however_it_is_written() -> None:
    for name, value in ALL.items():
        for written in (value, value.upper(), " ".join(value), value.replace(" ", "<b> </b>"),
                        value.replace(" ", "&nbsp;")):
            assert name in found_in(f"<p>… {written} …</p>", ALL), (name, written)
        assert name in bytes_in(b"\0" + value.encode() + b"\0", ALL)
    assert "story phone" in found_in("+84 (0)934.511-702", ALL)
    assert found_in("Một trang về thứ khác, số 0912 345 678.", ALL) == set()


def test_nobody_who_must_not_know_meets_a_planted_identity(
        lives: Lives, migrated: Database, queued: str, temporary: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _nobody_gets_it_by_mail(lives)
    if migrated.engine == "sqlite":  # the bytes of a file; rows are looked at on both
        _no_byte_of_it_lies_readable(lives, migrated, queued, temporary, "".join(capfd.readouterr()))
    _no_row_holds_it(lives)
    every = 1 if migrated.engine == "sqlite" else 2  # the pages are the same; every second person asks PostgreSQL
    _nobody_at_an_agency_meets_it(lives, AGENCY_ROLES[::every])
    _readers_meet_nothing_sealed_without_a_grant(lives, READERS[::every])


def _nobody_at_an_agency_meets_it(lives: Lives, people: tuple[str, ...]) -> None:
    hits: list[tuple[str, str, set[str]]] = []
    seen = 0
    for who in people:
        browser = lives.of(who)
        for path, reply in crawl(lives.app, browser, starts(lives, who)).items():
            seen += 1
            hits += _hits(who, path, reply, FOR_AGENCIES)
        hits += _searches(lives, who)
    for who, path, reply in lives.shown:
        if who in AGENCY_ROLES:
            hits += _hits(who, path, reply, FOR_AGENCIES)
    anybody = lives.new_client()
    anybody.looks = False
    for path, reply in crawl(lives.app, anybody, starts(lives, "")).items():
        hits += _hits("anybody", path, reply, FOR_AGENCIES)
    assert not hits, "\n".join(_told(hits))
    assert seen > 300, "the crawl has to get about"
    _the_cases_really_were_there(lives)


def _readers_meet_nothing_sealed_without_a_grant(lives: Lives, people: tuple[str, ...]) -> None:
    hits: list[tuple[str, str, set[str]]] = []
    words: set[str] = set()
    for who in people:
        assert lives.of(who).get("/desk/search").status == 200
        for path, reply in crawl(lives.app, lives.of(who), starts(lives, who)).items():
            hits += _hits(who, path, reply, FOR_READERS)
            words |= found_in(reply.body.decode("utf-8", "replace"), ALL)
    assert not hits, "\n".join(_told(hits))
    assert {"house", "hindrance", "supplement for intake", "withdrawal"} <= words, "they read the sender's words"


def _no_byte_of_it_lies_readable(lives: Lives, migrated: Database, queued: str, temporary: Path,
                                 said: str) -> None:
    assert '"fault": "RuntimeError"' in said, "the broken service was logged"
    assert bytes_in(said.encode(), ALL) == set()
    assert bytes_in(rows(migrated), FOR_READERS) == set()
    assert bytes_in(kept_in(queued), ALL) == set()
    settings = lives.app.extensions["settings"]
    for folder, secrets in ((temporary, ALL), (settings.data, FOR_READERS), (settings.keys, ALL)):
        for file in folder.rglob("*"):
            assert not file.is_file() or bytes_in(file.read_bytes(), secrets) == set(), file
    assert len(list(settings.data.rglob("*.original"))) >= 3, "the papers really were kept"


def _no_row_holds_it(lives: Lives) -> None:
    with lives.app.app_context():
        wrong = list(_where(db.session.connection()))
        db.session.rollback()
    assert wrong == []


def _nobody_gets_it_by_mail(lives: Lives) -> None:
    """Only the sender's own mailbox stands on the sender's own envelope."""
    assert len(lives.post.messages) > 10
    reached = set()
    for message in lives.post.messages:
        to = str(message["To"])
        reached |= found_in(to, ALL)
        del message["To"]
        parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
        whole = "\n".join([*(f"{name}: {value}" for name, value in message.items()), *map(str, parts)])
        assert found_in(whole, ALL) == set(), to
        assert bytes_in(message.as_bytes(), ALL) == set(), to
    assert reached == {"web e-mail", "firm e-mail", "behalf e-mail", "named e-mail"}


def _hits(who: str, path: str, reply: Any, secrets: dict[str, str]) -> list[tuple[str, str, set[str]]]:
    if reply.body.startswith((b"%PDF", b"PK")):
        found = bytes_in(unpacked(reply.body), secrets)
    elif reply.body.startswith((b"\xff\xd8", b"\x89PNG")):
        assert papers.picture_is_whole(reply.body)
        found = bytes_in(reply.body, secrets)
    else:
        body = reply.body.decode("utf-8", "replace")
        found = found_in(body, secrets) | bytes_in(reply.body, secrets)
    found |= found_in(str(reply.headers) + path, secrets)
    return [(who, path, found)] if found else []


def _told(hits: list[tuple[str, str, set[str]]]) -> list[str]:
    return [f"{who} at {path}: {', '.join(sorted(found))}" for who, path, found in hits]


def _searches(lives: Lives, who: str) -> list[tuple[str, str, set[str]]]:
    """Nobody at an agency finds a case by words that they must not read; what was typed stands in its own box."""
    browser, wrong = lives.of(who), []
    page = browser.get("/desk/search", status=(200, 403))
    if page.status == 403:
        return []
    for name, value in FOR_AGENCIES.items():
        found = browser.submit(page, field="q", q=value, status=(200, 303), follow=False)
        if found.status != 200 or re.search(r"/desk/cases/\w{4}-\w{4}", found.body.decode()):
            wrong.append((who, "/desk/search", {name}))
    return wrong


def _the_cases_really_were_there(lives: Lives) -> None:
    """The officer does read the copies and the answer: silence is no proof."""
    page = lives.of("officer").get(lives.at("web"))
    assert "người gửi nộp hồ sơ" in page.text
    again = lives.of("colleague").get(lives.at("firm")).text
    assert "do not agree" in again, "the objection is read, with its sender hidden"
    assert "The number is 12." in again


def _where(connection: Connection) -> Iterator[tuple[str, str, set[str]]]:
    """Table, column and values, wherever a planted value stands in a row where it may not."""
    for table in inspect(connection).get_table_names():
        if table.startswith("case_fts"):
            continue
        for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings():
            for column, value in row.items():
                data = value if isinstance(value, bytes) else str(value).encode()
                found = bytes_in(data, ALL) | (set() if isinstance(value, bytes) else found_in(str(value), ALL))
                may = column in MAY_STAND.get(table, set())
                if wrong := found & FOR_READERS.keys() if may else found:
                    yield table, column, wrong
