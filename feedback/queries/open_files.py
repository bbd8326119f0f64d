"""The nightly files of open data as they stand, and where their pieces lie in the storage."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select

from feedback import clock
from feedback.extensions import db
from feedback.models.publications import OpenDataFile, Publication

PIECE = 8_000_000
"""Bytes of one object in the storage: as much of a file as is ever held in memory."""
UNDER_WAY = timedelta(minutes=1)
"""How long before its commit a withdrawal may have taken its time: it waits for others who write in the history.
Files begun meanwhile still read the case."""


def files() -> list[OpenDataFile]:
    """All files, by name."""
    return list(db.session.scalars(select(OpenDataFile).order_by(OpenDataFile.name)))


def file_named(name: str) -> OpenDataFile | None:
    """One file, or None."""
    return db.session.get(OpenDataFile, name)


def pieces_of(row: OpenDataFile) -> list[str]:
    """The names of the objects that make up the file, in order."""
    return [piece_name(row.name, row.made_at, n) for n in range(max(1, -(-row.size // PIECE)))]


def piece_name(name: str, made_at: datetime, n: int) -> str:
    """The name of one object: each making has its own, so that a reader of the old file is not disturbed."""
    told = f"open data {name} {int(made_at.timestamp() * 1_000_000)} {n}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def withdrawn_since(instant: datetime) -> bool:
    """Whether a case was taken out of the register since then, perhaps mended and shown again meanwhile: files
    made before it, or while it was perhaps under way, must not be given out any more. Reads the index of
    changes."""
    instant -= UNDER_WAY
    return bool(db.session.scalar(select(exists().where(
        Publication.changed_at >= instant,
        or_(Publication.status != "published", Publication.unpublished_at >= instant)))))


def due(now: datetime) -> bool:
    """Whether the files have to be made: there are none, they are of yesterday, a case was taken out since (and no
    other one just now), or the first case ever was published after they were made empty."""
    made = db.session.scalars(select(OpenDataFile.made_at).order_by(OpenDataFile.made_at).limit(1)).first()
    return (made is None or clock.local_date(made) < clock.local_date(now) or _withdrawn_and_over(made, now)
            or _first_case_came())


def _withdrawn_and_over(made: datetime, now: datetime) -> bool:
    return withdrawn_since(made) and not withdrawn_since(now)


def _first_case_came() -> bool:
    held = db.session.scalar(select(OpenDataFile.rows).order_by(OpenDataFile.rows.desc()).limit(1))
    return held == 0 and bool(db.session.scalar(select(exists().where(Publication.status == "published"))))
