"""Staff: people, the roles granted to them, and their sessions in the database."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.columns import Instant, Key


class Person(db.Model):
    """A member of staff. Signs in with ``email`` (kept lower-case). ``auth_epoch`` goes up on every change of
    password, role or disabling, which ends all sessions at once."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    language: Mapped[str] = mapped_column(default="vi")
    post: Mapped[str] = mapped_column(default="")
    """The position held, as it may be published where the province publishes who is late (letter S2, 1.2)."""
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    auth_epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sample: Mapped[bool] = mapped_column(default=False)
    """A sample account of the trial; sign-in refuses it outside trial mode."""
    totp_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Secret of the second step, encrypted with a key from the settings; None: not set up yet."""
    totp_step: Mapped[int | None] = mapped_column(Key)
    """The 30-second step of the last code taken: no code works twice (ASVS 6.5.1)."""
    totp_since: Mapped[datetime | None] = mapped_column(Instant)
    """When the second step was confirmed with a first code."""

    is_authenticated: ClassVar[bool] = True
    """What flask-login asks of whoever is signed in; whether somebody is, the session row decides."""

    agency: Mapped[Agency | None] = relationship(lazy="raise_on_sql")
    roles: Mapped[list["RoleGrant"]] = relationship(
        lazy="raise_on_sql", foreign_keys="RoleGrant.person_id",
        primaryjoin="and_(RoleGrant.person_id == Person.id, RoleGrant.revoked_at.is_(None))", viewonly=True)


class RoleGrant(db.Model):
    """One role given to one person; never deleted, only revoked."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index("uq_role_grant_live", "person_id", "role", unique=True,
              sqlite_where=text("revoked_at IS NULL"), postgresql_where=text("revoked_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffSession(db.Model):
    """One signed-in browser. Only the SHA-256 of the cookie's random value is kept."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    auth_epoch: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    """Moved at most once a minute, so that reading pages does not write each time."""
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    proved_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the second step was last passed in this session; None: not yet, only the second step may open."""
    device: Mapped[str] = mapped_column(default="")
    """A few plain words about the browser, so that people know their own sessions."""
    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class RecoveryCode(db.Model):
    """One of ten codes that replace the second step once, kept as a keyed hash."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None] = mapped_column(Instant)
