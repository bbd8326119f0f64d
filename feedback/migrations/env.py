"""How Alembic runs here: always on a connection that ``feedback.migrations.upgrade`` has opened and locked.

Settings, URLs and locks are not this file's business. One transaction holds all steps of a run, on both
databases, so a run that is killed in the middle leaves nothing and simply starts again.
"""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext

from feedback.migrations.target import is_ours, target_metadata


def _plain_types(kind: str, obj: Any, _context: AutogenContext) -> str | bool:
    """Write columns of a new migration with SQLAlchemy's own types: a migration must not import our code."""
    if kind == "type":
        name = type(obj).__name__
        if name == "Instant":
            return "sa.DateTime(timezone=True)"
        if name == "BigInteger":
            return "sa.BigInteger().with_variant(sa.Integer(), 'sqlite')"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=target_metadata(),
    include_object=is_ours,
    render_item=_plain_types,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
