"""Up to which version somebody has read a case. Newer than that stands as new in their lists."""

from sqlalchemy import select

from feedback import clock
from feedback.extensions import db
from feedback.models.desks import SeenCase


def is_news(*, person_id: int, case_id: int, version: int) -> bool:
    """Whether this person has not read this version of the case yet."""
    seen = db.session.scalar(
        select(SeenCase.version).where(SeenCase.person_id == person_id, SeenCase.case_id == case_id))
    return seen is None or seen < version


def mark(*, person_id: int, case_id: int, version: int) -> None:
    """This person has read the case up to this version. Going back to an older page marks nothing as unread."""
    row = db.session.get(SeenCase, (person_id, case_id))
    if row is None:
        db.session.add(SeenCase(person_id=person_id, case_id=case_id, version=version, seen_at=clock.now()))
    elif row.version < version:
        row.version, row.seen_at = version, clock.now()
