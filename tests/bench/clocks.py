"""A database with many running clocks: one real case that the simulation brings to an officer, and copies of its
rows, made in SQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.config import Settings
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.simulation import lives, store
from feedback.simulation.counter import DayBook
from feedback.simulation.plan import Plan
from feedback.simulation.province import build
from feedback.simulation.world import Life, World

NOW = datetime(2026, 11, 18, 9, tzinfo=clock.VIETNAM)
"""An ordinary Wednesday."""
FEW = 10_000
_CLOCKS = Deadline.__table__


@contextmanager
def filled(url: str, *, open_: int, due: int, overdue: int = 0) -> Iterator[Flask]:
    """The app on a database with ``open_`` running clocks, two a case; ``due`` of them have a rung to fire now,
    ``overdue`` others have run out long ago and fired all there was to fire."""
    with store.throw_away(url) as settings:
        app = store.start(settings)
        with clock.travelling(NOW - timedelta(days=2)):
            case_id = one_case(app, settings)
        with app.app_context(), clock.travelling(NOW):
            with writing():
                _multiply(case_id, cases=open_ // 2)
                make_due(due)
                _make_overdue(overdue)
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
        try:
            yield app
        finally:
            store.stop(app)


def one_case(app: Flask, settings: Settings) -> int:
    """One real case that an officer works on, in a province with its people; its id."""
    province = build(app, Random(1))
    world = World(plan=Plan(cases=1), settings=settings, province=province, rng=Random(1),
                  book=DayBook(frozenset(), frozenset(), frozenset({2026})))
    world.now = clock.now()
    life = Life(1, Random(3))
    with app.app_context(), writing():
        lives.arrive(world, life)
    for step in (lives.read, lives.assign, lives.take):
        with app.app_context(), writing():
            step(world, life, db.session.scalars(
                select(Case).where(Case.id == life.case_id).options(selectinload(Case.points))).one())
    return life.case_id


def make_due(many: int) -> None:
    """Let so many clocks that are not due yet, the newest ones, have run out an hour of work ago, in the caller's
    transaction: a rung is owed now. They lie at the far end, where a walk from the start finds them last."""
    newest = select(_CLOCKS.c.id).where(
        _CLOCKS.c.kind == "handle", _CLOCKS.c.stopped_at.is_(None), _CLOCKS.c.due_at > NOW).order_by(
        _CLOCKS.c.id.desc()).limit(many).scalar_subquery()
    db.session.execute(_CLOCKS.update().where(_CLOCKS.c.id.in_(newest)).values(
        due_on=(NOW - timedelta(days=1)).date(), due_at=NOW - timedelta(hours=9),
        next_rung_at=NOW - timedelta(hours=9)))


def _make_overdue(many: int) -> None:
    oldest = select(_CLOCKS.c.id).where(
        _CLOCKS.c.kind == "total", _CLOCKS.c.stopped_at.is_(None), _CLOCKS.c.due_at > NOW).order_by(
        _CLOCKS.c.id).limit(many).scalar_subquery()
    db.session.execute(_CLOCKS.update().where(_CLOCKS.c.id.in_(oldest)).values(
        due_on=(NOW - timedelta(days=60)).date(), due_at=NOW - timedelta(days=60), next_rung_at=None))


def _multiply(case_id: int, *, cases: int) -> None:
    """Copy the case and its two clocks, as they are to stand, all in SQL: a million takes a minute."""
    postgres = db.session.get_bind().dialect.name == "postgresql"
    numbers = ("SELECT generate_series(2, :cases) AS k" if postgres else
               "WITH RECURSIVE n(k) AS (SELECT 2 UNION ALL SELECT k + 1 FROM n WHERE k < :cases) SELECT k FROM n")
    db.session.execute(text(
        "UPDATE deadline SET stopped_at = started_at, next_rung_at = NULL WHERE case_id = :id"
        " AND kind NOT IN ('total', 'handle')"), {"id": case_id})
    db.session.execute(_CLOCKS.update().where(_CLOCKS.c.stopped_at.is_(None)).values(
        due_on=(NOW + timedelta(days=9)).date(), due_at=NOW + timedelta(days=9, hours=15),
        next_rung_at=NOW + timedelta(days=7)))
    _copy("case_file", numbers, cases, f"t.id = {case_id:d}", {
        "id": f"{case_id:d} + k - 1", "reference": "'X' || k", "key_hash": "'k' || k", "nonce_hash": "'n' || k"})
    first = db.session.scalar(select(func.max(Deadline.id))) or 0
    for place, kind in enumerate(("total", "handle")):
        _copy("deadline", numbers, cases,
              f"t.case_id = {case_id:d} AND t.kind = '{kind}'",
              {"id": f"{first:d} + {place * cases:d} + k", "case_id": f"{case_id:d} + k - 1"})
    if postgres:  # rows with given ids leave the sequences behind
        for name in ("case_file", "deadline"):
            db.session.execute(text(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def _copy(table: str, numbers: str, cases: int, which: str, changed: dict[str, str]) -> None:
    columns = [column.name for column in db.metadata.tables[table].columns]
    values = [changed.get(name, f't."{name}"') for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    db.session.execute(text(f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {table} t,"
                            f" ({numbers}) m WHERE {which}"), {"cases": cases})
