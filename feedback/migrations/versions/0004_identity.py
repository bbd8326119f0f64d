"""Who sent a case, sealed, and leave to open it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Who sent a case, sealed, and leave to open it."""
    op.create_table(
        "sealed_identity",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("blind_index", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purge_after", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_sealed_identity_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_identity")),
        sa.UniqueConstraint("case_id", "field", name=op.f("uq_sealed_identity_case_id_field")),
    )
    op.create_index(op.f("ix_sealed_identity_blind_index"), "sealed_identity", ["blind_index"], unique=False)
    op.create_table(
        "identity_grant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("note_id", KEY, nullable=False),
        sa.Column("granted_by_id", KEY, nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_identity_grant_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_identity_grant_case_id")),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["person.id"], name=op.f("fk_identity_grant_granted_by_id")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_identity_grant_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_grant")),
    )


def downgrade() -> None:
    """Take these tables away."""
    op.drop_table("identity_grant")
    op.drop_index(op.f("ix_sealed_identity_blind_index"), table_name="sealed_identity")
    op.drop_table("sealed_identity")
