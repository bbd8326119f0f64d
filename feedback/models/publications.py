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
        Index("ix_publication_changed", "changed_at", "id"),
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
    procedure_code: Mapped[str | None]
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
    times_objected: Mapped[int] = mapped_column(default=0)
    me_too: Mapped[int] = mapped_column(default=0)
    """How many people said that it happened to them too (``MeToo``)."""
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When what is shown changed last: published, corrected or taken out. None: before this was kept."""
    historical: Mapped[bool] = mapped_column(default=False)
    published_on: Mapped[date]
    etag: Mapped[str]
    unpublished_at: Mapped[datetime | None] = mapped_column(Instant)
    unpublished_reason: Mapped[str | None]
    holders: Mapped[list["PublicationHolder"]] = relationship(
        lazy="raise_on_sql", order_by="PublicationHolder.n", cascade="all, delete-orphan")
    steps: Mapped[list["PublicationStep"]] = relationship(
        lazy="raise_on_sql", order_by="PublicationStep.n", cascade="all, delete-orphan")
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


class PublicationHolder(db.Model):
    """Who held the case, in order, and for how many working days: copied when it is published."""

    __tablename__ = "publication_holder"
    __table_args__ = (UniqueConstraint("publication_id", "n"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    publication_id: Mapped[int] = mapped_column(db.ForeignKey("publication.id"))
    n: Mapped[int]
    agency_code: Mapped[str]
    agency_vi: Mapped[str]
    agency_en: Mapped[str]
    came_by: Mapped[str]
    """CameBy of ``domain/passing``."""
    working_days: Mapped[int]
    loop: Mapped[bool] = mapped_column(default=False)


class PublicationStep(db.Model):
    """One step on the way of a case that everyone may see. Public dates are coarse: the day is counted from the
    day of receipt."""

    __tablename__ = "publication_step"
    __table_args__ = (UniqueConstraint("publication_id", "n"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    publication_id: Mapped[int] = mapped_column(db.ForeignKey("publication.id"))
    n: Mapped[int]
    step: Mapped[str]
    """received, assigned, transferred, extended, asked_sender, returned, answered, objected, reopened, late …"""
    day: Mapped[int]
    """Working days after the day of receipt."""
    codes: Mapped[str] = mapped_column(default="")
    """Of a return: the flags that were its reasons, comma-separated. Words of reviewers are never public."""


class MeToo(db.Model):
    """That somebody said "it happened to me too". Who it was is not kept: only a keyed fingerprint that changes
    every month, so that the same line cannot count twice."""

    __tablename__ = "me_too"
    __table_args__ = (UniqueConstraint("publication_id", "fingerprint"), Index("ix_me_too_said_on", "said_on"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    publication_id: Mapped[int] = mapped_column(db.ForeignKey("publication.id"))
    fingerprint: Mapped[str]
    said_on: Mapped[date]


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


class FirstNumber(db.Model):
    """One first number of the register: a figure of the whole province, an agency with its subtree, a procedure or
    a category, over twelve months. Computed by a sweep, never on a reader's request."""

    __tablename__ = "first_number"

    scope: Mapped[str] = mapped_column(primary_key=True)
    """province, agency, procedure or category."""
    code: Mapped[str] = mapped_column(primary_key=True)
    """Code within the scope; empty for the province."""
    name: Mapped[str] = mapped_column(primary_key=True)
    """received, answered, in_time, overdue_now, median_days, p90_days, returned_vague, passed_on, objected …"""
    value: Mapped[int | None]
    """None: not shown, because too few cases stand behind it."""
    of: Mapped[int | None]
    """The denominator."""
    computed_at: Mapped[datetime] = mapped_column(Instant)


class OpenDataFile(db.Model):
    """One nightly file of open data, as it stands now."""

    __tablename__ = "open_data_file"

    name: Mapped[str] = mapped_column(primary_key=True)
    """As in its address: ``cases.csv``, ``cases.jsonl`` …"""
    sha256: Mapped[str]
    size: Mapped[int]
    """Bytes."""
    rows: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)


class ApiKey(db.Model):
    """A key with which another system may hand in complaints (Open311 POST). Only its hash is kept."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    """Whose system it is, as the administrator wrote it."""
    key_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
