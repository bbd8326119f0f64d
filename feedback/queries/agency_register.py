"""The tree of agencies as its keeper sees it: depth, who took over, and how much still hangs on each. Counts only:
who keeps the tree reads no case."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from feedback.domain.clocks import HELD_BY_AGENCY
from feedback.domain.folding import fold
from feedback.domain.lifecycle import OPEN
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.people import Person
from feedback.models.settings import CategorySetting

MOST_ROWS = 400
"""Branches on one page; beyond that people search or open one branch."""
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Branch:
    """One agency in the tree. ``children``: how many stand directly below it; ``parent`` and ``successor`` None
    where there is none."""

    agency: Agency
    depth: int
    parent: Agency | None
    successor: Agency | None
    children: int


@dataclass(frozen=True)
class Holdings:
    """What hangs on one agency: open cases, people with an account, agencies directly below it, procedures and
    categories that name it."""

    cases: int
    people: int
    below: int
    procedures: int
    categories: int


def branches(*, asked: str = "", below: int | None = None,
             all_rows: bool = False) -> tuple[list[Branch], int]:
    """The tree depth first by name, at most MOST_ROWS of it unless ``all_rows``, and how many there are.

    ``asked``: only agencies whose name or code holds these words, accents apart, without depth. ``below``: this
    agency and what is under it. One statement."""
    rows = list(db.session.scalars(select(Agency).order_by(Agency.name_vi, Agency.id)))
    by_id = {row.id: row for row in rows}
    children: dict[int | None, list[Agency]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)

    def branch(row: Agency, depth: int) -> Branch:
        return Branch(row, depth, by_id.get(row.parent_id or 0), by_id.get(row.successor_id or 0),
                      len(children.get(row.id, ())))

    if wanted := fold(asked).split():
        found = [branch(row, 0) for row in rows if _holds(row, wanted)]
        return found if all_rows else found[:MOST_ROWS], len(found)
    found = []
    start = [by_id[below]] if below in by_id else children.get(None, [])
    waiting = [(row, 0) for row in reversed(start)]
    while waiting:
        row, depth = waiting.pop()
        found.append(branch(row, depth))
        waiting.extend((child, depth + 1) for child in reversed(children.get(row.id, [])))
    return found if all_rows else found[:MOST_ROWS], len(found)


def _holds(row: Agency, wanted: list[str]) -> bool:
    words = fold(f"{row.name_vi} {row.name_en} {row.code}")
    return all(word in words for word in wanted)


def is_open_case() -> ColumnElement[bool]:
    """What is true of a case that its agency still owes something: no answer yet, or a dated promise running."""
    promise = select(Deadline.id).where(
        Deadline.case_id == Case.id, Deadline.stopped_at.is_(None),
        Deadline.kind.in_([kind.value for kind in HELD_BY_AGENCY]))
    return and_(Case.historical.is_(False), or_(Case.state.in_([s.value for s in OPEN]), promise.exists()))


def still_holding(agency_ids: Iterable[int]) -> frozenset[int]:
    """Those of these agencies with which an open case lies. One statement, and nothing is counted."""
    held = select(Case.id).where(Case.agency_id == Agency.id, is_open_case())
    return frozenset(db.session.scalars(
        select(Agency.id).where(Agency.id.in_(list(agency_ids)), held.exists())))


def holdings(agency_id: int) -> Holdings:
    """What would have to move if this agency ended; each counted up to MOST_COUNTED."""

    def many(*conditions: ColumnElement[bool]) -> int:
        found = select(literal(1)).where(*conditions).limit(MOST_COUNTED).subquery()
        return db.session.scalar(select(func.count()).select_from(found)) or 0

    return Holdings(
        cases=many(Case.agency_id == agency_id, is_open_case()),
        people=many(Person.agency_id == agency_id, Person.disabled_at.is_(None)),
        below=many(Agency.parent_id == agency_id, Agency.valid_to.is_(None)),
        procedures=many(Procedure.agency_id == agency_id, Procedure.closed_on.is_(None)),
        categories=many(CategorySetting.route_agency_id == agency_id))


def last_successor(agency: Agency) -> Agency | None:
    """Who holds what this agency held, through all reorganisations since; None when nobody took over or the last
    one is closed without a successor."""
    seen = {agency.id}
    found: Agency | None = agency
    while found is not None and found.successor_id is not None and found.successor_id not in seen:
        seen.add(found.successor_id)
        found = db.session.get(Agency, found.successor_id)
    return None if found is None or found.id == agency.id else found
