"""What the province sets for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """What the province sets for itself."""
    op.create_table(
        "category_setting",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("route_agency_id", KEY, nullable=True),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("hint_vi", sa.String(), nullable=False),
        sa.Column("hint_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_agency_id"], ["agency.id"], name=op.f("fk_category_setting_route_agency_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category_setting")),
    )
    op.create_table(
        "listed_reason",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name_vi", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("text_vi", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_listed_reason_code")),
    )
    op.create_table(
        "province_text",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("vi", sa.String(), nullable=False),
        sa.Column("en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_province_text")),
    )
    op.create_table(
        "province_switch",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_province_switch")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("province_switch")
    op.drop_table("province_text")
    op.drop_table("listed_reason")
    op.drop_table("category_setting")
