"""What the machine reaches: a Flask app of two routes under the house's own server flags, and raw commits.

``hello`` is the framework alone; ``page`` the yardstick of all web targets: 20 rows, a template that extends
another, one ``url_for`` a row, no database.
"""

import multiprocessing
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, render_template, url_for
from jinja2 import DictLoader

BASE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><header><nav><ul>{% for name in ("Gửi", "Tra cứu", "Sổ công khai", "Số liệu", "Giới thiệu") %}
<li>{{ name }}</li>{% endfor %}</ul></nav></header>
<main>{% block main %}{% endblock %}</main><footer><p>Văn phòng tỉnh</p></footer></body></html>"""
PAGE = """{% extends "base.html" %}{% block title %}Danh sách{% endblock %}
{% block main %}<h1>Danh sách</h1><ol>{% for row in rows %}
<li><a href="{{ url_for('one', number=row.number) }}">{{ row.title }}</a> <span>{{ row.agency }}</span>
<time datetime="{{ row.on }}">{{ row.on }}</time></li>{% endfor %}</ol>{% endblock %}"""
ROWS = [{"number": n, "title": f"Hồ sơ cấp giấy phép số {n} quá hẹn mà chưa có kết quả <{n}>",
         "agency": "Ủy ban nhân dân phường Bến Mẫu", "on": "2026-11-20"} for n in range(20)]
BODY = "Tôi nộp hồ sơ đã quá hẹn mà không ai trả lời. " * 9
"""About 400 signs, as a short complaint has."""
TABLES = ("CREATE TABLE one (id {key}, code varchar(40) UNIQUE, body text, at timestamp)",
          "CREATE TABLE two (id {key}, code varchar(40), body text, at timestamp)",
          "CREATE TABLE three (id {key}, code varchar(40) UNIQUE, body text, at timestamp)")
"""A case, its event, what is owed for it: the least rows of an accepted submission."""


def app() -> Flask:
    """For gunicorn: ``tests.bench.ceiling:app()``."""
    made = Flask("ceiling")
    made.jinja_loader = DictLoader({"base.html": BASE, "page.html": PAGE})

    @made.get("/hello")
    def hello() -> str:
        return "hello"

    @made.get("/page")
    def page() -> str:
        return render_template("page.html", rows=ROWS)

    @made.get("/one/<int:number>")
    def one(number: int) -> str:
        return url_for("one", number=number)

    return made


def commits(url: str, *, scratch: Path, seconds: float, writers: int = 2) -> float:
    """Durable commits a second of this many processes that write nothing but the three rows each time, over the
    raw driver. ``url``: SQLAlchemy's, of the database beside which (PostgreSQL) or of whose kind (SQLite, in
    ``scratch``) the tables are made; they are gone afterwards."""
    write, clean = _sqlite(scratch) if url.startswith("sqlite") else _postgresql(url)
    context = multiprocessing.get_context("spawn")
    try:
        with context.Pool(writers) as pool:
            pool.map(_ready, range(writers))
            counted = pool.starmap(write, [(name, n, seconds) for n, name in enumerate([clean.target] * writers)])
    finally:
        clean()
    return sum(counted) / seconds


def fsyncs(folder: Path, *, seconds: float) -> float:
    """How often a second 4 kB are overwritten and on the disk: what one writer can never exceed."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"\0" * 4096)
        end, done = time.perf_counter() + seconds, 0
        while time.perf_counter() < end:
            os.pwrite(file.fileno(), b"\1" * 4096, 0)
            (os.fdatasync if hasattr(os, "fdatasync") else os.fsync)(file.fileno())
            done += 1
    return done / seconds


class _Clean:
    def __init__(self, target: str, deed: Callable[[], Any]) -> None:
        self.target, self._deed = target, deed

    def __call__(self) -> None:
        self._deed()


def _ready(_number: int) -> None:
    """The process has started and knows its modules."""


def _sqlite(scratch: Path) -> tuple[Callable[[str, int, float], int], _Clean]:
    path = scratch / "ceiling.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for table in TABLES:
            connection.execute(table.format(key="INTEGER PRIMARY KEY"))
    connection.close()

    def gone() -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)

    return write_sqlite, _Clean(str(path), gone)


def write_sqlite(path: str, writer: int, seconds: float) -> int:
    """Commits of one process; in a process of its own."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    connection.execute("PRAGMA synchronous=FULL")
    end, done = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        connection.execute("BEGIN IMMEDIATE")
        for table in ("one", "two", "three"):
            connection.execute(f"INSERT INTO {table} (code, body, at) VALUES (?, ?, ?)",
                               (f"{writer}-{done}", BODY, "2026-11-20 10:00:00"))
        connection.execute("COMMIT")
        done += 1
    connection.close()
    return done


def _postgresql(url: str) -> tuple[Callable[[str, int, float], int], _Clean]:
    import psycopg
    from sqlalchemy.engine import make_url

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)

    def run(*statements: str) -> None:
        with psycopg.connect(plain, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)  # type: ignore[call-overload]

    away = "DROP SCHEMA IF EXISTS ceiling CASCADE"
    run(away, "CREATE SCHEMA ceiling", *(table.format(key="bigserial PRIMARY KEY").replace(
        "TABLE ", "TABLE ceiling.") for table in TABLES))
    return write_postgresql, _Clean(plain, lambda: run(away))


def write_postgresql(url: str, writer: int, seconds: float) -> int:
    """Commits of one process; in a process of its own."""
    import psycopg

    end, done = time.perf_counter() + seconds, 0
    with psycopg.connect(url) as connection:
        while time.perf_counter() < end:
            for table in ("one", "two", "three"):
                connection.execute(  # type: ignore[call-overload]
                    f"INSERT INTO ceiling.{table} (code, body, at) VALUES (%s, %s, now())",
                    (f"{writer}-{done}", BODY))
            connection.commit()
            done += 1
    return done
