"""The engines: real servers, one of each for the run. Fixtures about the application: tests/fixtures/."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from tests.engines import chromium
from tests.engines.postgresql import postgresql
from tests.engines.smtp import Sink, smtp_sink
from tests.engines.valkey import valkey

pytest_plugins = [  # each after those that it imports
    "tests.fixtures.time",
    "tests.fixtures.databases",
    "tests.fixtures.short_form",
    "tests.fixtures.cast",
    "tests.fixtures.application",
    "tests.fixtures.client",
    "tests.fixtures.post",
    "tests.fixtures.drawing",
]


def pytest_sessionstart() -> None:
    """While modules are imported nothing becomes rubbish: looking for it is a tenth of the time of a small run."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on look for rubbish, but no more among what was imported."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A maintenance database's URL; make your own with tests.engines.postgresql.create_database()."""
    with postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A running Valkey; whoever needs it empty empties it."""
    with valkey() as url:
        yield url


@pytest.fixture
def smtp() -> Iterator[Sink]:
    """A fresh mail server of this test's own."""
    with smtp_sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's program."""
    found = chromium.find()
    assert found, "no Chromium: run ./test, which finds or installs one"
    return found


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium_path: str) -> dict[str, Any]:
    """pytest-playwright: the system's Chromium, quiet on the network."""
    return {
        **browser_type_launch_args,
        "executable_path": chromium_path,
        "args": chromium.LAUNCH_ARGUMENTS,
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright: a browser in Viet Nam."""
    return {**browser_context_args, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
