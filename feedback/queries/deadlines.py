"""Questions about clocks: when is a case due, how late is it, is a promise open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.extensions import db
from feedback.models.deadlines import Deadline


@dataclass(frozen=True)
class Due:
    """A clock as a page shows it. ``days``: working days left (running) or past due (late). ``state`` is one
    of running, near (≤ 2 days), late, met, met_late, stopped (also while it waits for the sender)."""

    kind: str
    state: str
    on: date
    days: int
    provisional: bool
    started_on: date
    limit_id: int | None
    paused_days: int


def as_due(row: Deadline | Row[Any], calendar: WorkingCalendar) -> Due:
    """Put one clock into words' reach: its state and the distance in working days."""
    today = clock.today()
    if row.stopped_at is not None:
        stopped_on = clock.local_date(row.stopped_at)
        days = max(0, calendar.working_days_between(row.due_on, stopped_on))
        state = {True: "met", False: "met_late", None: "ended"}[row.met]
    elif row.paused_at is not None:
        days, state = calendar.working_days_between(today, row.due_on), "stopped"
    elif clock.now() > row.due_at:
        days, state = calendar.working_days_between(row.due_on, today), "late"
    else:
        days = calendar.working_days_between(today, row.due_on)
        state = "near" if days <= 2 else "running"
    return Due(kind=row.kind, state=state, on=row.due_on, days=abs(days), provisional=row.provisional,
               started_on=row.started_on, limit_id=row.limit_id, paused_days=row.paused_days)


_CLOCKS = select(Deadline).where(
    Deadline.case_id.in_(bindparam("cases", expanding=True)), Deadline.kind.in_(bindparam("kinds", expanding=True))
).order_by(Deadline.id)


def clocks_of(case_ids: Iterable[int], kinds: Iterable[str]) -> dict[tuple[int, str], Deadline]:
    """The newest clock of each kind of each case, by (case id, kind); one statement."""
    rows = db.session.scalars(_CLOCKS, {"cases": list(case_ids), "kinds": list(kinds)})
    return {(row.case_id, row.kind): row for row in rows}


def has_open_commitment(case_id: int) -> bool:
    """Whether a dated promise of an answer is still open."""
    return db.session.scalar(
        select(Deadline.id).where(Deadline.case_id == case_id, Deadline.kind == "commitment",
                                  Deadline.stopped_at.is_(None)).limit(1)) is not None
