"""One limit a clock, narrowed by rows: what were keys of their own become conditions."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NARROWED = (("total_complex", "total", "complex", True), ("legal_document", "total", "case_kind", "rule"),
            ("receive_urgent", "receive", "urgent", True), ("handle_complex", "handle", "complex", True))
"""Key until now, the key it becomes, and the condition that says the same. The fifteen days for the content of a
rule are counted from receipt, so they are the citizen's clock and not the agency's."""

CONDITIONS = ("category", "case_kind", "urgent", "complex", "tier", "procedure_id")
LIMITS = sa.table("time_limit", sa.column("id"), sa.column("key"), sa.column("version"),
                  *(sa.column(name) for name in CONDITIONS))


def upgrade() -> None:
    """Rename the rows. Ids stay, so every clock keeps the limit it was given; versions go on counting."""
    bind = op.get_bind()
    for was, becomes, column, value in NARROWED:
        newest = bind.scalar(sa.select(sa.func.max(LIMITS.c.version)).where(LIMITS.c.key == becomes)) or 0
        rows = bind.scalars(sa.select(LIMITS.c.id).where(LIMITS.c.key == was).order_by(LIMITS.c.version)).all()
        for place, row_id in enumerate(rows, start=1):
            bind.execute(LIMITS.update().where(LIMITS.c.id == row_id).values(
                {"key": becomes, "version": newest + place, column: value}))


def downgrade() -> None:
    """Give back the old keys. Other narrowed rows cannot be told to an older program: those no clock names go."""
    bind = op.get_bind()
    for was, becomes, column, value in NARROWED:
        others = [LIMITS.c[name].is_(None) for name in CONDITIONS if name != column]
        rows = bind.scalars(sa.select(LIMITS.c.id).where(
            LIMITS.c.key == becomes, LIMITS.c[column] == value, *others).order_by(LIMITS.c.version)).all()
        for place, row_id in enumerate(rows, start=1):
            bind.execute(LIMITS.update().where(LIMITS.c.id == row_id).values(
                {"key": was, "version": place, column: None}))
    narrowed = sa.or_(*(LIMITS.c[name].is_not(None) for name in CONDITIONS))
    used = sa.select(sa.table("deadline", sa.column("limit_id")).c.limit_id).where(
        sa.column("limit_id").is_not(None))
    bind.execute(LIMITS.delete().where(narrowed, LIMITS.c.id.not_in(used)))
