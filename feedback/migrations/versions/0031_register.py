"""The register: who held a case and its way, who says "me too", first numbers, nightly files, keys of systems."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def _of_publication(table: str, *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("id", _KEY, nullable=False),
        sa.Column("publication_id", _KEY, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"],
                                name=op.f(f"fk_{table}_publication_id_publication")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def upgrade() -> None:
    """Make the tables and columns. What was published before keeps empty places there."""
    with op.batch_alter_table("publication") as batch:
        batch.add_column(sa.Column("procedure_code", sa.String()))
        batch.add_column(sa.Column("times_objected", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("me_too", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("changed_at", _INSTANT))
    op.create_index("ix_publication_changed", "publication", ["changed_at", "id"], unique=False)
    _of_publication(
        "publication_holder", sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False), sa.Column("agency_vi", sa.String(), nullable=False),
        sa.Column("agency_en", sa.String(), nullable=False), sa.Column("came_by", sa.String(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False), sa.Column("loop", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("publication_id", "n", name=op.f("uq_publication_holder_publication_id_n")))
    _of_publication(
        "publication_step", sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False), sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.UniqueConstraint("publication_id", "n", name=op.f("uq_publication_step_publication_id_n")))
    _of_publication(
        "me_too", sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.UniqueConstraint("publication_id", "fingerprint", name=op.f("uq_me_too_publication_id_fingerprint")))
    op.create_index("ix_me_too_said_on", "me_too", ["said_on"], unique=False)
    op.create_table(
        "first_number",
        sa.Column("scope", sa.String(), nullable=False), sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False), sa.Column("value", sa.Integer()),
        sa.Column("of", sa.Integer()), sa.Column("computed_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("scope", "code", "name", name=op.f("pk_first_number")))
    op.create_table(
        "open_data_file",
        sa.Column("name", sa.String(), nullable=False), sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False), sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_open_data_file")))
    op.create_table(
        "api_key",
        sa.Column("id", _KEY, nullable=False), sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False), sa.Column("made_at", _INSTANT, nullable=False),
        sa.Column("made_by_id", sa.Integer()), sa.Column("revoked_at", _INSTANT),
        sa.Column("last_used_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")))


def downgrade() -> None:
    """Take them away."""
    for table in ("api_key", "open_data_file", "first_number", "me_too", "publication_step", "publication_holder"):
        op.drop_table(table)
    op.drop_index("ix_publication_changed", table_name="publication")
    with op.batch_alter_table("publication") as batch:
        for name in ("changed_at", "me_too", "times_objected", "procedure_code"):
            batch.drop_column(name)
