"""Full-text search over the published tokens: an FTS5 table that follows by triggers, or a GIN index."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Tokens come folded, as [a-z0-9_] with one space between (feedback.domain.folding): nothing may part them.
FTS = """
CREATE VIRTUAL TABLE publication_fts USING fts5(
    tokens, content='publication_tokens', content_rowid='publication_id', detail=none,
    tokenize="ascii tokenchars '_'")
"""
FORGET = """INSERT INTO publication_fts(publication_fts, rowid, tokens)
    VALUES ('delete', old.publication_id, old.tokens)"""
LEARN = "INSERT INTO publication_fts(rowid, tokens) VALUES (new.publication_id, new.tokens)"
TRIGGERS = {
    "publication_tokens_added": f"AFTER INSERT ON publication_tokens BEGIN {LEARN}; END",
    "publication_tokens_removed": f"AFTER DELETE ON publication_tokens BEGIN {FORGET}; END",
    "publication_tokens_changed": f"AFTER UPDATE ON publication_tokens BEGIN {FORGET}; {LEARN}; END",
}
# Not to_tsvector: its parser would part den_duong at the underscore. Queries must use this very expression.
GIN = """
CREATE INDEX ix_publication_tokens_words ON publication_tokens
    USING gin (array_to_tsvector(string_to_array(tokens, ' ')))
"""


def upgrade() -> None:
    """Make the index, and fill it with what is published already."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(FTS)
        for name, rule in TRIGGERS.items():
            op.execute(f"CREATE TRIGGER {name} {rule}")
        op.execute("INSERT INTO publication_fts(publication_fts) VALUES ('rebuild')")
    else:
        op.execute(GIN)


def downgrade() -> None:
    """Take it away; the tokens stay."""
    if op.get_bind().dialect.name == "sqlite":
        for name in TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
        op.execute("DROP TABLE publication_fts")
    else:
        op.execute("DROP INDEX ix_publication_tokens_words")
