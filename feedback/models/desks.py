"""What members of staff keep for themselves: filters, blocks of text, and what they have read."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class SavedFilter(db.Model):
    """A filter of one list under a name. ``query`` is the list's query string, never with search words in it."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("person_id", "list", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    list: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]


class SeenCase(db.Model):
    """Up to which version somebody has read a case; newer than that is unread."""

    __tablename__ = "seen_case"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), primary_key=True)
    version: Mapped[int]
    seen_at: Mapped[datetime] = mapped_column(Instant)


class TextBlock(db.Model):
    """Words somebody uses often. Places to fill in stand in double square brackets and have to be completed before
    the answer can be sent: a block alone is not an answer."""

    __tablename__ = "text_block"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    body: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Instant)
