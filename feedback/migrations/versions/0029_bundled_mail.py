"""Reminders that are owed to one recipient at the same time are one mail."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

OWED = sa.text("sent_at IS NULL AND dead_at IS NULL")
BUNDLED = sa.text("bundle IS NOT NULL")


def upgrade() -> None:
    """Add the name of the mail that a row goes out with."""
    op.add_column("outbox", sa.Column("bundle", sa.String(), nullable=True))
    op.create_index("ix_outbox_owed_person", "outbox", ["person_id", "notice"], unique=False,
                    sqlite_where=OWED, postgresql_where=OWED)
    op.create_index("ix_outbox_bundle", "outbox", ["bundle"], unique=False,
                    sqlite_where=BUNDLED, postgresql_where=BUNDLED)


def downgrade() -> None:
    """Take it away: each row is a mail of its own again."""
    op.drop_index("ix_outbox_bundle", table_name="outbox", sqlite_where=BUNDLED, postgresql_where=BUNDLED)
    op.drop_index("ix_outbox_owed_person", table_name="outbox", sqlite_where=OWED, postgresql_where=OWED)
    op.drop_column("outbox", "bundle")
