"""The published papers of each procedure."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The published papers of each procedure."""
    with op.batch_alter_table("procedure") as batch:
        batch.add_column(sa.Column("words", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("published_at", sa.Date(), nullable=True))
        batch.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
    op.create_table(
        "procedure_paper",
        sa.Column("id", KEY, nullable=False),
        sa.Column("procedure_id", KEY, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("digitised", sa.Boolean(), nullable=False),
        sa.Column("paper_needed_if_signed_online", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["procedure_id"], ["procedure.id"], name=op.f("fk_procedure_paper_procedure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_paper")),
        sa.UniqueConstraint("procedure_id", "name_vi", name=op.f("uq_procedure_paper_procedure_id_name_vi")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("procedure_paper")
    with op.batch_alter_table("procedure") as batch:
        batch.drop_column("closed_on")
        batch.drop_column("published_at")
        batch.drop_column("words")
