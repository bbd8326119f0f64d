"""The numbers of the province's overview, counted by a sweep: how many open cases are where, and with whom.

Restricted cases count nowhere here: the overview's readers may not know of them.
"""

from sqlalchemy import and_, case, func, select

from feedback import clock
from feedback.domain.lifecycle import OPEN
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline


def desk_counts() -> dict[str, int]:
    """``desk.state.<state>`` open cases, and ``desk.agency.<id>.open`` and ``.late`` for each agency that holds
    some; late by the citizen's clock, which does not run while it waits for the sender."""
    is_open = and_(Case.state.in_([s.value for s in OPEN]), Case.historical.is_(False),
                   Case.restricted.is_(False))
    counts = {f"desk.state.{state}": number for state, number in db.session.execute(
        select(Case.state, func.count()).where(is_open).group_by(Case.state))}
    is_late = case((and_(Deadline.due_at < clock.now(), Deadline.paused_at.is_(None)), 1), else_=0)
    rows = db.session.execute(
        select(Case.agency_id, func.count(), func.coalesce(func.sum(is_late), 0))
        .outerjoin(Deadline, and_(Deadline.case_id == Case.id, Deadline.kind == "total",
                                  Deadline.stopped_at.is_(None)))
        .where(is_open, Case.agency_id.is_not(None)).group_by(Case.agency_id))
    for agency_id, number, late in rows:
        counts[f"desk.agency.{agency_id}.open"], counts[f"desk.agency.{agency_id}.late"] = number, late
    return counts
