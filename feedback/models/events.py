"""History: an append-only, hash-chained table without personal data, and the signed roots of its heads."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Instant, Key


class Event(db.Model):
    """One thing that happened. ``chain`` is ``case:<id>`` or ``sys:<subject>``; ``n`` counts from 1 in it.
    ``payload`` is canonical JSON of ids, codes and counts. Database triggers refuse UPDATE and DELETE."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("chain", "n"),)

    seq: Mapped[int] = mapped_column(Key, primary_key=True)
    chain: Mapped[str]
    n: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    actor_type: Mapped[str]
    """'person', 'complainant' or 'system'."""
    actor_id: Mapped[int | None]
    role: Mapped[str | None]
    agency_id: Mapped[int | None]
    type: Mapped[str]
    payload: Mapped[str]
    prev_hash: Mapped[str]
    hash: Mapped[str]


class ChainHead(db.Model):
    """The last link of each chain, moved in the same transaction as the event: finds a cut tail."""

    __tablename__ = "chain_head"

    chain: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
    hash: Mapped[str]


class Checkpoint(db.Model):
    """Merkle root over all heads at one time, chained to the one before; printed elsewhere, it finds a chain
    that was rewritten whole."""

    __tablename__ = "checkpoint"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    last_seq: Mapped[int] = mapped_column(Key)
    """Every event up to this number stands under the root, and none after it."""
    chains: Mapped[int]
    root: Mapped[str]
    previous: Mapped[str]
    hash: Mapped[str]
