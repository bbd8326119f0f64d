"""Questions about staff and agencies for the administrator; no case is read here."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.people import Person


def staff() -> list[Person]:
    """Everybody with an account, by name, with agency and live roles; the first 500."""
    return list(db.session.scalars(
        select(Person).options(joinedload(Person.agency), selectinload(Person.roles))
        .order_by(Person.display_name, Person.id).limit(500)))


@dataclass(frozen=True)
class Branch:
    """One agency with its depth in the tree and the agency that took over, if it is closed."""

    agency: Agency
    depth: int
    successor: Agency | None


def agency_tree() -> list[Branch]:
    """All agencies depth first, by name below each parent; one statement."""
    rows = list(db.session.scalars(select(Agency).order_by(Agency.name_vi)))
    by_id = {a.id: a for a in rows}
    children: dict[int | None, list[Agency]] = {}
    for agency in rows:
        children.setdefault(agency.parent_id, []).append(agency)
    found: list[Branch] = []
    waiting = [(a, 0) for a in reversed(children.get(None, []))]
    while waiting:
        agency, depth = waiting.pop()
        found.append(Branch(agency, depth, by_id.get(agency.successor_id or 0)))
        waiting.extend((c, depth + 1) for c in reversed(children.get(agency.id, [])))
    return found
