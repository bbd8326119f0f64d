"""Answers: the draft being written, each submitted version for ever, and what people at the gate decided."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Answer(db.Model):
    """One version of an answer. ``submitted_at`` None: the draft, still editable. Once submitted the row is
    never changed; a returned answer is written as the next version."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("case_id", "round", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    version: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None]
    found: Mapped[str] = mapped_column(default="")
    done: Mapped[str] = mapped_column(default="")
    owner: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    ground: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    english: Mapped[str] = mapped_column(default="")
    """The answer in English for a sender who wrote in English; the Vietnamese one stands beside it."""
    findings: Mapped[str] = mapped_column(default="[]")
    """JSON list of the findings of the check when it was submitted, as ``domain.answers`` gave them."""
    override_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """The written reason for submitting although findings were open."""
    close_reading: Mapped[bool] = mapped_column(default=False)
    """Whether the gate reads it closely: flagged for certain, or drawn."""
    sampled: Mapped[bool] = mapped_column(default=False)
    """Drawn at random from the unflagged, so that what the reader misses is known too."""
    probability: Mapped[float | None]
    """The reader's probability (0–1) that the answer does not answer; None before it was submitted."""
    hard: Mapped[bool] = mapped_column(default=False)
    """A rule that needs no probability spoke: no answer, only a link, or a boilerplate."""
    level: Mapped[str | None]
    """Level of ``domain/answers/taxonomy`` when it was submitted."""
    reader_version: Mapped[str | None]
    """Version of the model that read it."""
    saved_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    points: Mapped[list["AnswerPoint"]] = relationship(lazy="raise_on_sql", order_by="AnswerPoint.n",
                                                       cascade="all, delete-orphan")


class AnswerPoint(db.Model):
    """The answer to one numbered point."""

    __tablename__ = "answer_point"
    __table_args__ = (UniqueConstraint("answer_id", "n"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"))
    n: Mapped[int]
    text: Mapped[str]


class Review(db.Model):
    """What the agency's head or the gate decided about one submitted version."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    action: Mapped[str]
    """The move made: approve, send_back, release or return."""
    codes: Mapped[str] = mapped_column(default="")
    """Flags ticked as reasons of a return, comma-separated."""
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    at: Mapped[datetime] = mapped_column(Instant)
