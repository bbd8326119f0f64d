"""What supervisors said of answers and of single flags."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "answer_verdict",
        sa.Column("id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_verdict_answer_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_answer_verdict_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_verdict")),
        sa.UniqueConstraint("answer_id", "reviewer_id", name=op.f("uq_answer_verdict_answer_id_reviewer_id")),
    )
    op.create_table(
        "flag_verdict",
        sa.Column("id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("point", sa.Integer(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("said", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_flag_verdict_answer_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_flag_verdict_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_verdict")),
    )
    op.create_index("ix_flag_verdict_answer_id", "flag_verdict", ["answer_id"], unique=False)


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_flag_verdict_answer_id", table_name="flag_verdict")
    op.drop_table("flag_verdict")
    op.drop_table("answer_verdict")
