"""Time as rows: the limits with their legal basis, the calendar, each running clock, the rungs that fired."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key

RUNNING = "stopped_at IS NULL"
"""Predicate of the partial index: free of parameters, so that PostgreSQL's generic plan can still use it."""


class Limit(db.Model):
    """One limit of the province, versioned: the newest version in force is given to new clocks."""

    __tablename__ = "time_limit"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    amount: Mapped[int]
    unit: Mapped[str]
    from_event: Mapped[str]
    legal_basis: Mapped[str]
    valid_from: Mapped[date]


class CalendarDay(db.Model):
    """A day off on a weekday, or a weekend day that is worked instead."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """'off' or 'make_up'."""
    name_vi: Mapped[str]
    name_en: Mapped[str]
    source: Mapped[str]
    to_confirm: Mapped[bool] = mapped_column(default=False)
    """Nobody with the authority has decided this day yet: due dates over it are provisional."""


class CalendarVersion(db.Model):
    """Each change of the calendar gets a number, kept with every due date that was computed from it."""

    __tablename__ = "calendar_version"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str]
    years: Mapped[str]
    """Loaded years, comma-separated; beyond them dates are provisional."""


class Deadline(db.Model):
    """One running or stopped clock of a case. Late is never stored: it is ``due_at < now`` while running."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index("ix_deadline_running", "due_at", sqlite_where=text(RUNNING), postgresql_where=text(RUNNING)),
        Index("ix_deadline_case_id", "case_id"),
        Index("ix_deadline_holder_running", "agency_id", "due_at",
              sqlite_where=text(RUNNING), postgresql_where=text(RUNNING)),
        Index("uq_deadline_running_kind", "case_id", "kind", unique=True,
              sqlite_where=text(RUNNING), postgresql_where=text(RUNNING)),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    round: Mapped[int]
    kind: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    """Who holds the case while this clock runs; None for the citizen's total and for the intake desk."""
    started_at: Mapped[datetime] = mapped_column(Instant)
    started_on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    provisional: Mapped[bool] = mapped_column(default=False)
    limit_id: Mapped[int | None] = mapped_column(ForeignKey("time_limit.id"))
    """None only for commitments, whose date is a promise and not a limit."""
    calendar_version_id: Mapped[int | None] = mapped_column(ForeignKey("calendar_version.id"))
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    paused_days: Mapped[int] = mapped_column(default=0)
    """Working days given back so far while waiting for the sender."""
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    met: Mapped[bool | None]
    next_rung_on: Mapped[date | None] = mapped_column(index=True)
    """The day on which the sweep has to look at this row again; None: nothing more is owed."""


class Escalation(db.Model):
    """A rung that fired. Unique per (deadline, rung): that row decides, however many sweeps run."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("deadline_id", "rung"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    rung: Mapped[str]
    fired_at: Mapped[datetime] = mapped_column(Instant)
    days_late: Mapped[int]
    """Working days past due when it fired; negative for reminders before the day."""
