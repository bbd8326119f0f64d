"""What a complaint says besides its text: urgency, dossier, firm, signers, who entered it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What a complaint says besides its text: urgency, dossier, firm, signers, who entered it."""
    with op.batch_alter_table("case_file") as batch:
        batch.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("hindrance", sa.String(), nullable=True))
        batch.add_column(sa.Column("dossier_number", sa.String(), nullable=True))
        batch.add_column(sa.Column("dossier_folded", sa.String(), nullable=True))
        batch.add_column(sa.Column("dossier_shared", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("sender_kind", sa.String(), nullable=False, server_default="person"))
        batch.add_column(sa.Column("on_behalf", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("signers", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("named_agency_id", KEY, nullable=True))
        batch.add_column(sa.Column("entered_by_id", KEY, nullable=True))
        batch.add_column(sa.Column("doubts", sa.String(), nullable=False, server_default=""))
        batch.add_column(sa.Column("translated", sa.String(), nullable=True))
        batch.add_column(sa.Column("moved_up", sa.String(), nullable=False, server_default=""))
        batch.create_index("ix_case_file_dossier_folded", ["dossier_folded"], unique=False)
        batch.create_foreign_key(op.f("fk_case_file_named_agency_id"), "agency", ["named_agency_id"], ["id"])
        batch.create_foreign_key(op.f("fk_case_file_entered_by_id"), "person", ["entered_by_id"], ["id"])


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("case_file") as batch:
        batch.drop_constraint("fk_case_file_entered_by_id", type_="foreignkey")
        batch.drop_constraint("fk_case_file_named_agency_id", type_="foreignkey")
        batch.drop_index("ix_case_file_dossier_folded")
        batch.drop_column("moved_up")
        batch.drop_column("translated")
        batch.drop_column("doubts")
        batch.drop_column("entered_by_id")
        batch.drop_column("named_agency_id")
        batch.drop_column("signers")
        batch.drop_column("on_behalf")
        batch.drop_column("sender_kind")
        batch.drop_column("dossier_shared")
        batch.drop_column("dossier_folded")
        batch.drop_column("dossier_number")
        batch.drop_column("hindrance")
        batch.drop_column("urgent")
