"""The province at a glance: where open cases are and which clocks have run out."""

from dataclasses import dataclass

from sqlalchemy import and_, case, func, select

from feedback import clock
from feedback.domain.lifecycle import OPEN
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.outbox import SweepRun
from feedback.queries.visibility import visible_to


@dataclass(frozen=True)
class AgencyLoad:
    """Open and late cases that one agency holds now."""

    agency: Agency
    open: int
    late: int


def load_by_agency(actor: Actor) -> list[AgencyLoad]:
    """Agencies that hold open cases within reach, those with most late ones first; one statement."""
    is_late = case((Deadline.due_at < clock.now(), 1), else_=0)
    rows = db.session.execute(
        select(Agency, func.count(Case.id).label("open"), func.coalesce(func.sum(is_late), 0).label("late"))
        .join(Case, Case.agency_id == Agency.id)
        .outerjoin(Deadline, and_(Deadline.case_id == Case.id, Deadline.kind == "total",
                                  Deadline.stopped_at.is_(None)))
        .where(visible_to(actor), Case.state.in_([s.value for s in OPEN]), Case.historical.is_(False))
        .group_by(Agency.id).order_by(func.coalesce(func.sum(is_late), 0).desc(), Agency.name_vi))
    return [AgencyLoad(agency=row.Agency, open=row.open, late=row.late) for row in rows]


def count_by_state(actor: Actor) -> dict[str, int]:
    """Open cases within reach by state; one statement over the index of states."""
    rows = db.session.execute(
        select(Case.state, func.count()).where(visible_to(actor), Case.state.in_([s.value for s in OPEN]),
                                               Case.historical.is_(False)).group_by(Case.state))
    return {row[0]: row[1] for row in rows}


def sweeps() -> list[SweepRun]:
    """When each sweep last ran, by name: the watchdog watched."""
    return list(db.session.scalars(select(SweepRun).order_by(SweepRun.name)))
