"""What the reader thought of each version, and the versions of its model."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what was read to the answers; make the table of models."""
    op.add_column("answer", sa.Column("sampled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("answer", sa.Column("hard", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("answer", sa.Column("probability", sa.Double(), nullable=True))
    op.add_column("answer", sa.Column("level", sa.String(), nullable=True))
    op.add_column("answer", sa.Column("reader_version", sa.String(), nullable=True))
    op.create_table(
        "reader_model",
        sa.Column("id", KEY, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("in_force", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reader_model")),
        sa.UniqueConstraint("version", name=op.f("uq_reader_model_version")),
    )
    op.create_index(
        "uq_reader_model_in_force", "reader_model", ["in_force"], unique=True,
        sqlite_where=sa.text("in_force"), postgresql_where=sa.text("in_force"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index(
        "uq_reader_model_in_force", table_name="reader_model",
        sqlite_where=sa.text("in_force"), postgresql_where=sa.text("in_force"),
    )
    op.drop_table("reader_model")
    with op.batch_alter_table("answer") as answer:
        answer.drop_column("reader_version")
        answer.drop_column("level")
        answer.drop_column("probability")
        answer.drop_column("hard")
        answer.drop_column("sampled")
