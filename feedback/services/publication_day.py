"""When an approved copy becomes public: once the sender can no longer object, and one working day more."""

from datetime import date, datetime, time

from feedback import clock
from feedback.domain.lifecycle import State
from feedback.models.cases import Case
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.queries.commitments import settled_on


def publish_after(case: Case, approved_at: datetime) -> datetime:
    """The aware instant from which a case of this system may be public: 0:00 in Viet Nam of the day that the
    limit ``publish`` gives, counted from approval or from the end of the time to object, whichever is later
    (design §13.13). A sender who closed the case has nothing left to object to."""
    calendar = load_calendar()
    from_day = max(clock.local_date(approved_at), _last_day_to_object(case))
    rule = limit_in_force("publish", clock.local_date(approved_at))
    return _midnight(calendar.add_working_days(from_day, rule.amount))


def _last_day_to_object(case: Case) -> date:
    if case.state == State.CLOSED.value or case.answered_at is None:
        return date.min
    from_day = settled_on(case, case.answered_at)
    return load_calendar().add_calendar_days(from_day, limit_in_force("objection", from_day).amount)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), clock.VIETNAM)
