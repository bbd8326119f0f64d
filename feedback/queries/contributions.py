"""What second agencies are asked to contribute: of one case for its lead, and of one agency for its people."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, not_, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from feedback.domain.passing import posts
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict, Note
from feedback.models.deadlines import Deadline
from feedback.models.holdings import Contribution
from feedback.models.people import Person
from feedback.queries.calendar import load_calendar
from feedback.queries.deadlines import Due, as_due

PAGE = 25
"""Rows of a list page."""


@dataclass(frozen=True)
class Contributed:
    """One contribution as a page shows it. ``agency`` gives it; ``given`` is empty while it is open and when it
    was taken back or fell. ``due`` is its own clock."""

    id: int
    case: Case
    agency: Agency
    wanted: str
    asked_by: str
    asked_at: datetime
    given: str
    given_by: str
    ended_at: datetime | None
    due: Due

    @property
    def standing(self) -> str:
        """open, given, or over (taken back, or the case ended)."""
        return "open" if self.ended_at is None else "given" if self.given_by else "over"


def contributions_of(case_id: int) -> list[Contributed]:
    """The contributions of a case, the newest first; at most 50. One statement."""
    return _found(Contribution.case_id == case_id, newest=True, most=50)


def owed_by(actor: Actor, *, ended: bool = False, after: int | None = None,
            size: int = PAGE) -> tuple[list[Contributed], int | None]:
    """One page of what this person's agency is asked for, the oldest first, above the id ``after``, and the key of
    the next page; ``ended``: what was given or is over instead."""
    over = Contribution.ended_at.is_not(None) if ended else Contribution.ended_at.is_(None)
    found = _found(and_(theirs(actor), over, Contribution.id > (after or 0)), most=size + 1)
    return found[:size], (found[size - 1].id if len(found) > size else None)


def owed_count(actor: Actor, *, most: int = 100) -> int:
    """How many contributions this person's agency still owes, at most ``most``. One statement."""
    ids = select(Contribution.id).join(Case, Case.id == Contribution.case_id).where(
        theirs(actor), Contribution.ended_at.is_(None)).limit(most)
    return len(list(db.session.scalars(ids)))


def contribution_for(actor: Actor, contribution_id: int) -> Contributed | None:
    """One contribution of this person's agency; None when it is none, another agency's, or hidden."""
    found = _found(and_(theirs(actor), Contribution.id == contribution_id), most=1)
    return found[0] if found else None


def theirs(actor: Actor) -> ColumnElement[bool]:
    """True for what the agencies for which this person gives are asked. Needs ``Case`` joined."""
    agencies = set(posts(actor))
    if Role.OFFICER in actor.roles and actor.agency_id is not None:
        agencies.add(actor.agency_id)
    if not agencies or actor.person_id is None:
        return false()
    hidden = select(Conflict.id).where(Conflict.case_id == Case.id, Conflict.person_id == actor.person_id)
    return and_(Contribution.agency_id.in_(sorted(agencies)), Case.restricted.is_(False), not_(hidden.exists()))


def _found(condition: ColumnElement[bool], *, most: int, newest: bool = False) -> list[Contributed]:
    wanted, given, giver = aliased(Note), aliased(Note), aliased(Person)
    calendar = load_calendar()
    rows = db.session.execute(
        select(Contribution, Case, Agency, wanted.body, Person.display_name, given.body, giver.display_name,
               Deadline)
        .join(Case, Case.id == Contribution.case_id)
        .join(Agency, Agency.id == Contribution.agency_id)
        .join(wanted, wanted.id == Contribution.asked_note_id)
        .join(Person, Person.id == Contribution.asked_by_id)
        .join(Deadline, and_(Deadline.kind == "contribute", Deadline.case_id == Contribution.case_id,
                             Deadline.subject_id == Contribution.id,
                             # After an extension the newest clock counts.
                             or_(Deadline.stopped_at.is_(None), Contribution.ended_at.is_not(None))))
        .outerjoin(given, given.id == Contribution.given_note_id)
        .outerjoin(giver, giver.id == Contribution.given_by_id)
        .where(condition).options(joinedload(Case.agency), selectinload(Case.points))
        .order_by(Contribution.id.desc() if newest else Contribution.id, Deadline.id).limit(most))
    found: dict[int, Contributed] = {}
    for row, case, agency, asked, asker, said, by, deadline in rows:
        found[row.id] = Contributed(
            id=row.id, case=case, agency=agency, wanted=asked, asked_by=asker, asked_at=row.asked_at,
            given=said or "", given_by=by or "", ended_at=row.ended_at, due=as_due(deadline, calendar))
    return list(found.values())
