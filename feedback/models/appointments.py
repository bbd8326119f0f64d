"""How people come into the house and get their roles: invitations, role requests, deputies."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.extensions import db
from feedback.models.columns import Instant, Key
from feedback.models.people import Person


class Invitation(db.Model):
    """A link, good once and for 72 hours, with which somebody chooses the password of their new account. Also
    how a lost password is given back: administrators never set one."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RoleRequest(db.Model):
    """A role that one administrator wants to give or take away; another one decides."""

    __tablename__ = "role_request"
    __table_args__ = (
        Index("uq_role_request_open", "person_id", "role", unique=True,
              sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]
    grants: Mapped[bool]
    """True: give it. False: take it away."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    granted: Mapped[bool | None]
    person: Mapped[Person] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    asked_by: Mapped[Person] = relationship(lazy="raise_on_sql", foreign_keys=[asked_by_id])


class Deputy(db.Model):
    """Somebody who acts as head of an agency while its head is away, from one day to another, both included."""

    __tablename__ = "deputy"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    head_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    head: Mapped[Person] = relationship(lazy="raise_on_sql", foreign_keys=[head_id])
    person: Mapped[Person] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
