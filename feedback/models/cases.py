"""A case: where it is, whose it is, its points, the words people wrote, and what waits for a second person."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.columns import Instant, Key
from feedback.models.people import Person


class Case(db.Model):
    """One complaint or recommendation. ``state`` is written by ``services.lifecycle.advance`` alone.

    Who sent it is not here: see ``models.identity``. ``narrative`` is the sender's own text, for intake, the
    gate and the restricted desk; ``masked`` is the copy intake made for the handling agency.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("ix_case_file_agency_id_state", "agency_id", "state"),
        Index("ix_case_file_officer_id_state", "officer_id", "state"),
        Index("ix_case_file_state_id", "state", "id"),
        Index("ix_case_file_dossier_folded", "dossier_folded"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    key_hash: Mapped[str | None] = mapped_column(unique=True)
    """HMAC of the tracking key with the pepper; None for imported cases, which nobody tracks."""
    nonce_hash: Mapped[str | None] = mapped_column(unique=True)
    """HMAC of the form's nonce: the same form sent twice makes one case."""
    state: Mapped[str]
    outcome: Mapped[str | None]
    round: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()
    kind: Mapped[str]
    category: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    identity_mode: Mapped[str]
    restricted: Mapped[bool] = mapped_column(default=False)
    historical: Mapped[bool] = mapped_column(default=False)
    """Imported from before this system: no clocks, no mail, no ladder (design §13.3)."""
    source: Mapped[str | None]
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    narrative: Mapped[str]
    masked: Mapped[str | None]
    received_on: Mapped[date | None]
    """Day of receipt, day zero of every limit. None only in imported cases whose date is unknown."""
    entered_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    objected: Mapped[bool] = mapped_column(default=False)
    """The one objection of the sender is used."""
    urgent: Mapped[bool] = mapped_column(default=False)
    """It stops the sender from something; shorter limits for the first reading."""
    complex: Mapped[bool] = mapped_column(default=False)
    """Found complicated when it was assigned, with a reason: the longer limits hold."""
    hindrance: Mapped[str | None]
    """What it stops them from, in the sender's own words; like ``narrative`` never for the handling agency."""
    dossier_number: Mapped[str | None]
    """Number of the dossier the complaint is about, as written. It names its owner to the agency."""
    dossier_folded: Mapped[str | None]
    """The same, letters and digits only, for search."""
    dossier_shared: Mapped[bool] = mapped_column(default=False)
    """The sender agreed that the handling agency sees the dossier's number (design §13.9)."""
    sender_kind: Mapped[str] = mapped_column(default="person")
    """SenderKind of feedback.domain.kinds."""
    on_behalf: Mapped[bool] = mapped_column(default=False)
    """Sent for somebody else, whose name is sealed with the sender's."""
    signers: Mapped[int] = mapped_column(default=1)
    """How many people signed this one complaint; their names are sealed."""
    named_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    """The agency the sender named; intake decides which one has to answer."""
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who entered it for somebody who called, wrote or came; None when sent by themselves."""
    doubts: Mapped[str] = mapped_column(default="")
    """Comma-separated codes of what made the form look automatic; it is read all the same (trust.md §4.6)."""
    translated: Mapped[str | None]
    """Intake's Vietnamese translation of a complaint in English, masked like ``masked`` (design §13.9)."""
    moved_up: Mapped[str] = mapped_column(default="")
    """Comma-separated levels that a conflict of interest took out: 'head', 'office'. The next one decides."""

    __mapper_args__ = {"version_id_col": version}

    agency: Mapped[Agency | None] = relationship(lazy="raise_on_sql", foreign_keys=[agency_id])
    officer: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[officer_id])
    entered_by: Mapped[Person | None] = relationship(lazy="raise_on_sql", foreign_keys=[entered_by_id])
    named_agency: Mapped[Agency | None] = relationship(lazy="raise_on_sql", foreign_keys=[named_agency_id])
    procedure: Mapped[Procedure | None] = relationship(lazy="raise_on_sql")
    points: Mapped[list["Point"]] = relationship(lazy="raise_on_sql", order_by="Point.n")


class Point(db.Model):
    """One numbered thing the sender wants answered."""

    __tablename__ = "point"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    n: Mapped[int]
    text: Mapped[str]
    masked: Mapped[str | None]
    answered_by_sender: Mapped[bool | None]
    """What the sender says: this point was answered, or not. None: not said."""


class Conflict(db.Model):
    """A person from whom the case is hidden, because it is about them or their office (design §7)."""

    __tablename__ = "conflict"
    __table_args__ = (UniqueConstraint("case_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    about: Mapped[str] = mapped_column(default="officer")
    """What the person is to the case: 'officer', 'head' (of the agency) or 'office' (the province's)."""
    note_id: Mapped[int | None] = mapped_column(ForeignKey("note.id"))
    """Why; for those who recorded it and for oversight."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)


class Note(db.Model):
    """Words somebody wrote about a case: reasons and internal notes. Erasable; events name a note by id."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]
    """'reason' (of a move) or 'internal'."""
    body: Mapped[str]
    told_sender: Mapped[bool] = mapped_column(default=False)
    """Whether the sender may read it on the tracking page."""
    written_at: Mapped[datetime] = mapped_column(Instant)


class Proposal(db.Model):
    """A move that waits for a second person: refusing, guiding away, forwarding, merging, withdrawing."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("uq_proposal_open", "case_id", unique=True,
              sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    action: Mapped[str]
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None when the sender asked (a withdrawal)."""
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    granted: Mapped[bool | None]
    merge_into_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    outside_name: Mapped[str | None]
    outside_code: Mapped[str | None]
    reason_code: Mapped[str | None]
    """Code of the listed reason or guidance (``models.settings.RefusalReason``)."""
    pressed: Mapped[bool | None]
    """Withdrawing: whether the sender says that somebody pressed for it. None: not said."""
    note: Mapped[Note] = relationship(lazy="raise_on_sql")
