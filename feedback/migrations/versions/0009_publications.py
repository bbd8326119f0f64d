"""What the public may read."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What the public may read."""
    op.create_table(
        "publication",
        sa.Column("id", KEY, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("agency_vi", sa.String(), nullable=False),
        sa.Column("agency_en", sa.String(), nullable=False),
        sa.Column("procedure_vi", sa.String(), nullable=True),
        sa.Column("procedure_en", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("found", sa.String(), nullable=False),
        sa.Column("done", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.Column("received_month", sa.String(), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("late_days", sa.Integer(), nullable=True),
        sa.Column("times_returned", sa.Integer(), nullable=False),
        sa.Column("times_passed_on", sa.Integer(), nullable=False),
        sa.Column("historical", sa.Boolean(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("unpublished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unpublished_reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("reference", name=op.f("uq_publication_reference")),
    )
    op.create_index(
        "ix_publication_agency_newest",
        "publication",
        ["agency_code", "published_on", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_index(
        "ix_publication_newest",
        "publication",
        ["published_on", "id"],
        unique=False,
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.create_table(
        "publication_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("marks", sa.String(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("held_reason", sa.String(), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publish_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_draft")),
        sa.UniqueConstraint("case_id", name=op.f("uq_publication_draft_case_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_publication_draft_reference")),
    )
    op.create_index("ix_publication_draft_status", "publication_draft", ["status", "id"], unique=False)
    op.create_table(
        "register_count",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_register_count")),
    )
    op.create_table(
        "publication_point",
        sa.Column("id", KEY, nullable=False),
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_point_publication_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication_point")),
        sa.UniqueConstraint("publication_id", "n", name=op.f("uq_publication_point_publication_id_n")),
    )
    op.create_table(
        "publication_tokens",
        sa.Column("publication_id", KEY, nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_publication_tokens_publication_id")
        ),
        sa.PrimaryKeyConstraint("publication_id", name=op.f("pk_publication_tokens")),
    )


def downgrade() -> None:
    """Take these tables away."""
    op.drop_table("publication_tokens")
    op.drop_table("publication_point")
    op.drop_table("register_count")
    op.drop_index("ix_publication_draft_status", table_name="publication_draft")
    op.drop_table("publication_draft")
    op.drop_index(
        "ix_publication_newest",
        table_name="publication",
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.drop_index(
        "ix_publication_agency_newest",
        table_name="publication",
        sqlite_where=sa.text("status = 'published'"),
        postgresql_where=sa.text("status = 'published'"),
    )
    op.drop_table("publication")
