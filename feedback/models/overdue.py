"""The public list of overdue cases as the sweep copied it: readers never walk the cases. Names no other model."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant


class OverdueListing(db.Model):
    """One case that the ladder made public: a minimal row, never a word of what was written (design §13.12)."""

    __tablename__ = "overdue_listing"
    __table_args__ = (Index("ix_overdue_listing_due_on", "due_on", "reference"),)

    reference: Mapped[str] = mapped_column(primary_key=True)
    agency_code: Mapped[str]
    """Empty while no agency has it."""
    agency_vi: Mapped[str]
    agency_en: Mapped[str]
    category: Mapped[str]
    """Category of ``domain/kinds``; empty where showing it could point at the sender."""
    due_on: Mapped[date]
    days_late: Mapped[int]
    """Working days past due when it was counted."""
    counted_at: Mapped[datetime] = mapped_column(Instant)


class OverdueTotal(db.Model):
    """How many of these cases one agency has, and (with ``post``) how many are with people of one post there."""

    __tablename__ = "overdue_total"

    agency_code: Mapped[str] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    """Empty: the agency as a whole. A post with few cases has no row of its own."""
    agency_vi: Mapped[str]
    agency_en: Mapped[str]
    cases: Mapped[int]
    most_days: Mapped[int]
    """Working days past due of its oldest one."""
