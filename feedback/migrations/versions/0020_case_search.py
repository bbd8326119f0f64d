"""Staff search: folded words of each case, with an FTS5 table that follows by triggers, or a GIN index."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Tokens come folded, as [a-z0-9_] with one space between (feedback.domain.folding): nothing may part them.
FTS = """
CREATE VIRTUAL TABLE case_fts USING fts5(
    tokens, content='case_tokens', content_rowid='id', detail=none, tokenize="ascii tokenchars '_'")
"""
FORGET = "INSERT INTO case_fts(case_fts, rowid, tokens) VALUES ('delete', old.id, old.tokens)"
LEARN = "INSERT INTO case_fts(rowid, tokens) VALUES (new.id, new.tokens)"
TRIGGERS = {
    "case_tokens_added": f"AFTER INSERT ON case_tokens BEGIN {LEARN}; END",
    "case_tokens_removed": f"AFTER DELETE ON case_tokens BEGIN {FORGET}; END",
    "case_tokens_changed": f"AFTER UPDATE ON case_tokens BEGIN {FORGET}; {LEARN}; END",
}
GIN = """
CREATE INDEX ix_case_tokens_words ON case_tokens USING gin (array_to_tsvector(string_to_array(tokens, ' ')))
"""


def upgrade() -> None:
    """Make the table and its index. Older cases are put in by ``feedback case index`` or at their next change."""
    op.create_table(
        "case_tokens",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("tokens", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_tokens_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_tokens")),
        sa.UniqueConstraint("case_id", "side", name=op.f("uq_case_tokens_case_id_side")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS)
        for name, rule in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
    else:
        op.execute(GIN)


def downgrade() -> None:
    """Take them away."""
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE case_fts")
    else:
        op.execute("DROP INDEX ix_case_tokens_words")
    op.drop_table("case_tokens")
