"""The ladder that silence climbs: who is told when a deadline comes near, passes, and stays passed.

Reminders stand before the due date, rungs after it. All distances are working days from the due date, so that
a message never waits on a desk nobody sits at. The province may change the rows; this is what it starts with.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

from feedback.domain.calendar import WorkingCalendar
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient


@dataclass(frozen=True)
class Rung:
    """One step. ``offset`` is in working days from the due date (negative: before it); ``tell`` is who
    is told: COORDINATOR is the province office, CHAIRMAN the chairman's list."""

    key: str
    offset: int
    tell: Recipient

    @property
    def is_reminder(self) -> bool:
        """Whether it warns before the due date. A reminder is no escalation and is not counted as one."""
        return self.offset < 0


_BEFORE_2 = Rung("before_2", -2, Recipient.OFFICER)
_BEFORE_1 = Rung("before_1", -1, Recipient.AGENCY_HEAD)
_HEAD = Rung("after_1", 1, Recipient.AGENCY_HEAD)
_OFFICE = Rung("after_3", 3, Recipient.COORDINATOR)
_CHAIRMAN = Rung("after_5", 5, Recipient.CHAIRMAN)
_FULL = (_BEFORE_2, _BEFORE_1, _HEAD, _OFFICE, _CHAIRMAN)
_OFFICE_ITSELF = (Rung("after_1", 1, Recipient.COORDINATOR), Rung("after_3", 3, Recipient.CHAIRMAN))
"""For clocks that the province office holds or set itself: the office first, then the chairman."""

LADDERS: dict[DeadlineKind, tuple[Rung, ...]] = {
    DeadlineKind.TOTAL: _FULL,
    DeadlineKind.HANDLE: _FULL,
    DeadlineKind.RECEIVE: _OFFICE_ITSELF,
    DeadlineKind.TRANSFER: _OFFICE_ITSELF,
    DeadlineKind.GATE: _OFFICE_ITSELF,
    DeadlineKind.PUBLISH: _OFFICE_ITSELF,
    DeadlineKind.APPROVE: (_HEAD, _OFFICE, _CHAIRMAN),
    DeadlineKind.REDO: (Rung("before_1", -1, Recipient.OFFICER), _HEAD, _OFFICE, _CHAIRMAN),
    DeadlineKind.COMMITMENT: (_BEFORE_2, _HEAD, _OFFICE, _CHAIRMAN),
    DeadlineKind.INSTRUCTION: (_BEFORE_1, *_OFFICE_ITSELF),
    DeadlineKind.SUPPLY: (),
}
"""Every kind has a row. SUPPLY is empty: the citizen's own silence is nobody's fault to escalate."""


def rung_day(rung: Rung, due_on: date, calendar: WorkingCalendar) -> date:
    """The date on which this rung is owed. The event carries it, even when the sweep comes days later."""
    return calendar.add_working_days(due_on, rung.offset)


def rungs_due(
    kind: DeadlineKind,
    due_on: date,
    today: date,
    calendar: WorkingCalendar,
    already: Set[str],
    last_on: date | None = None,
) -> list[Rung]:
    """The next rung to climb today for a running deadline: a list of one, or empty.

    It looks back without limit, so a sweep that did not run loses nothing. After a long stop the ladder is
    climbed one rung a day and not in one storm: ``already`` holds the keys of the rungs climbed and
    ``last_on`` the date of the latest one (of the case, or of the deadline); nothing is due on that same day.
    A reminder whose deadline has passed is dropped, because the rung after it says more.
    """
    if last_on is not None and last_on >= today:
        return []
    for rung in LADDERS[kind]:
        if rung.key in already or (rung.is_reminder and today > due_on):
            continue
        if rung_day(rung, due_on, calendar) <= today:
            return [rung]
    return []
