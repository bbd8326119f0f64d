"""Many who write to one SQLite file at once: each gets a turn, and who waits too long is told so."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from feedback import extensions
from feedback.extensions import prepare_engine

WRITERS, ASKED = 6, 100


class Slept:
    """Stands in for the time module: passes when somebody sleeps, and after so many pauses does something."""

    def __init__(self, *, until: int, then: Callable[[], None]) -> None:
        self.now, self.pauses = 0.0, list[float]()
        self._until, self._then = until, then

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.pauses.append(seconds)
        if len(self.pauses) == self._until:
            self._then()


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = create_engine(f"sqlite:///{tmp_path / 'turns.db'}", pool_size=WRITERS + 1)
    prepare_engine(made)
    with made.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE turn (n INTEGER PRIMARY KEY, who INTEGER)")
    return made


@pytest.fixture
def to_write():
    token = extensions._write_wanted.set(True)
    yield
    extensions._write_wanted.reset(token)


def test_each_of_many_writers_gets_a_turn(engine: Engine) -> None:
    def write(who: int) -> None:
        extensions._write_wanted.set(True)  # a thread has a context of its own
        with engine.begin() as connection:
            time.sleep(0.003)  # so long a complaint holds the file
            connection.execute(text("INSERT INTO turn (who) VALUES (:who)"), {"who": who})

    threads = [threading.Thread(target=write, args=(who,)) for who in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert set(connection.execute(text("SELECT who FROM turn")).scalars()) == set(range(WRITERS))


def test_who_has_waited_longer_asks_more_often(
        engine: Engine, to_write: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own waiting does the opposite: the longer, the more seldom, and so some starve."""
    held = engine.connect()
    open_ = held.begin()
    slept = Slept(until=ASKED, then=open_.commit)
    monkeypatch.setattr(extensions, "time", slept)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO turn (who) VALUES (2)")
    held.close()
    assert len(slept.pauses) == ASKED
    tenth = ASKED // 10
    first, last = slept.pauses[:tenth], slept.pauses[-tenth:]
    assert sum(last) < sum(first), slept.pauses
    assert max(last) <= 0.002  # a complaint holds the file for longer, so nobody slips in between often


def test_who_waits_too_long_is_told_that_the_database_is_locked(
        engine: Engine, to_write: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extensions, "BUSY_SECONDS", 0.05)
    with engine.begin(), pytest.raises(OperationalError, match="database is locked"), engine.begin():
        pass
    with engine.begin() as connection:  # and nobody else is the worse for it
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000
        connection.exec_driver_sql("INSERT INTO turn (who) VALUES (1)")
