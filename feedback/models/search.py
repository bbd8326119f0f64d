"""What staff search in: folded words of each case, once as the office reads it and once as the agency may."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Key


class CaseTokens(db.Model):
    """A set of folded syllables and syllable pairs, without positions. On SQLite an FTS5 table follows this one by
    triggers; on PostgreSQL a GIN index stands on it. ``side`` keeps what an agency may find apart from the
    sender's own words: a search must not tell what reading would not."""

    __tablename__ = "case_tokens"
    __table_args__ = (UniqueConstraint("case_id", "side"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    side: Mapped[str]
    """'original' or 'masked'."""
    tokens: Mapped[str]
