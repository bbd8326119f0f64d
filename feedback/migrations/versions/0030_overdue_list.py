"""The public list of overdue cases, as the counting sweep copies it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the next count fills them."""
    op.create_table(
        "overdue_listing",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("agency_vi", sa.String(), nullable=False),
        sa.Column("agency_en", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_late", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_overdue_listing")),
    )
    op.create_index("ix_overdue_listing_due_on", "overdue_listing", ["due_on", "reference"], unique=False)
    op.create_table(
        "overdue_total",
        sa.Column("agency_code", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("agency_vi", sa.String(), nullable=False),
        sa.Column("agency_en", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("most_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_code", "post", name=op.f("pk_overdue_total")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("overdue_total")
    op.drop_index("ix_overdue_listing_due_on", table_name="overdue_listing")
    op.drop_table("overdue_listing")
