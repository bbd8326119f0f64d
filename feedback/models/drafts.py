"""Complaints that are still being written, sealed with a key that only the writer's browser has."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class ComplaintDraft(db.Model):
    """One unfinished form. ``sealed`` opens only with the random value in the browser's cookie, of which a hash is
    kept here: neither the office nor a copy of the database can read it."""

    __tablename__ = "complaint_draft"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
