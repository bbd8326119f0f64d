"""The second step of signing in, and what people see of their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """The second step of signing in, and what people see of their sessions."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("totp_sealed", sa.LargeBinary(), nullable=True))
        batch.add_column(sa.Column("totp_step", KEY, nullable=True))
        batch.add_column(sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("staff_session") as batch:
        batch.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("device", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "recovery_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"], unique=False)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("recovery_code")
    with op.batch_alter_table("staff_session") as batch:
        batch.drop_column("device")
        batch.drop_column("proved_at")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("totp_since")
        batch.drop_column("totp_step")
        batch.drop_column("totp_sealed")
