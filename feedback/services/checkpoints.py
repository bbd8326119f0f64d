"""Checkpoints: one root over the ends of all chains, chained to the root before. Printed or kept elsewhere, it
finds what a chain by itself cannot: a whole case deleted, or a history rewritten from end to end."""

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.events import GENESIS
from feedback.domain.merkle import merkle_root
from feedback.extensions import db
from feedback.models.events import Checkpoint, Event
from feedback.queries.checkpoints import checkpoint_hash, heads_up_to
from feedback.services.history import CUT_LOCK


def write_checkpoint() -> Checkpoint:
    """Write the next checkpoint over every event there is, in the caller's transaction. ``id`` counts from 1
    without gaps, so that a checkpoint that went missing, or an older database put back, shows."""
    before = db.session.scalar(select(Checkpoint).order_by(Checkpoint.id.desc()).limit(1))
    number, previous = (before.id + 1, before.hash) if before else (1, GENESIS)
    last_seq = _clean_cut()
    heads = heads_up_to(last_seq)
    at, root = clock.now(), merkle_root(heads)
    row = Checkpoint(id=number, at=at, last_seq=last_seq, chains=len(heads), root=root, previous=previous,
                     hash=checkpoint_hash(number, at, last_seq, len(heads), root, previous))
    db.session.add(row)
    db.session.flush()  # a second writer of the same number fails here, not at the commit
    return row


def _clean_cut() -> int:
    """A number up to which every event is there for good. PostgreSQL numbers events before they are committed,
    so wait there for the writers that are under way; on SQLite whoever writes is alone."""
    db.session.flush()
    newest = select(func.max(Event.seq))
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return connection.scalar(newest) or 0
    # Undoing the savepoint gives the lock back at once, whatever happens in between: writers wait only so long.
    savepoint = connection.begin_nested()
    try:
        connection.execute(select(func.pg_advisory_xact_lock(CUT_LOCK)))
        return connection.scalar(newest) or 0
    finally:
        savepoint.rollback()
