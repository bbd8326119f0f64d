"""Every night: does each row of a file have its objects in the storage, and each object its row?

A row without its objects is a fault that people are shown (health): a file was lost. Objects without a row are
what a process that died half way left behind; older than a day, they are deleted. Letters lie in the same storage.
"""

import logging
from datetime import timedelta

from sqlalchemy import select

from feedback import clock
from feedback.adapters import storage
from feedback.extensions import db
from feedback.models.attachments import Attachment
from feedback.models.letters import Letter
from feedback.queries import open_files
from feedback.queries.files import HAS_ORIGINAL
from feedback.services import letters
from feedback.services.attachments import CLEAN, ORIGINAL
from feedback.services.watchdog import Tally

LEFT_BEHIND = timedelta(days=1)
"""An object younger than this may belong to a row that is being written just now."""
MOST_AT_ONCE = 100
"""More orphans than this are no accidents of single processes: it is the wrong database, or an old copy of it.
Then nothing is deleted, and the sweep says so until somebody has looked."""

log = logging.getLogger("feedback.files")


def sweep_files() -> Tally:
    """Compare both ways. ``acted``: the orphans that were deleted; ``failed``: what is missing or not understood.
    Raises StorageUnavailable."""
    began = clock.now()
    there = {kept.name: kept.at for kept in storage.names()}
    wanted = _wanted()
    orphans = [name for name, at in there.items() if name not in wanted and at < began - LEFT_BEHIND]
    # A row may have been written, or have gone, since the list was made.
    missing = {name for name in wanted - set(there) if not storage.has(name)} & _wanted()
    db.session.rollback()
    if missing:
        log.error("files are missing in the storage", extra={"count": len(missing)})
    if len(orphans) > MOST_AT_ONCE:
        log.error("too many files without a row to delete them", extra={"count": len(orphans)})
        return Tally(seen=len(there), failed=len(missing) + len(orphans), fault="ManyOrphans")
    for name in orphans:
        storage.forget(name)
    return Tally(seen=len(there), acted=len(orphans), failed=len(missing),
                 fault="FilesMissing" if missing else None)


def _wanted() -> set[str]:
    """The names of all objects that rows speak of, read afresh."""
    db.session.rollback()
    files = db.session.execute(select(Attachment.token, HAS_ORIGINAL)).all()
    return {token + CLEAN for token, _whole in files} | {token + ORIGINAL for token, whole in files if whole} | {
        letters.name_of(token) for token in db.session.scalars(select(Letter.token))} | {
        piece for row in open_files.files() for piece in open_files.pieces_of(row)}
