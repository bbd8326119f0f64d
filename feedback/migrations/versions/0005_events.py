"""History: the chained events, their heads and checkpoints; changing an event is refused."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


# History is only ever added to. Whoever rebuilds this table in a later step (batch mode) makes these again.
SQLITE_TRIGGERS = {
    "event_refuses_update": "BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events never change'); END",
    "event_refuses_delete": "BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events never go'); END",
}
POSTGRESQL_FUNCTION = """
CREATE FUNCTION event_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'events never change and never go'; END $$
"""
POSTGRESQL_TRIGGERS = {
    "event_refuses_change": "BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION event_refuses()",
    "event_refuses_truncate": "BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION event_refuses()",
}


def upgrade() -> None:
    """History: the chained events, their heads and checkpoints; changing an event is refused."""
    op.create_table(
        "chain_head",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_chain_head")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seq", KEY, nullable=False),
        sa.Column("chains", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "event",
        sa.Column("seq", KEY, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_type", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("chain", "n", name=op.f("uq_event_chain_n")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for name, rule in SQLITE_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
    else:
        op.execute(POSTGRESQL_FUNCTION)
        for name, rule in POSTGRESQL_TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")


def downgrade() -> None:
    """Take these tables away."""
    op.drop_table("event")
    op.drop_table("checkpoint")
    op.drop_table("chain_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION event_refuses()")
