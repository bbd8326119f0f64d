"""Filters of a list that somebody keeps under a name."""

from sqlalchemy import func, select

from feedback.domain.errors import BadInput, OutOfReach
from feedback.extensions import db
from feedback.models.desks import SavedFilter

MOST = 20
"""Filters of one list that one person can keep."""
LONGEST_NAME = 60


def of_person(person_id: int, list_: str) -> list[SavedFilter]:
    """The person's filters of this list, by name; one statement."""
    return list(db.session.scalars(
        select(SavedFilter).where(SavedFilter.person_id == person_id, SavedFilter.list == list_)
        .order_by(SavedFilter.name).limit(MOST)))


def keep(*, person_id: int, list_: str, name: str, query: str) -> SavedFilter:
    """Keep a filter; the same name again replaces it. ``query`` is the list's query string without search words.
    Raises BadInput('name', missing, too_long or too_many)."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("name", "missing")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", "too_long")
    row = db.session.scalar(select(SavedFilter).where(
        SavedFilter.person_id == person_id, SavedFilter.list == list_, SavedFilter.name == name))
    if row is None:
        if (db.session.scalar(select(func.count()).where(
                SavedFilter.person_id == person_id, SavedFilter.list == list_)) or 0) >= MOST:
            raise BadInput("name", "too_many")
        row = SavedFilter(person_id=person_id, list=list_, name=name, query=query)
        db.session.add(row)
    row.query = query
    return row


def rename(filter_id: int, *, person_id: int, name: str) -> None:
    """Give an own filter another name. Raises OutOfReach for somebody else's, BadInput('name', …) as ``keep`` and
    for a name that another filter of the list has ('taken')."""
    row = own(filter_id, person_id=person_id)
    name = " ".join(name.split())
    if not name:
        raise BadInput("name", "missing")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", "too_long")
    if db.session.scalar(select(SavedFilter.id).where(
            SavedFilter.person_id == person_id, SavedFilter.list == row.list, SavedFilter.name == name,
            SavedFilter.id != row.id)) is not None:
        raise BadInput("name", "taken")
    row.name = name


def forget(filter_id: int, *, person_id: int) -> None:
    """Remove an own filter. Raises OutOfReach for somebody else's."""
    db.session.delete(own(filter_id, person_id=person_id))


def own(filter_id: int, *, person_id: int) -> SavedFilter:
    """One filter of this person. Raises OutOfReach."""
    row = db.session.get(SavedFilter, filter_id)
    if row is None or row.person_id != person_id:
        raise OutOfReach("no such filter")
    return row
