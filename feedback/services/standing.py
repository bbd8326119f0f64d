"""The standing duties of the clock that are no move of a case: mail, publication, counts, checkpoints."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy import func, select

from feedback import clock
from feedback.adapters import queue, storage
from feedback.domain.errors import VaultUnavailable
from feedback.extensions import db, writing
from feedback.models.outbox import Outbox
from feedback.queries import open_files
from feedback.services import (
    checkpoints,
    first_numbers,
    mailing,
    outbox,
    publication,
    publication_release,
    register_counts,
)
from feedback.services import open_files as open_data_files
from feedback.services.sweeping import one_by_one
from feedback.services.watchdog import Tally

MOST_JOBS = 10
"""Batches asked for in one sweep; the next sweep asks again."""
DRAFTS_AT_ONCE = 5
"""Publication drafts that a sweep makes in one transaction."""


def sweep_outbox() -> Tally:
    """Ring again for everything that is owed and ripe, a job a batch. When nobody hears the bell, send a batch
    here: the house works without Redis, only slower."""
    now = clock.now()
    owed = db.session.scalar(select(func.count()).select_from(
        select(Outbox.id).where(outbox.is_owed(), outbox.is_free(now), outbox.is_ripe(now))
        .limit(MOST_JOBS * mailing.BATCH).subquery())) or 0
    db.session.rollback()
    if not owed:
        return Tally()
    batches = -(-owed // mailing.BATCH)
    if queue.ring_batches("deliver_owed", batches, url=current_app.extensions["settings"].redis_url):
        return Tally(seen=owed, acted=batches)
    done = mailing.deliver_owed()
    return Tally(seen=owed, acted=done.sent, failed=done.failed)


def sweep_publish() -> Tally:
    """Publish what two people approved and whose day has come, one draft a transaction; then make drafts of
    settled cases that have none."""
    now = clock.now()
    due = publication_release.due(now)
    db.session.rollback()

    def publish(draft_id: int) -> bool:
        return publication_release.publish_one(draft_id, now)

    tally = one_by_one(due, publish)
    try:
        tally.acted += _propose_drafts()
    except VaultUnavailable as fault:  # drafts can wait for the vault
        tally.failed, tally.fault = tally.failed + 1, type(fault).__name__
    return tally


def _propose_drafts() -> int:
    """A few drafts a transaction: each is read through by the scanner and the vault, and on SQLite nobody else
    writes meanwhile. The last look takes what stands behind cases of which there is nothing to publish."""
    made = 0
    for _ in range(publication.MOST_DRAFTS // DRAFTS_AT_ONCE):
        few = _in_one(lambda: publication.propose_missing(limit=DRAFTS_AT_ONCE))
        made += few
        if few < DRAFTS_AT_ONCE:
            return made + _in_one(publication.propose_missing)
    return made


def sweep_counts() -> Tally:
    """Count for the public pages, so that no reader's request has to."""
    return Tally(acted=_in_one(register_counts.recount))


def sweep_checkpoint() -> Tally:
    """One root over all histories."""
    with writing():
        checkpoint = checkpoints.write_checkpoint()
        return Tally(seen=checkpoint.chains, acted=1)


def sweep_open_data() -> Tally:
    """Make the nightly files of open data, when their day has come or a case was taken out of the register.
    ``seen``: the rows of the longest. What the old files lay in is deleted when the new ones stand."""
    now = clock.now()
    due = open_files.due(now)
    db.session.rollback()
    if not due:
        return Tally()
    made = open_data_files.make(now)
    seen, acted = max(row.rows for row in made), len(made)
    with writing():
        old = open_data_files.replace(made)
    for piece in old:
        storage.forget(piece)
    return Tally(seen=seen, acted=acted)


def sweep_first_numbers() -> Tally:
    """Count the first numbers of the register: the cases are read without a lock, then the numbers are written.
    ``seen``: the cases of the period."""
    tally = first_numbers.count()
    db.session.rollback()
    with writing():
        return Tally(seen=tally.cases, acted=first_numbers.write(tally))


def _in_one(deed: Callable[[], int]) -> int:
    with writing():
        return deed()
