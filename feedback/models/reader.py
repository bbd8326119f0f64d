"""What people said about the reader, what they and the model's makers made of it, and what was promised or asked.

The reader itself knows no database: ``domain/answers``.
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class ReaderModel(db.Model):
    """One version of the reader's model, shared by all processes. Without a row in force the shipped one reads."""

    __tablename__ = "reader_model"
    __table_args__ = (
        Index("uq_reader_model_in_force", "in_force", unique=True,
              sqlite_where=text("in_force"), postgresql_where=text("in_force")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version: Mapped[str] = mapped_column(unique=True)
    made_on: Mapped[date]
    author: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    """The model's file (``domain/answers/model.py``), as JSON."""
    in_force: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime] = mapped_column(Instant)


class AnswerVerdict(db.Model):
    """What a supervisor said of a whole answer: the truth that the reader is measured by."""

    __tablename__ = "answer_verdict"
    __table_args__ = (UniqueConstraint("answer_id", "reviewer_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    level: Mapped[str]
    """Level of ``domain/answers/taxonomy``: clear, not_clear or not_answered."""
    weight: Mapped[float] = mapped_column(default=1.0)
    """One over the probability with which an answer like this one is read closely: 1 for the flagged, 20 for the
    random twentieth of the others, 0 for one of the quick look, whom nobody drew. Without it recall could not be
    known."""
    at: Mapped[datetime] = mapped_column(Instant)


class FlagVerdict(db.Model):
    """What a supervisor said of one flag: right, wrong, or (raised by them) missed by the reader."""

    __tablename__ = "flag_verdict"
    __table_args__ = (Index("ix_flag_verdict_answer_id", "answer_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    code: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    point: Mapped[int | None]
    start: Mapped[int] = mapped_column(default=0)
    end: Mapped[int] = mapped_column(default=0)
    said: Mapped[str]
    """'right', 'wrong' or 'missed'."""
    at: Mapped[datetime] = mapped_column(Instant)


class Commitment(db.Model):
    """A dated promise of a released answer: its public line, who keeps it, and how it ended (design §13.7). The
    clock is the Deadline row; only the earliest open promise of a case has a running one."""

    __tablename__ = "commitment"
    __table_args__ = (Index("ix_commitment_case_id", "case_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    deadline_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"))
    line: Mapped[str]
    """What is promised, in the answer's own words; shown to the sender, and to the public once the answer is."""
    owner: Mapped[str] = mapped_column(default="")
    promised_on: Mapped[date]
    kept_at: Mapped[datetime | None] = mapped_column(Instant)
    kept_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """How it was kept, in the officer's words."""
    broken_at: Mapped[datetime | None] = mapped_column(Instant)


class PaperFinding(db.Model):
    """A line of a question to the sender that asks for more than the procedure's published list allows."""

    __tablename__ = "paper_finding"
    __table_args__ = (Index("ix_paper_finding_case_id", "case_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    line: Mapped[str]
    """The words of the question."""
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("procedure_paper.id"))
    code: Mapped[str]
    """PaperFault of ``domain/papers``."""
    source: Mapped[str]
    """The provision that forbids asking for it."""
    override_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """Why it was asked all the same."""
    seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    """The coordinator has read it."""


class TransferRequest(db.Model):
    """The holder of a case says that another agency is competent; a record of its own, never a state."""

    __tablename__ = "transfer_request"
    __table_args__ = (
        Index("uq_transfer_request_open", "case_id", unique=True,
              sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    from_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    to_agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    """The ground: the provision that makes the other agency competent, and the fact it applies to."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who answered for the agency that was named."""
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    accepted: Mapped[bool | None]
    """Whether that agency takes the case; None while it has not said, also after its time has run out."""
    answer_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """Why it does not."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    granted: Mapped[bool | None]
    decision_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
