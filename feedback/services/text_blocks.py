"""Words an officer uses often, kept under a name. Nobody else sees them; none of them knows any case."""

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.errors import BadInput, OutOfReach
from feedback.extensions import db
from feedback.models.desks import TextBlock

MOST = 100
"""Blocks one person can keep."""
LONGEST_NAME = 80
LONGEST = 4_000
"""Characters of one block."""


def of_person(person_id: int) -> list[TextBlock]:
    """The person's blocks, by name."""
    return list(db.session.scalars(
        select(TextBlock).where(TextBlock.person_id == person_id).order_by(TextBlock.name).limit(MOST)))


def own(block_id: int, *, person_id: int) -> TextBlock:
    """One block of this person. Raises OutOfReach."""
    row = db.session.get(TextBlock, block_id)
    if row is None or row.person_id != person_id:
        raise OutOfReach("no such block")
    return row


def keep(*, person_id: int, name: str, body: str, block_id: int | None = None) -> TextBlock:
    """Make a block, or write an own one anew. Raises OutOfReach for somebody else's, BadInput('name', missing,
    too_long, taken or too_many) and BadInput('body', missing or too_long)."""
    name, body = " ".join(name.split()), body.strip()
    row = own(block_id, person_id=person_id) if block_id is not None else None
    for field, words, longest in (("name", name, LONGEST_NAME), ("body", body, LONGEST)):
        if not words:
            raise BadInput(field, "missing")
        if len(words) > longest:
            raise BadInput(field, "too_long")
    taken = db.session.scalar(
        select(TextBlock.id).where(TextBlock.person_id == person_id, TextBlock.name == name))
    if taken is not None and taken != block_id:
        raise BadInput("name", "taken")
    if row is None:
        if (db.session.scalar(select(func.count()).where(TextBlock.person_id == person_id)) or 0) >= MOST:
            raise BadInput("name", "too_many")
        row = TextBlock(person_id=person_id, name=name, body=body, changed_at=clock.now())
        db.session.add(row)
    row.name, row.body, row.changed_at = name, body, clock.now()
    return row


def forget(block_id: int, *, person_id: int) -> None:
    """Remove an own block. Raises OutOfReach for somebody else's."""
    db.session.delete(own(block_id, person_id=person_id))
