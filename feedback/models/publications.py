"""What the public may read, apart from the cases: copies made by two people, and their search index.

This file imports no other model: the public register can be built on it alone.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import db
from feedback.models.columns import Instant, Key

PUBLIC = "status = 'published'"


class PublicationDraft(db.Model):
    """A redacted copy being prepared. Private: nothing public reads this table."""

    __tablename__ = "publication_draft"
    __table_args__ = (Index("ix_publication_draft_status", "status", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    """proposed → confirmed (first person) → approved (second person) → published; or held with a reason."""
    body: Mapped[str]
    """JSON of the proposed public copy: summary, points with answers, structured answer, facts."""
    marks: Mapped[str] = mapped_column(default="[]")
    """JSON of what the scanner proposed to hide in the original texts, by field."""
    hits: Mapped[int] = mapped_column(default=0)
    """What the scanner still finds in ``body``; anything above zero has to be justified or held."""
    held_reason: Mapped[str | None]
    confirmed_by_id: Mapped[int | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by_id: Mapped[int | None]
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    publish_after: Mapped[datetime | None] = mapped_column(Instant)
    """End of the cooling-off in which the sender may object."""
    created_at: Mapped[datetime] = mapped_column(Instant)


class Publication(db.Model):
    """One settled case as everyone may read it. Unpublishing keeps the row and the reason, empties the text."""

    __tablename__ = "publication"
    __table_args__ = (
        Index("ix_publication_newest", "published_on", "id", sqlite_where=text(PUBLIC),
              postgresql_where=text(PUBLIC)),
        Index("ix_publication_agency_newest", "agency_code", "published_on", "id", sqlite_where=text(PUBLIC),
              postgresql_where=text(PUBLIC)),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    """published or unpublished."""
    title: Mapped[str]
    summary: Mapped[str]
    language: Mapped[str]
    agency_code: Mapped[str]
    agency_vi: Mapped[str]
    agency_en: Mapped[str]
    procedure_vi: Mapped[str | None]
    procedure_en: Mapped[str | None]
    kind: Mapped[str]
    category: Mapped[str]
    outcome: Mapped[str]
    found: Mapped[str]
    done: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date | None]
    ground: Mapped[str]
    next_step: Mapped[str]
    received_month: Mapped[str | None]
    """'2026-11'; None when unknown (imported)."""
    working_days: Mapped[int | None]
    """Working days from receipt to release, on the citizen's clock."""
    late_days: Mapped[int | None]
    times_returned: Mapped[int] = mapped_column(default=0)
    times_passed_on: Mapped[int] = mapped_column(default=0)
    historical: Mapped[bool] = mapped_column(default=False)
    published_on: Mapped[date]
    etag: Mapped[str]
    unpublished_at: Mapped[datetime | None] = mapped_column(Instant)
    unpublished_reason: Mapped[str | None]
    points: Mapped[list["PublicationPoint"]] = relationship(lazy="raise_on_sql", order_by="PublicationPoint.n",
                                                            cascade="all, delete-orphan")
    promises: Mapped[list["PublicationPromise"]] = relationship(
        lazy="raise_on_sql", order_by="PublicationPromise.n", cascade="all, delete-orphan")


class PublicationPoint(db.Model):
    """One point and its answer, side by side."""

    __tablename__ = "publication_point"
    __table_args__ = (UniqueConstraint("publication_id", "n"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    publication_id: Mapped[int] = mapped_column(db.ForeignKey("publication.id"))
    n: Mapped[int]
    question: Mapped[str]
    answer: Mapped[str]


class PublicationPromise(db.Model):
    """What the answer promised by a day, and how that stands. The only part of a publication that goes on
    changing: kept and broken are told as they happen."""

    __tablename__ = "publication_promise"
    __table_args__ = (UniqueConstraint("publication_id", "n"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    publication_id: Mapped[int] = mapped_column(db.ForeignKey("publication.id"))
    n: Mapped[int]
    """Its place among the promises of the answer, by day."""
    line: Mapped[str]
    """Redacted like the answer; empty where the answer's own "by when" promised."""
    promised_on: Mapped[date]
    standing: Mapped[str]
    """open, kept, broken or replaced (``queries.commitments.Standing``)."""


class PublicationTokens(db.Model):
    """The search index: a set of folded syllables, pairs and filter tokens, without positions. On SQLite an
    FTS5 table follows this one by triggers; on PostgreSQL a GIN index stands on it. Deleting the row takes the
    case out of every search."""

    __tablename__ = "publication_tokens"

    publication_id: Mapped[int] = mapped_column(Key, db.ForeignKey("publication.id"), primary_key=True)
    published_on: Mapped[date]
    tokens: Mapped[str]


class RegisterCount(db.Model):
    """Small aggregates for public pages, computed by a sweep: never counted on a reader's request."""

    __tablename__ = "register_count"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
    computed_at: Mapped[datetime] = mapped_column(Instant)
