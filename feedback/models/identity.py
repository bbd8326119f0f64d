"""Who sent a case, sealed. The web can write these rows and cannot read them (trust.md §4.2)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class SealedIdentity(db.Model):
    """One field of a sender (name, phone, email, address), sealed to the vault's public key together with the
    case's reference and the field's name, so that rows cannot be swapped."""

    __tablename__ = "sealed_identity"
    __table_args__ = (UniqueConstraint("case_id", "field"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    field: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str]
    blind_index: Mapped[str | None] = mapped_column(index=True)
    """HMAC of the normalised phone or e-mail, 64 bits: to find the same sender without reading who it is."""
    created_at: Mapped[datetime] = mapped_column(Instant)
    purge_after: Mapped[date | None]


class IdentityGrant(db.Model):
    """Leave to open one case's identity: asked with a reason, given by somebody else, for 24 hours."""

    __tablename__ = "identity_grant"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
