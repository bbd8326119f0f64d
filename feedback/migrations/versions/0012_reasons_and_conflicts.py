"""Listed reasons on proposals, and why a case is hidden from somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Listed reasons on proposals, and why a case is hidden from somebody."""
    with op.batch_alter_table("conflict") as batch:
        batch.add_column(sa.Column("about", sa.String(), nullable=False, server_default="officer"))
        batch.add_column(sa.Column("note_id", KEY, nullable=True))
        batch.add_column(sa.Column("recorded_by_id", KEY, nullable=True))
        batch.add_column(sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_conflict_note_id"), "note", ["note_id"], ["id"])
        batch.create_foreign_key(op.f("fk_conflict_recorded_by_id"), "person", ["recorded_by_id"], ["id"])
    with op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("reason_code", sa.String(), nullable=True))
        batch.add_column(sa.Column("pressed", sa.Boolean(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("proposal") as batch:
        batch.drop_column("pressed")
        batch.drop_column("reason_code")
    with op.batch_alter_table("conflict") as batch:
        batch.drop_constraint("fk_conflict_recorded_by_id", type_="foreignkey")
        batch.drop_constraint("fk_conflict_note_id", type_="foreignkey")
        batch.drop_column("recorded_at")
        batch.drop_column("recorded_by_id")
        batch.drop_column("note_id")
        batch.drop_column("about")
