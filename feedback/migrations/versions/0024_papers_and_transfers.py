"""Papers asked for beyond the published list, and requests to transfer."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "paper_finding",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("paper_id", KEY, nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("override_note_id", KEY, nullable=True),
        sa.Column("seen_by_id", KEY, nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_paper_finding_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_paper_finding_case_id")),
        sa.ForeignKeyConstraint(["override_note_id"], ["note.id"], name=op.f("fk_paper_finding_override_note_id")),
        sa.ForeignKeyConstraint(["paper_id"], ["procedure_paper.id"], name=op.f("fk_paper_finding_paper_id")),
        sa.ForeignKeyConstraint(["seen_by_id"], ["person.id"], name=op.f("fk_paper_finding_seen_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_finding")),
    )
    op.create_index("ix_paper_finding_case_id", "paper_finding", ["case_id"], unique=False)
    op.create_table(
        "transfer_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("from_agency_id", KEY, nullable=False),
        sa.Column("to_agency_id", KEY, nullable=False),
        sa.Column("note_id", KEY, nullable=False),
        sa.Column("asked_by_id", KEY, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", KEY, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("decision_note_id", KEY, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_transfer_request_asked_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_transfer_request_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_transfer_request_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["decision_note_id"], ["note.id"], name=op.f("fk_transfer_request_decision_note_id"),
        ),
        sa.ForeignKeyConstraint(
            ["from_agency_id"], ["agency.id"], name=op.f("fk_transfer_request_from_agency_id"),
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_transfer_request_note_id")),
        sa.ForeignKeyConstraint(["to_agency_id"], ["agency.id"], name=op.f("fk_transfer_request_to_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_request")),
    )
    op.create_index(
        "uq_transfer_request_open", "transfer_request", ["case_id"], unique=True,
        sqlite_where=sa.text("decided_at IS NULL"), postgresql_where=sa.text("decided_at IS NULL"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_index(
        "uq_transfer_request_open", table_name="transfer_request",
        sqlite_where=sa.text("decided_at IS NULL"), postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.drop_table("transfer_request")
    op.drop_index("ix_paper_finding_case_id", table_name="paper_finding")
    op.drop_table("paper_finding")
