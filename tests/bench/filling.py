"""Filling an empty, migrated database with the generator's rows: executemany on SQLite, COPY on PostgreSQL.

The search index is written by the same triggers as in use (SQLite), or built at the end over what lies there
(PostgreSQL), as anybody would who loads a million rows.
"""

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from sqlalchemy import Connection, bindparam, insert, text

from feedback import clock
from feedback.extensions import db, writing
from feedback.services import register_counts
from tests.bench import generator, private_cases
from tests.bench.generator import TABLES, Facts, Rows

MOST_PROCESSES = 4
_ALONE = 3_000
"""Up to so many cases no other process is started to make them."""


def fill(app: Flask, *, seed: int, cases: int) -> Facts:
    """Everything: the private part, the public part, the counts of the sweep, the statistics of the planner. The
    app's database is migrated and holds nothing."""
    took: dict[str, float] = {}
    with _timed(took, "private"):
        private = private_cases.make(app, seed=seed, cases=cases)
    with _timed(took, "public"), app.app_context():
        _public(seed, cases)
    with _timed(took, "counts"), app.app_context(), clock.travelling(private_cases.now()), writing():
        register_counts.recount()
    with _timed(took, "analyze"), app.app_context():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))
        db.session.remove()
        db.engine.dispose()
    return replace(generator.facts(seed, cases), tracking=private.tracking, people=private.people,
                   open_cases=private.open_cases, private_cases=private.all_cases,
                   building={name: round(seconds, 2) for name, seconds in took.items()})


def _public(seed: int, cases: int) -> None:
    with db.engine.connect() as connection:
        postgres = connection.dialect.name == "postgresql"
        dropped = _drop_indexes(connection) if postgres else []
        if not postgres:
            connection.exec_driver_sql("PRAGMA cache_size=-400000")
        connection.commit()
        for rows in _made(seed, cases):
            _copy(connection, rows) if postgres else _insert(connection, rows)
        for statement in dropped:
            connection.exec_driver_sql(statement)
        if postgres:
            connection.execute(text(
                "SELECT setval(pg_get_serial_sequence('publication', 'id'), (SELECT max(id) FROM publication))"))
        connection.commit()
        if not postgres:
            connection.exec_driver_sql("INSERT INTO publication_fts(publication_fts) VALUES ('optimize')")
            connection.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not postgres:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _made(seed: int, cases: int) -> Iterator[Rows]:
    """The rows in their order, made by as many processes as there are cores."""
    shares = list(generator.shares(seed, cases))
    if cases <= _ALONE:
        yield from map(generator.make, shares)
        return
    processes = min(MOST_PROCESSES, os.cpu_count() or 1)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        ahead = processes * 4  # so that rows which nobody has written yet do not fill the memory
        waiting = [pool.apply_async(generator.make, (share,)) for share in shares[:ahead]]
        for place in range(len(shares)):
            yield waiting.pop(0).get()
            if place + ahead < len(shares):
                waiting.append(pool.apply_async(generator.make, (shares[place + ahead],)))


def _insert(connection: Connection, rows: Rows) -> None:
    for table in TABLES:
        if rows[table]:
            names = generator.columns(table)
            connection.execute(insert(db.metadata.tables[table]),
                               [dict(zip(names, row, strict=True)) for row in rows[table]])
    connection.commit()


def _copy(connection: Connection, rows: Rows) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        for table in TABLES:
            names = ", ".join(f'"{name}"' for name in generator.columns(table))
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
    connection.commit()


def _drop_indexes(connection: Connection) -> list[str]:
    """Take the plain indexes of the public tables away; the statements that make them again."""
    found = connection.execute(text(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE i.schemaname = 'public' AND i.tablename IN :tables"
        " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = quote_ident(i.indexname)::regclass)"
    ).bindparams(bindparam("tables", list(TABLES), expanding=True))).all()
    for row in found:
        connection.exec_driver_sql(f'DROP INDEX "{row.indexname}"')
    return [row.indexdef for row in found]


@contextmanager
def _timed(took: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    took[name] = time.perf_counter() - began
