"""What one mail says about several clocks: reference, which clock, its due date and how far away that is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.queries.calendar import load_calendar

_CLOCK = re.compile(r"\.d([0-9]{1,18})\.")


@dataclass(frozen=True)
class OwedClock:
    """One clock of a mail. ``days``: working days from today to the due date, negative when it has passed.
    ``reference`` is None for a clock that belongs to no case; ``stopped``: it has stopped since."""

    deadline_id: int
    case_id: int | None
    reference: str | None
    kind: str
    due_on: date
    days: int
    stopped: bool

    @property
    def late(self) -> bool:
        """Whether the due day is over."""
        return self.due_on < clock.today()


def clock_named(dedupe: str) -> int | None:
    """The id of the clock that a notice of the ladder is about; None when it names none."""
    found = _CLOCK.search(dedupe)
    return int(found[1]) if found else None


def owed_clocks(dedupes: Iterable[str]) -> list[OwedClock]:
    """The clocks these notices are about, each once, the longest overdue first (two statements)."""
    ids = {found for one in dedupes if (found := clock_named(one)) is not None}
    calendar, today = load_calendar(), clock.today()
    rows = db.session.execute(
        select(Deadline, Case.reference).outerjoin(Case, Case.id == Deadline.case_id)
        .where(Deadline.id.in_(ids)).order_by(Deadline.due_on, Deadline.id)).all()
    return [OwedClock(row.id, row.case_id, reference, row.kind, row.due_on,
                      calendar.working_days_between(today, row.due_on), row.stopped_at is not None)
            for row, reference in rows]
