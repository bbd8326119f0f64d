"""What lateness brings: the head's explanation, the apology to the citizen."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Explanation(db.Model):
    """The head's explanation (giải trình) of why a case is late: demanded by the ladder, owed by a day. One for
    each late clock (Directive 27/CT-TTg of 27 October 2023)."""

    __tablename__ = "explanation"
    __table_args__ = (UniqueConstraint("late_deadline_id"), Index("ix_explanation_agency_id", "agency_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    late_deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    """The clock that ran out."""
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    demanded_at: Mapped[datetime] = mapped_column(Instant)
    cause: Mapped[str] = mapped_column(default="")
    """Cause of ``domain/lateness``: a code; empty while none was given."""
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """What happened and what will prevent it."""
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime | None] = mapped_column(Instant)
    """None: still owed. Its own clock is the Deadline row whose ``subject_id`` is this row."""


class Apology(db.Model):
    """An apology for a late answer, told to the sender: who, why, and a new date when it is still unfinished."""

    __tablename__ = "apology"
    __table_args__ = (Index("ix_apology_agency_id_made_at", "agency_id", "made_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    """The citizen's clock that ran out or was about to."""
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id"))
    """The late answer it goes with; None: it came before the answer, with a new date."""
    cause: Mapped[str]
    reason: Mapped[str]
    """Why it is late, in the words that the sender reads."""
    text: Mapped[str]
    """The apology itself."""
    new_on: Mapped[date | None]
    """The new date; None only when the answer is there."""
    days_late: Mapped[int]
    """Working days past due when it was made; 0 before the due date."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the agency's head signed; only then is the sender told."""
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    """The letter as PDF."""
