"""``feedback db``: from nothing to a database that a province can start with, as often as somebody likes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from feedback.domain.calendar_seed import seed_rows
from feedback.domain.limits import DEFAULT_LIMITS
from feedback.migrations import runner

pytestmark = pytest.mark.both_engines  # each engine is set up in its own way

Run = Callable[..., subprocess.CompletedProcess]


@pytest.fixture
def url(empty_database) -> str:
    """A database with nothing in it."""
    return empty_database()


def _environment(url: str, folder: Path) -> dict[str, str]:
    return {**{name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")},
            "FEEDBACK_DATABASE_URL": url, "FEEDBACK_DATA": str(folder / "var"),
            "FEEDBACK_KEYS": str(folder / "keys"), "FEEDBACK_SECRET_KEY": "s" * 40, "FEEDBACK_PEPPER": "p" * 40}


def _start(url: str, folder: Path, *words: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "feedback", "db", *words], env=_environment(url, folder), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[2])


@pytest.fixture
def db(url: str, tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Run ``feedback db …``: exit code and what was said."""

    def run(*words: str) -> tuple[int, str]:
        with _start(url, tmp_path, *words) as process:
            said, _ = process.communicate(timeout=60)
            return process.returncode, said

    return run


def _count(url: str, table: str) -> int:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}"))


def test_an_upgrade_leaves_a_database_that_can_be_used(url, db):
    code, said = db("upgrade")
    assert (code, runner.current(url)) == (0, runner.head())
    assert f"from nothing to {runner.head()}" in said
    assert _count(url, "time_limit") == len(DEFAULT_LIMITS)
    assert _count(url, "calendar_day") == len(seed_rows())
    assert _count(url, "calendar_version") == 1
    assert db("current") == (0, f"{runner.head()} (this program needs {runner.head()})\n")


def test_doing_it_again_adds_nothing_and_leaves_what_people_edited(url, db):
    db("upgrade")
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.execute(text("DELETE FROM calendar_day WHERE kind = 'make_up'"))
        connection.execute(text("UPDATE time_limit SET amount = 12 WHERE key = 'total'"))
    days = _count(url, "calendar_day")
    code, said = db("upgrade")
    assert (code, said.strip()) == (0, f"The database stands at {runner.head()}.")
    assert (_count(url, "calendar_day"), _count(url, "time_limit")) == (days, len(DEFAULT_LIMITS))
    assert _count(url, "event") == 1


def test_two_starts_at_once_seed_once(url, tmp_path):
    starts = [_start(url, tmp_path, "upgrade") for _ in range(2)]
    said = [start.communicate(timeout=60)[0] for start in starts]
    assert [start.returncode for start in starts] == [0, 0], said
    assert (_count(url, "time_limit"), _count(url, "calendar_version")) == (len(DEFAULT_LIMITS), 1)


def test_an_old_version_is_a_failure(db):
    assert db("current") == (1, f"empty (this program needs {runner.head()})\n")


def test_going_back_asks_first(url, db):
    runner.upgrade(url)
    assert db("downgrade", "base")[0] == 1
    assert runner.current(url) == runner.head()
    assert db("downgrade", "base", "--yes")[0] == 0
    assert runner.current(url) is None


# The same on every database: nothing is opened.
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_an_unsafe_configuration_is_one_clear_sentence(url, tmp_path):
    bad = {**_environment(url, tmp_path), "FEEDBACK_PEPPER": "short"}
    done = subprocess.run([sys.executable, "-m", "feedback", "db", "upgrade"], env=bad, text=True, check=False,
                          capture_output=True, cwd=Path(__file__).parents[2])
    assert done.returncode == 1
    assert "FEEDBACK_PEPPER" in done.stderr
    assert "Traceback" not in done.stderr
