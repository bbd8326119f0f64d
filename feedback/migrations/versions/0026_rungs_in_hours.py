"""The ladder as rows, rungs owed at an instant, limits for some cases only, clocks that belong to a row."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNNING = sa.text("stopped_at IS NULL")
OWING = sa.text("next_rung_at IS NOT NULL")


def upgrade() -> None:
    """Widen the tables of time. What was owed on a day is owed from its first minute in Viet Nam."""
    op.create_table(
        "ladder_rung",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("tell", sa.String(), nullable=False),
        sa.Column("does", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_rung")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_ladder_rung_kind_key")),
    )
    with op.batch_alter_table("time_limit") as batch:
        batch.add_column(sa.Column("valid_to", sa.Date(), nullable=True))
        batch.add_column(sa.Column("category", sa.String(), nullable=True))
        batch.add_column(sa.Column("case_kind", sa.String(), nullable=True))
        batch.add_column(sa.Column("urgent", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("complex", sa.Boolean(), nullable=True))
        batch.add_column(sa.Column("tier", sa.String(), nullable=True))
        batch.add_column(sa.Column("procedure_id", KEY, nullable=True))
        batch.create_foreign_key(op.f("fk_time_limit_procedure_id"), "procedure", ["procedure_id"], ["id"])
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(sa.Column("complex", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("post", sa.String(), nullable=False, server_default=""))
    _drop_deadline_indexes("next_rung_on")
    with op.batch_alter_table("deadline") as batch:
        batch.alter_column("case_id", existing_type=KEY, nullable=True)
        batch.add_column(sa.Column("subject_id", KEY, nullable=False, server_default="0"))
        batch.add_column(sa.Column("replaces_id", KEY, nullable=True))
        batch.add_column(sa.Column("next_rung_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_deadline_replaces_id"), "deadline", ["replaces_id"], ["id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE deadline SET next_rung_at = "
                   "(next_rung_on::timestamp AT TIME ZONE 'Asia/Ho_Chi_Minh') WHERE next_rung_on IS NOT NULL")
    else:
        op.execute("UPDATE deadline SET next_rung_at = datetime(next_rung_on, '-7 hours') || '.000000' "
                   "WHERE next_rung_on IS NOT NULL")
    with op.batch_alter_table("deadline") as batch:
        batch.drop_column("next_rung_on")
    op.create_index("ix_deadline_next_rung_at", "deadline", ["next_rung_at"], unique=False,
                    sqlite_where=OWING, postgresql_where=OWING)
    _make_deadline_indexes(["case_id", "kind", "subject_id"])
    with op.batch_alter_table("escalation") as batch:
        batch.alter_column("case_id", existing_type=KEY, nullable=True)


def downgrade() -> None:
    """Take it away. Clocks without a case, and all but one of a kind, have no place in the older table."""
    op.execute("DELETE FROM escalation WHERE deadline_id IN "
               "(SELECT id FROM deadline WHERE case_id IS NULL OR subject_id <> 0)")
    op.execute("UPDATE deadline SET replaces_id = NULL")
    op.execute("DELETE FROM deadline WHERE case_id IS NULL OR subject_id <> 0")
    with op.batch_alter_table("escalation") as batch:
        batch.alter_column("case_id", existing_type=KEY, nullable=False)
    op.drop_index("ix_deadline_next_rung_at", table_name="deadline", sqlite_where=OWING, postgresql_where=OWING)
    _drop_deadline_indexes()
    with op.batch_alter_table("deadline") as batch:
        batch.add_column(sa.Column("next_rung_on", sa.Date(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE deadline SET next_rung_on = (next_rung_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date")
    else:
        op.execute("UPDATE deadline SET next_rung_on = date(next_rung_at, '+7 hours')")
    with op.batch_alter_table("deadline") as batch:
        batch.drop_constraint("fk_deadline_replaces_id", type_="foreignkey")
        batch.drop_column("next_rung_at")
        batch.drop_column("replaces_id")
        batch.drop_column("subject_id")
        batch.alter_column("case_id", existing_type=KEY, nullable=False)
    op.create_index(op.f("ix_deadline_next_rung_on"), "deadline", ["next_rung_on"], unique=False)
    _make_deadline_indexes(["case_id", "kind"])
    with op.batch_alter_table("person") as batch:
        batch.drop_column("post")
    with op.batch_alter_table("case_file") as batch:
        batch.drop_column("complex")
    with op.batch_alter_table("time_limit") as batch:
        batch.drop_constraint("fk_time_limit_procedure_id", type_="foreignkey")
        for name in ("procedure_id", "tier", "complex", "urgent", "case_kind", "category", "valid_to"):
            batch.drop_column(name)
    op.drop_table("ladder_rung")


def _drop_deadline_indexes(*more: str) -> None:
    """Take the indexes off before the table is written anew: their conditions would get lost."""
    for name in more:
        op.drop_index(op.f(f"ix_deadline_{name}"), table_name="deadline")
    for name in ("uq_deadline_running_kind", "ix_deadline_running", "ix_deadline_holder_running"):
        op.drop_index(name, table_name="deadline", sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.drop_index("ix_deadline_case_id", table_name="deadline")


def _make_deadline_indexes(one_running: list[str]) -> None:
    op.create_index("ix_deadline_case_id", "deadline", ["case_id"], unique=False)
    for name, columns, unique in (("ix_deadline_holder_running", ["agency_id", "due_at"], False),
                                  ("ix_deadline_running", ["due_at"], False),
                                  ("uq_deadline_running_kind", one_running, True)):
        op.create_index(name, "deadline", columns, unique=unique, sqlite_where=RUNNING, postgresql_where=RUNNING)
