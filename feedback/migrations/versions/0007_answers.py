"""Answers, version by version, and what people decided about them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Answers, version by version, and what people decided about them."""
    op.create_table(
        "answer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author_id", KEY, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.Column("findings", sa.String(), nullable=False),
        sa.Column("override_note_id", KEY, nullable=True),
        sa.Column("close_reading", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", KEY, nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_answer_approved_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_answer_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_answer_case_id")),
        sa.ForeignKeyConstraint(["override_note_id"], ["note.id"], name=op.f("fk_answer_override_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("case_id", "round", "version", name=op.f("uq_answer_case_id_round_version")),
    )
    op.create_table(
        "answer_point",
        sa.Column("id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_point_answer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_point")),
        sa.UniqueConstraint("answer_id", "n", name=op.f("uq_answer_point_answer_id_n")),
    )
    op.create_table(
        "review",
        sa.Column("id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=False),
        sa.Column("reviewer_id", KEY, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("codes", sa.String(), nullable=False),
        sa.Column("note_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_review_answer_id")),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_review_note_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_review_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_answer_id"), "review", ["answer_id"], unique=False)


def downgrade() -> None:
    """Take these tables away."""
    op.drop_index(op.f("ix_review_answer_id"), table_name="review")
    op.drop_table("review")
    op.drop_table("answer_point")
    op.drop_table("answer")
