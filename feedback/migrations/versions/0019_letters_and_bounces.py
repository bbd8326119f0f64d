"""Letters on paper, answers in English, mails that did not arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Letters on paper, answers in English, mails that did not arrive."""
    op.create_table(
        "letter",
        sa.Column("id", KEY, nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("answer_id", KEY, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("signatory", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", KEY, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("posted_how", sa.String(), nullable=True),
        sa.Column("posted_by_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_letter_answer_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_letter_case_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_letter_made_by_id")),
        sa.ForeignKeyConstraint(["posted_by_id"], ["person.id"], name=op.f("fk_letter_posted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("token", name=op.f("uq_letter_token")),
    )
    op.create_index("ix_letter_case_id", "letter", ["case_id"], unique=False)
    with op.batch_alter_table("answer") as batch:
        batch.add_column(sa.Column("english", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("outbox") as batch:
        batch.add_column(sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("bounce_code", sa.String(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("outbox") as batch:
        batch.drop_column("bounce_code")
        batch.drop_column("bounced_at")
    with op.batch_alter_table("answer") as batch:
        batch.drop_column("english")
    op.drop_table("letter")
