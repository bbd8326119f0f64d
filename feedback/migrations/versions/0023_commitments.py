"""Dated promises with their public line."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "commitment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("deadline_id", KEY, nullable=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_note_id", KEY, nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_commitment_answer_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_commitment_case_id")),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadline.id"], name=op.f("fk_commitment_deadline_id")),
        sa.ForeignKeyConstraint(["kept_note_id"], ["note.id"], name=op.f("fk_commitment_kept_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )
    op.create_index("ix_commitment_case_id", "commitment", ["case_id"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_commitment_case_id", table_name="commitment")
    op.drop_table("commitment")
