"""Promises of published answers."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "publication_promise",
        sa.Column("id", KEY, nullable=False),
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("standing", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["publication_id"], ["publication.id"],
                                name=op.f("fk_publication_promise_publication_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_promise")),
        sa.UniqueConstraint("publication_id", "n", name=op.f("uq_publication_promise_publication_id_n")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("publication_promise")
