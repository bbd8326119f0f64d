"""A lost tracking key: who asked for a new one, how they proved themselves, and when it was given."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class KeyReissue(db.Model):
    """One request for a new tracking key (design §13.1). By the contact: a code is mailed, which is worked out
    from this row and kept nowhere. At the counter: one person asks with what was checked, another confirms."""

    __tablename__ = "key_reissue"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    way: Mapped[str]
    """'contact' or 'counter'."""
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """Counter: what was checked to be sure that this is the sender."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    granted: Mapped[bool | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong codes typed so far."""
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the new key was shown; the old one opens nothing from then on."""
