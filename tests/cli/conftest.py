"""An empty database on the server, for commands that are given one."""

from collections.abc import Iterator

import pytest

from tests.engines.postgresql import create_database, drop_database
from tests.fixtures.databases import PROCESS


@pytest.fixture
def empty_server_database(postgresql_url: str) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it, gone after the test."""
    name = f"given_{PROCESS}"
    drop_database(postgresql_url, name)
    yield create_database(postgresql_url, name)
    drop_database(postgresql_url, name)
