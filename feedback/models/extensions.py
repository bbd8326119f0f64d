"""More time: who asked for it before the due date, on which ground, and what the coordinator said."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Extension(db.Model):
    """One request for a later due date. Granted, it makes new Deadline rows that name the ones they go on from;
    denied or lapsed, the dates stay as they were. At most one granted a round (decree 61/2018/NĐ-CP, article 19.9,
    by analogy)."""

    __tablename__ = "extension"
    __table_args__ = (
        Index("uq_extension_open", "case_id", unique=True,
              sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL")),
        Index("ix_extension_case_id", "case_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    ground: Mapped[str]
    """Ground of ``domain/time_changes``: a code."""
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    """Why, in the words that the sender reads when it is granted."""
    evidence: Mapped[str]
    """What shows it: document and day, as named by who asked."""
    due_before: Mapped[date]
    """The citizen's due date when it was asked."""
    new_on: Mapped[date]
    """The citizen's due date that is asked for."""
    days: Mapped[int]
    """Working days between the two."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    granted: Mapped[bool | None]
    """None while it waits, and when it lapsed undecided (``decided_by_id`` is None then)."""
    decision_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
