"""After a complaint was sent through the browser's door, nothing of the sender stands readable anywhere."""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis
from flask import Flask
from psycopg import sql

from feedback.config import Settings
from feedback.domain import folding
from feedback.extensions import db
from tests.fixtures.application import assemble
from tests.fixtures.databases import Database
from tests.web.test_security_sessions import TOKEN

IDENTITY = {"name": "Trịnh Thị Hoàng Yến Quyên", "phone": "0987650123", "email": "canary.yen.quyen@thu.example",
            "address": "47/9 hẻm Giếng Nước Vàng"}


def disguises() -> list[bytes]:
    """Every value as it might stand somewhere: as it is, folded, in JSON, in hex."""
    forms = []
    for value in IDENTITY.values():
        plain = value.encode()
        forms += [plain, folding.fold(value).encode(), json.dumps(value)[1:-1].encode(), plain.hex().encode()]
    return forms


def readable(stored: bytes) -> list[bytes]:
    lower = stored.lower()
    return [form for form in disguises() if form in stored or form.lower() in lower]


@pytest.fixture
def house(app: Flask, settings: Settings, valkey_url: str) -> Iterator[Flask]:
    """The app with a Redis that answers, so that bells are really rung."""
    made = assemble(replace(settings, redis_url=valkey_url))
    yield made
    with made.app_context():
        db.engine.dispose()


def complain(house: Flask) -> str:
    """Send the whole complaint and return everything the server answered."""
    client = house.test_client()
    token = TOKEN.search(client.get("/complain").text)
    assert token
    nonce = re.search(r'name="nonce" value="([0-9a-f]{32})"', client.get("/complain").text)
    assert nonce
    answer = client.post("/complain", data={
        "csrf_token": token.group(1), "nonce": nonce.group(1), "step": "check", "go": "send", "procedure": "",
        "narrative": "Cán bộ một cửa yêu cầu nộp thêm bản sao đã có trên hệ thống.", "category": "extra_papers",
        "kind": "behaviour", "points-0": "Vì sao phải nộp thêm bản sao?", "mode": "confidential", **IDENTITY})
    assert answer.status_code == 303, answer.text
    receipt = client.get(answer.location)
    answer.close()
    receipt.close()
    cookie = client.get_cookie("visit")
    assert cookie
    return receipt.text + answer.location + cookie.value


def rows(migrated: Database) -> bytes:
    """All bytes of the database: files and their logs on SQLite, every row of every table on PostgreSQL."""
    if migrated.engine == "sqlite":
        path = Path(migrated.url.removeprefix("sqlite:///"))
        return b"".join(p.read_bytes() for p in path.parent.glob(path.name + "*"))
    with psycopg.connect(migrated.url) as connection:
        tables = [r[0] for r in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        texts = [str(connection.execute(sql.SQL("SELECT array_agg(t::text) FROM {} t").format(
            sql.Identifier(table))).fetchone()) for table in tables]
    return "\n".join(texts).encode()


def kept_in(url: str) -> bytes:
    """Everything in Redis, and once more unpacked: the queue compresses what it keeps."""
    out = []
    with redis.Redis.from_url(url) as store:
        for key in store.keys("*"):
            out += [key, store.dump(key) or b""]
            if store.type(key) == b"hash":
                for name, value in store.hgetall(key).items():
                    out += [name, value]
                    try:
                        out.append(zlib.decompress(value))
                    except zlib.error:
                        pass
    return b"\n".join(out)


def test_nothing_of_the_sender_is_readable_after_a_complaint(
        house: Flask, migrated: Database, valkey_url: str, capfd: pytest.CaptureFixture[str],
        caplog: pytest.LogCaptureFixture) -> None:
    with redis.Redis.from_url(valkey_url) as store:
        store.flushall()
    answered = complain(house)
    stored = rows(migrated)
    logged = ("".join(capfd.readouterr()) + caplog.text + "".join(str(vars(r)) for r in caplog.records)).encode()
    assert b"extra_papers" in stored  # the complaint really is there
    assert readable(stored) == []
    assert readable(kept_in(valkey_url)) == []
    assert readable(logged) == []
    assert readable(answered.encode()) == []


def test_the_search_of_this_test_would_find_a_leak() -> None:
    for value in IDENTITY.values():
        assert readable(b"..." + value.encode() + b"...")
        assert readable(b'{"a": "' + json.dumps(value)[1:-1].encode() + b'"}')
        assert readable(folding.fold(value).encode())
