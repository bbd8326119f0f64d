"""The load of an agency's officers: what each has in hand and how much of it presses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload

from feedback import clock
from feedback.domain.lifecycle import OPEN
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.people import Person, RoleGrant
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import SOON_DAYS
from feedback.queries.visibility import visible_to

MOST = 20_000
"""Open cases that are looked through for one page; an agency's tree has some hundreds."""


@dataclass(frozen=True)
class Share:
    """Open cases in one pair of hands: how many, how many due to the citizen within three working days, how many
    late, and the day on which the oldest was received. ``officer_id`` None: with nobody yet."""

    agency_id: int | None
    officer_id: int | None
    open: int = 0
    soon: int = 0
    late: int = 0
    oldest_on: date | None = None


def shares(actor: Actor, agency_ids: Collection[int]) -> list[Share]:
    """The open cases of these agencies that the actor may see, by agency and officer; one statement. Late and near
    are counted on the citizen's clock, which does not run while it waits for the sender."""
    runs = Deadline.paused_at.is_(None)
    soon_on = load_calendar().add_working_days(clock.today(), SOON_DAYS)
    is_late = case((and_(runs, Deadline.due_at < clock.now()), 1), else_=0)
    is_soon = case((and_(runs, Deadline.due_at >= clock.now(), Deadline.due_on <= soon_on), 1), else_=0)
    within = (
        select(Case.agency_id, Case.officer_id, Case.received_on, is_soon.label("soon"), is_late.label("late"))
        .outerjoin(Deadline, and_(Deadline.case_id == Case.id, Deadline.kind == "total",
                                  Deadline.stopped_at.is_(None)))
        .where(visible_to(actor), Case.agency_id.in_(sorted(agency_ids)), Case.historical.is_(False),
               Case.state.in_(sorted(s.value for s in OPEN)))
        .limit(MOST).subquery())
    rows = db.session.execute(
        select(within.c.agency_id, within.c.officer_id, func.count().label("open"),
               func.sum(within.c.soon).label("soon"), func.sum(within.c.late).label("late"),
               func.min(within.c.received_on).label("oldest_on"))
        .group_by(within.c.agency_id, within.c.officer_id))
    return [Share(agency_id=r.agency_id, officer_id=r.officer_id, open=r.open, soon=int(r.soon), late=int(r.late),
                  oldest_on=r.oldest_on) for r in rows]


def agencies_in(agency_ids: Collection[int]) -> list[Agency]:
    """These agencies, open or closed."""
    return list(db.session.scalars(select(Agency).where(Agency.id.in_(sorted(agency_ids)))))


def officers_in(agency_ids: Collection[int]) -> list[Person]:
    """Active officers of these agencies with their agency, by name."""
    return list(db.session.scalars(
        select(Person).join(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.role == "officer",
                                            RoleGrant.revoked_at.is_(None)))
        .where(Person.agency_id.in_(sorted(agency_ids)), Person.disabled_at.is_(None))
        .options(joinedload(Person.agency)).order_by(Person.display_name, Person.id)))
