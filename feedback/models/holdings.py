"""Who holds a case and for how long (the buck-passing ledger), and who else has to contribute."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Holding(db.Model):
    """One stretch of time in which one agency held a case. Written with the move that gives or takes the case,
    never afterwards; ``until`` None: it holds it now."""

    __tablename__ = "holding"
    __table_args__ = (
        UniqueConstraint("case_id", "n"),
        Index("ix_holding_agency_id_since", "agency_id", "since"),
        Index("uq_holding_now", "case_id", unique=True,
              sqlite_where=text("until IS NULL"), postgresql_where=text("until IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    n: Mapped[int]
    """Counts from 1 within the case."""
    round: Mapped[int]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    came_by: Mapped[str]
    """CameBy of ``domain/passing``: assigned, transferred, reorganised or reopened."""
    since: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
    loop: Mapped[bool] = mapped_column(default=False)
    """It came by transfer to an agency that had held it before in the same round: A → B → A."""


class Contribution(db.Model):
    """What a second agency has to give to the answer of the lead, with its own due date."""

    __tablename__ = "contribution"
    __table_args__ = (
        Index("ix_contribution_case_id", "case_id"),
        Index("ix_contribution_agency_open", "agency_id",
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"))
    asked_note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    """What is wanted of it. The contributor sees this and the masked complaint, nothing else of the case."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    given_note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was given, or taken back (``given_note_id`` is None then). The clock is the Deadline row whose
    ``subject_id`` is this row."""
