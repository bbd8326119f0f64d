"""The versions of the database: one head, no drift, up and down with data, safe under two starts and a kill."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

import feedback.migrations
from feedback.migrations import runner
from feedback.migrations.target import is_ours, target_metadata

VERSIONS = Path(feedback.migrations.__file__).parent / "versions"
NUMBERS = sorted(path.name[:4] for path in VERSIONS.glob("0*.py"))


@pytest.fixture
def url(empty_database) -> str:
    """A database with nothing in it."""
    return empty_database()


@pytest.fixture
def engine(url) -> Iterator[Engine]:
    """An engine on it that keeps no connection open."""
    made = create_engine(url, poolclass=NullPool)
    yield made
    made.dispose()


@pytest.fixture
def at_head(migrated_database) -> Iterator[Engine]:
    """An engine that keeps no connection open, on a database at the newest version with no rows in it."""
    made = create_engine(migrated_database, poolclass=NullPool)
    yield made
    made.dispose()


def _tables(url: str) -> set[str]:
    engine = create_engine(url, poolclass=NullPool)
    return {name for name in inspect(engine).get_table_names()
            if not name.startswith(("publication_fts", "case_fts"))}


def test_there_is_one_head_and_the_files_count_up_to_it():
    script = ScriptDirectory.from_config(runner._config())
    assert script.get_heads() == [NUMBERS[-1]]
    assert [f"{n:04d}" for n in range(1, len(NUMBERS) + 1)] == NUMBERS


def test_the_head_has_no_drift_against_the_models(at_head):
    with at_head.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "include_object": is_ours, "compare_type": True, "target_metadata": target_metadata()})
        assert compare_metadata(context, target_metadata()) == []


def test_indexes_have_the_same_conditions_as_the_models(at_head):
    """Alembic does not compare the WHERE of a partial index."""
    plain = str.maketrans("", "", "()\n ")
    for table in target_metadata().tables.values():
        for index in table.indexes:
            wanted = index.dialect_options[at_head.dialect.name].get("where")
            if wanted is None:
                continue
            with at_head.connect() as connection:
                made = connection.scalar(text(_INDEX_SQL[at_head.dialect.name]), {"name": index.name})
            where = made.upper().split(" WHERE ", 1)[1].replace("::TEXT", "").replace("::CHARACTER VARYING", "")
            assert where.translate(plain) == str(wanted).upper().translate(plain), index.name


_INDEX_SQL = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = :name",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE indexname = :name",
}


def test_everything_can_be_undone_and_done_again(url):
    runner.upgrade(url)
    all_tables = _tables(url)
    assert set(target_metadata().tables) <= all_tables
    for number in reversed(NUMBERS[:-1]):
        runner.downgrade(url, number)
        assert runner.current(url) == number
    runner.downgrade(url, "base")
    assert _tables(url) <= {"alembic_version"}
    runner.upgrade(url)
    assert _tables(url) == all_tables


def _a_row(table: Table) -> dict[str, object]:
    """Some value for each column that has to have one."""
    values: dict[str, object] = {}
    for column in table.columns:
        if not column.nullable:
            kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
            values[column.name] = _VALUES[kind.python_type.__name__]
    return values


_VALUES = {
    "int": 1, "str": "x", "bool": True, "bytes": b"x", "float": 1.5,
    "date": date(2026, 11, 16), "datetime": datetime(2026, 11, 16, tzinfo=UTC),
}


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0


@pytest.mark.parametrize("number", [*NUMBERS[:-1], pytest.param(NUMBERS[-1], marks=pytest.mark.always)])
def test_each_step_keeps_the_rows_that_were_there(url, engine, number):
    """Up to the step before, one row in every table, then the step, back, and the step again: no row is lost
    from a table that was there before."""
    place = NUMBERS.index(number)
    before = NUMBERS[place - 1] if place else "base"
    if place:
        runner.upgrade(url, before)
    found = MetaData()
    found.reflect(engine, only=lambda name, _: not name.startswith(("publication_fts", "case_fts", "alembic")))
    with engine.begin() as connection:
        for table in found.sorted_tables:
            connection.execute(insert(table).values(_a_row(table)))
    for step in (lambda: runner.upgrade(url, number), lambda: runner.downgrade(url, before),
                 lambda: runner.upgrade(url, number)):
        step()
        with engine.connect() as connection:
            for table in found.sorted_tables:
                assert _count(connection, table.name) == 1, table.name


def test_doing_it_again_changes_nothing(url):
    runner.upgrade(url)
    runner.upgrade(url)
    assert runner.current(url) == runner.head()


def _upgrade_in_a_process(url: str, failed: "multiprocessing.Queue[str]") -> None:
    try:
        runner.upgrade(url)
    except Exception as fault:
        failed.put(repr(fault))


def test_two_starts_at_once_are_safe(url):
    spawn = multiprocessing.get_context("spawn")
    failed = spawn.Queue()
    starts = [spawn.Process(target=_upgrade_in_a_process, args=(url, failed)) for _ in range(3)]
    for start in starts:
        start.start()
    for start in starts:
        start.join(60)
    assert failed.empty(), failed.get()
    assert runner.current(url) == runner.head()


def _killed_after(url: str, steps: int) -> None:
    """Migrate, and be killed by the system after this many statements."""
    seen = [0]

    @event.listens_for(Engine, "before_cursor_execute")
    def _count(*_: object) -> None:
        seen[0] += 1
        if seen[0] == steps:
            os.kill(os.getpid(), signal.SIGKILL)

    runner.upgrade(url)


@pytest.mark.parametrize("steps", [12, 60])
def test_a_start_that_was_killed_in_the_middle_starts_again(url, steps):
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Process(target=_killed_after, args=(url, steps))
    start.start()
    start.join(60)
    assert start.exitcode == -signal.SIGKILL, "the test must really kill it"
    assert runner.current(url) is None, "nothing half done is left"
    runner.upgrade(url)
    assert runner.current(url) == runner.head()


def test_a_step_that_fails_leaves_nothing(url, monkeypatch):
    def broken(config, revision):
        command_upgrade(config, revision)
        raise RuntimeError("the disk is full")

    command_upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(RuntimeError):
        runner.upgrade(url)
    assert runner.current(url) is None
    assert _tables(url) <= {"alembic_version"}


# PostgreSQL looks after its references by itself; SQLite has them off while tables are rebuilt.
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_step_that_leaves_rows_pointing_nowhere_is_undone(url, monkeypatch):
    def broken(config, revision):
        command_upgrade(config, revision)
        config.attributes["connection"].execute(text("INSERT INTO conflict (case_id, person_id) VALUES (1, 1)"))

    command_upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(runner.BrokenReferences, match="conflict"):
        runner.upgrade(url)
    assert runner.current(url) is None


# Search ---------------------------------------------------------------------------------------------------------


def _found(connection: Connection, word: str) -> list[int]:
    if connection.dialect.name == "sqlite":
        query = text("SELECT rowid FROM publication_fts WHERE publication_fts MATCH :word ORDER BY rowid DESC")
        return list(connection.scalars(query, {"word": f'"{word}"'}))
    query = text("SELECT publication_id FROM publication_tokens WHERE "
                 "array_to_tsvector(string_to_array(tokens, ' ')) @@ CAST(:word AS tsquery) ORDER BY 1 DESC")
    return list(connection.scalars(query, {"word": f"'{word}'"}))


@pytest.fixture
def published(at_head):
    """A connection to a database with one publication that can be found."""
    tables = target_metadata().tables
    publication, tokens = tables["publication"], tables["publication_tokens"]
    with at_head.connect() as connection:
        row = {**_a_row(publication), "id": 7}
        connection.execute(insert(publication).values(row))
        connection.execute(insert(tokens).values(publication_id=7, published_on=row["published_on"],
                                                 tokens="_fa45 dat dai dat_dai 12 12_ngay"))
        yield connection


def test_the_search_index_follows_what_is_added_changed_and_removed(published):
    assert _found(published, "dat_dai") == [7]
    published.execute(text("UPDATE publication_tokens SET tokens = '_fa45 nha o nha_o' WHERE publication_id = 7"))
    assert (_found(published, "dat_dai"), _found(published, "nha_o")) == ([], [7])
    published.execute(text("DELETE FROM publication_tokens"))
    assert _found(published, "nha_o") == []


@pytest.mark.parametrize("not_there", ["dai_12", "fa45", "dat_12", "ngay", "_fa4"])
def test_only_whole_tokens_are_found(published, not_there):
    assert _found(published, not_there) == []


@pytest.mark.parametrize("there", ["_fa45", "12_ngay", "12", "dai"])
def test_filters_and_pairs_are_tokens_like_any_other(published, there):
    assert _found(published, there) == [7]


# The plan says that the index is used; SQLite's MATCH cannot be asked without it.
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_postgresql_uses_the_index_for_the_search(published):
    published.execute(text("SET LOCAL enable_seqscan = off"))
    plan = "\n".join(published.scalars(text(
        "EXPLAIN SELECT publication_id FROM publication_tokens WHERE "
        "array_to_tsvector(string_to_array(tokens, ' ')) @@ 'dat_dai'::tsquery")))
    assert "ix_publication_tokens_words" in plan


# History --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attack", ["UPDATE event SET type = 'y'", "DELETE FROM event"])
def test_events_are_only_ever_added(at_head, attack):
    table = target_metadata().tables["event"]
    with at_head.begin() as connection:
        connection.execute(insert(table).values(_a_row(table)))
    with pytest.raises(DBAPIError, match="events never"), at_head.begin() as connection:
        connection.execute(text(attack))
    with at_head.connect() as connection:
        assert connection.scalars(select(table.c.type)).all() == ["x"]


# SQLite has no TRUNCATE.
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_history_cannot_be_truncated(at_head):
    with pytest.raises(DBAPIError, match="events never"), at_head.begin() as connection:
        connection.execute(text("TRUNCATE event"))


def test_an_sqlite_file_may_lie_in_a_folder_that_is_not_there_yet(tmp_path):
    url = f"sqlite:///{tmp_path / 'a' / 'b' / 'house.db'}"
    runner.upgrade(url)
    assert runner.current(url) == runner.head()
    assert make_url(url).database
