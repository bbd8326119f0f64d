"""Time as rows: the limits with their legal basis, the calendar, each running clock, the rungs that fired."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key

OWING = "next_rung_at IS NOT NULL"
RUNNING = "stopped_at IS NULL"
"""Predicate of the partial index: free of parameters, so that PostgreSQL's generic plan can still use it."""


class Limit(db.Model):
    """One limit of the province, versioned: the newest version in force is given to new clocks.

    A row may hold for some cases only (the columns from ``category`` on; None: for all). Of the rows whose
    conditions a case meets the one with most conditions is taken, of these the newest version.
    """

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
    valid_to: Mapped[date | None]
    """Last day on which it is given to new clocks; None: until a newer version. Only narrowed rows end."""
    category: Mapped[str | None]
    case_kind: Mapped[str | None]
    """ComplaintKind of feedback.domain.kinds."""
    urgent: Mapped[bool | None]
    complex: Mapped[bool | None]
    tier: Mapped[str | None]
    """Tier of the handling agency."""
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))


class LadderRung(db.Model):
    """One step of the province's ladder for one kind of clock; ``domain/escalation`` has what a new installation
    starts with. Unique per (kind, key): the key is written into every escalation."""

    __tablename__ = "ladder_rung"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    offset: Mapped[int]
    """Distance from the due day in ``unit``; negative: before it."""
    unit: Mapped[str]
    """'working_days' or 'working_hours'."""
    tell: Mapped[str]
    """Recipient of feedback.domain.notices."""
    does: Mapped[str] = mapped_column(default="")
    """What it brings besides the message, a code of ``domain/escalation.Effect``; empty: nothing."""
    active: Mapped[bool] = mapped_column(default=True)


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
        Index("ix_deadline_next_rung_at", "next_rung_at",
              sqlite_where=text(OWING), postgresql_where=text(OWING)),
        Index("uq_deadline_running_kind", "case_id", "kind", "subject_id", unique=True,
              sqlite_where=text(RUNNING), postgresql_where=text(RUNNING)),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    """None only for an instruction that is about no single case."""
    subject_id: Mapped[int] = mapped_column(Key, default=0)
    """Row that the clock belongs to, where a case may have several of its kind at once (contribution, explanation,
    instruction, transfer request); 0: the case itself."""
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
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("deadline.id"))
    """The clock that this one goes on from after an extension (``models/extensions``)."""
    next_rung_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the sweep has to look at this row again; None: nothing more is owed."""


class Escalation(db.Model):
    """A rung that fired. Unique per (deadline, rung): that row decides, however many sweeps run."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("deadline_id", "rung"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    deadline_id: Mapped[int] = mapped_column(ForeignKey("deadline.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    rung: Mapped[str]
    fired_at: Mapped[datetime] = mapped_column(Instant)
    days_late: Mapped[int]
    """Working days past due when it fired; negative for reminders before the day."""
