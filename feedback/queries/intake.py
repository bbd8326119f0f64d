"""The queue of intake and of the restricted desk: what waits for them, by the due date of their own clock."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from feedback.domain.lifecycle import State
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import PAGE, Page, Row, key_of, place_of
from feedback.queries.deadlines import as_due, clocks_of
from feedback.queries.visibility import visible_to

WAITING = (State.SUBMITTED, State.ACCEPTED, State.AWAITING_SUBMITTER)
CLOCKS = ("receive", "transfer", "supply")
"""First reading, giving it to an agency, waiting for the sender: one of them runs at a time."""


def queue(actor: Actor, *, after: str | None = None, size: int = PAGE) -> Page:
    """What waits for whoever reads complaints first, the earliest due first reading on top, ``size`` a page by key
    ``after``. Three statements whatever the number of rows."""
    due = (select(func.min(Deadline.due_at)).where(
        Deadline.case_id == Case.id, Deadline.kind.in_(CLOCKS), Deadline.stopped_at.is_(None))
        .correlate(Case).scalar_subquery())
    key = func.coalesce(due, Case.entered_at)
    query = (select(Case, key.label("key"))
             .where(visible_to(actor), Case.state.in_([s.value for s in WAITING]), Case.historical.is_(False))
             .options(joinedload(Case.procedure)).order_by(key, Case.id)
             .limit(size + 1))
    if (start := place_of(after)) is not None:
        query = query.where(or_(key > start[0], (key == start[0]) & (Case.id > start[1])))
    found = db.session.execute(query).all()
    shown = found[:size]
    calendar = load_calendar()
    clocks = clocks_of([r.Case.id for r in shown], ["total", *CLOCKS])
    rows = []
    for r in shown:
        own = next((clocks[r.Case.id, k] for k in CLOCKS
                    if (r.Case.id, k) in clocks and clocks[r.Case.id, k].stopped_at is None), None)
        total = clocks.get((r.Case.id, "total"))
        rows.append(Row(case=r.Case, total=as_due(total, calendar) if total else None,
                        due=as_due(own, calendar) if own else None))
    more = len(found) > size
    return Page(rows=rows, after=key_of(shown[-1].key, shown[-1].Case.id) if more else None)


def entered_by(actor: Actor, key_hash: str, *, since: datetime) -> str | None:
    """The reference of the case with this hashed key, when this member of staff entered it since then; or None."""
    if actor.person_id is None:
        return None
    return db.session.scalar(select(Case.reference).where(
        Case.key_hash == key_hash, Case.entered_by_id == actor.person_id, Case.entered_at >= since))
