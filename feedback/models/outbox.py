"""What is owed to the outside, written with the change that owes it; and when each sweep last ran."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key

OWED = "sent_at IS NULL AND dead_at IS NULL"
BUNDLED = "bundle IS NOT NULL"


class Outbox(db.Model):
    """One notice to one recipient. Holds ids and codes only: the address is asked for when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_owed", "next_try", sqlite_where=text(OWED), postgresql_where=text(OWED)),
        Index("ix_outbox_owed_person", "person_id", "notice",
              sqlite_where=text(OWED), postgresql_where=text(OWED)),
        Index("ix_outbox_bundle", "bundle", sqlite_where=text(BUNDLED), postgresql_where=text(BUNDLED)),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    dedupe: Mapped[str] = mapped_column(unique=True)
    """A dot-atom: also the left side of the Message-ID, so that a receiver can drop a second copy."""
    notice: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    """Recipient: a member of staff, an agency's mailbox, or (both None) the sender of the case."""
    bundle: Mapped[str | None]
    """``dedupe`` of the row with whose mail this one goes out, set once: reminders owed to one recipient at the
    same time are one mail (``services/bundling``). None: a mail of its own."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    next_try: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_token: Mapped[str | None]
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    dead_at: Mapped[datetime | None] = mapped_column(Instant)
    fault: Mapped[str | None]
    """Class of the last failure (no addresses, no text)."""
    bounced_at: Mapped[datetime | None] = mapped_column(Instant)
    """When a mail server told us that this one did not arrive."""
    bounce_code: Mapped[str | None]
    """Status of RFC 3463 from its report, for example 5.1.1."""


class SweepRun(db.Model):
    """The watchdog: when a sweep last ran, how long, what it saw and did. One row a sweep."""

    __tablename__ = "sweep_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    seconds: Mapped[float | None]
    seen: Mapped[int] = mapped_column(default=0)
    acted: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]


class ClockGuard(db.Model):
    """The last instant the sweeps believed. A jump stops irreversible sweeps until it is confirmed or has been
    stable for three ticks (trust.md R6)."""

    __tablename__ = "clock_guard"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    jumped_at: Mapped[datetime | None] = mapped_column(Instant)
    stable_ticks: Mapped[int] = mapped_column(default=0)
