"""The ladder that silence climbs: who is told when a deadline comes near, passes, and stays passed.

Reminders stand before or on the due day, rungs after it. Distances are working days from the due day, or working
hours from the due instant where a day is too coarse, so that a message never waits on a desk nobody sits at. The
province changes the rows (``models.deadlines.LadderRung``); this is what it starts with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.domain.office_hours import DEFAULT_OFFICE_HOURS, VIETNAM_TIME, OfficeHours, local


class Effect(StrEnum):
    """What a rung brings besides its message."""

    NOTHING = ""
    APOLOGY_FORM = "apology_form"
    """The apology form is ready and the message links to it (Decree 61/2018/NĐ-CP, article 12.5)."""
    EXPLANATION = "explanation"
    """The head of the agency owes an explanation (Directive 27/CT-TTg of 27 October 2023)."""
    PUBLIC_LIST = "public_list"
    """The case stands on the public list of overdue cases (reference, agency, category, days late)."""


@dataclass(frozen=True)
class Rung:
    """One step. ``offset`` counts ``unit`` from the due date (negative: before it); ``tell`` is who is told:
    COORDINATOR is the province office, CHAIRMAN the chairman's list."""

    key: str
    offset: int
    tell: Recipient
    unit: Unit = Unit.WORKING_DAYS
    does: Effect = Effect.NOTHING

    @property
    def is_reminder(self) -> bool:
        """Whether it warns before the time has run out (the due day is not over before midnight). A reminder is no
        escalation and is not counted as one."""
        return self.offset < 0 or (self.offset == 0 and not self.in_hours)

    @property
    def in_hours(self) -> bool:
        """Whether it is owed at an hour and not on a day."""
        return self.unit is Unit.WORKING_HOURS


Ladders = Mapping[DeadlineKind, Sequence[Rung]]
"""The rungs of each kind of clock, in the order in which they are owed."""

_HOURS = Unit.WORKING_HOURS
_BEFORE_2 = Rung("before_2", -2, Recipient.OFFICER)
_BEFORE_1 = Rung("before_1", -1, Recipient.AGENCY_HEAD, does=Effect.APOLOGY_FORM)
_DUE_DAY = Rung("due_day", 0, Recipient.AGENCY_HEAD)
_HEAD = Rung("after_1", 1, Recipient.AGENCY_HEAD)
_EXPLAIN = Rung("after_1", 1, Recipient.AGENCY_HEAD, does=Effect.EXPLANATION)
_OFFICE = Rung("after_3", 3, Recipient.COORDINATOR)
_CHAIRMAN = Rung("after_5", 5, Recipient.CHAIRMAN)
_LISTED = Rung("after_5", 5, Recipient.CHAIRMAN, does=Effect.PUBLIC_LIST)
_OFFICE_ITSELF = (Rung("after_1", 1, Recipient.COORDINATOR), Rung("after_3", 3, Recipient.CHAIRMAN))
"""For clocks that the province office holds or set itself: the office first, then the chairman."""
_HEAD_SOON = Rung("before_2h", -2, Recipient.AGENCY_HEAD, _HOURS)
_IN_HOURS = (Rung("before_2h", -2, Recipient.COORDINATOR, _HOURS),
             Rung("after_1h", 1, Recipient.COORDINATOR, _HOURS),
             Rung("after_3", 3, Recipient.CHAIRMAN))
"""The same for clocks of a day or of hours: a word two working hours before, and one hour after."""

LADDERS: Ladders = {
    DeadlineKind.TOTAL: (_BEFORE_2, _BEFORE_1, _DUE_DAY, _HEAD, _OFFICE, _LISTED),
    DeadlineKind.HANDLE: (_BEFORE_2, _BEFORE_1, _DUE_DAY, _EXPLAIN, _OFFICE, _CHAIRMAN),
    DeadlineKind.RECEIVE: _IN_HOURS,
    DeadlineKind.TRANSFER: _IN_HOURS,
    DeadlineKind.TRANSFER_REPLY: (_HEAD_SOON, *_IN_HOURS[1:]),
    DeadlineKind.EXTENSION: _IN_HOURS,
    DeadlineKind.GATE: _IN_HOURS,
    DeadlineKind.PUBLISH: _OFFICE_ITSELF,
    DeadlineKind.APPROVE: (_HEAD_SOON,
                           Rung("after_1h", 1, Recipient.AGENCY_HEAD, _HOURS), _OFFICE, _CHAIRMAN),
    DeadlineKind.REDO: (Rung("before_1", -1, Recipient.OFFICER), Rung("before_2h", -2, Recipient.OFFICER, _HOURS),
                        _EXPLAIN, _OFFICE, _CHAIRMAN),
    DeadlineKind.CONTRIBUTE: (Rung("before_1", -1, Recipient.AGENCY_HEAD), _HEAD, _OFFICE, _CHAIRMAN),
    DeadlineKind.COMMITMENT: (_BEFORE_2, _HEAD, _OFFICE, _CHAIRMAN),
    DeadlineKind.EXPLANATION: (_OFFICE, _CHAIRMAN),
    DeadlineKind.INSTRUCTION: (Rung("before_1", -1, Recipient.AGENCY_HEAD), *_OFFICE_ITSELF),
    DeadlineKind.SUPPLY: (),
}
"""Every kind has a row. SUPPLY is empty: the citizen's own silence is nobody's fault to escalate."""


@dataclass(frozen=True)
class End:
    """The due date of a clock as the ladder takes it: the day, and the instant after which it is late."""

    on: date
    at: datetime


def owed_at(rung: Rung, end: End, calendar: WorkingCalendar,
            office_hours: OfficeHours = DEFAULT_OFFICE_HOURS) -> datetime:
    """When this rung is owed: from the first minute of its day, or at its hour. The event carries it, even when
    the sweep comes days later."""
    if rung.in_hours:
        return calendar.add_working_hours(end.at, rung.offset, office_hours)
    return datetime.combine(calendar.add_working_days(end.on, rung.offset), time(0), VIETNAM_TIME)


def first_owed(rungs: Iterable[Rung], end: End, calendar: WorkingCalendar,
               office_hours: OfficeHours = DEFAULT_OFFICE_HOURS) -> datetime | None:
    """When the first of these rungs is owed; None when there is none."""
    return min((owed_at(rung, end, calendar, office_hours) for rung in rungs), default=None)


def rungs_due(
    ladder: Sequence[Rung],
    end: End,
    now: datetime,
    calendar: WorkingCalendar,
    climbed: Mapping[str, datetime],
    office_hours: OfficeHours = DEFAULT_OFFICE_HOURS,
) -> list[Rung]:
    """The next rung to climb now for a running deadline: a list of one, or empty.

    It looks back without limit, so a sweep that did not run loses nothing. After a long stop the ladder is
    climbed one rung a day (a rung in hours: one an hour) and not in one storm: ``climbed`` holds when each rung
    fired. A reminder whose deadline has passed is dropped, because the rung after it says more.
    """
    last = max(climbed.values(), default=None)
    left = [(owed_at(rung, end, calendar, office_hours), rung) for rung in ladder
            if rung.key not in climbed and not (rung.is_reminder and now > end.at)]
    for at, rung in sorted(left, key=lambda one: one[0]):
        if at <= now:
            too_soon = last is not None and (
                now - last < timedelta(hours=1) if rung.in_hours else local(last).date() >= local(now).date())
            return [] if too_soon else [rung]
    return []


def next_look(ladder: Sequence[Rung], end: End, now: datetime, calendar: WorkingCalendar,
              climbed: Mapping[str, datetime],
              office_hours: OfficeHours = DEFAULT_OFFICE_HOURS) -> datetime | None:
    """When the sweep has to look at a clock again after it has just looked; None when its ladder is climbed. What
    is owed already waits for the next day (a rung in hours: for the next hour)."""
    left = [rung for rung in ladder if rung.key not in climbed and not (rung.is_reminder and now > end.at)]
    if not left:
        return None
    tomorrow = datetime.combine(local(now).date() + timedelta(days=1), time(0), VIETNAM_TIME)
    return min(max(owed_at(rung, end, calendar, office_hours),
                   now + timedelta(hours=1) if rung.in_hours else tomorrow) for rung in left)
