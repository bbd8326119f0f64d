"""A database beside the bench's own, made empty for one measurement and dropped after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import make_url

from tests.engines.postgresql import create_database, drop_database


@contextmanager
def spare_database(name: str, *, server: str | None) -> Iterator[str]:
    """Its URL: on PostgreSQL (``server``: any URL of that server) of an empty database of this name, else
    'sqlite', for which ``store.throw_away`` makes a file."""
    if server is None:
        yield "sqlite"
        return
    maintenance = make_url(server).set(drivername="postgresql", database="postgres").render_as_string(
        hide_password=False)
    drop_database(maintenance, name)
    try:
        yield create_database(maintenance, name)
    finally:
        drop_database(maintenance, name)
