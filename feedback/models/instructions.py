"""What supervisors order and come back to: instructions to an agency's head, follow-up notes on a case."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Instruction(db.Model):
    """An instruction (chỉ đạo) to the head of an agency with a due date, tracked like a case: reported, sent back
    or accepted. The clock is the Deadline row of kind instruction whose ``subject_id`` is this row."""

    __tablename__ = "instruction"
    __table_args__ = (
        Index("ix_instruction_agency_open", "agency_id",
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    """The case it is about; None: about the agency's work."""
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    body: Mapped[str]
    due_on: Mapped[date]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    reported_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the head last reported it as carried out; None again after the report was sent back."""
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(default="")
    """'accepted' or 'withdrawn'; empty while it runs."""


class InstructionEntry(db.Model):
    """One entry in the story of an instruction, never changed afterwards."""

    __tablename__ = "instruction_entry"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    instruction_id: Mapped[int] = mapped_column(ForeignKey("instruction.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str]
    """'report', 'sent_back', 'accepted', 'withdrawn' or 'note'."""
    body: Mapped[str]


class FollowUp(db.Model):
    """A supervisor's own note on a case with a day on which to look again."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_author_open", "author_id", "look_again_on",
              sqlite_where=text("done_at IS NULL"), postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body: Mapped[str]
    look_again_on: Mapped[date]
    written_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
