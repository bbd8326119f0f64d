"""Nobody forgets next year's calendar: administrators and coordinators get one mail about each year."""

from sqlalchemy import select

from feedback.domain.notices import Notice
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.people import Person, RoleGrant
from feedback.queries import calendar_years
from feedback.services import outbox
from feedback.services.sweeping import one_by_one
from feedback.services.watchdog import Tally

TOLD = (Role.ADMINISTRATOR, Role.COORDINATOR)


def sweep_calendar() -> Tally:
    """Owe one mail a person for each year that is asked for. The name of the mail holds the year: owed twice, it
    is sent once, however often this runs."""
    calendar_years.forget()
    return one_by_one([one.year for one in calendar_years.wanted()], remind)


def remind(year: int) -> bool:
    """Owe the mails about this year, in the caller's transaction; True when one is new."""
    owed = [outbox.owe(notice=Notice.CALENDAR_WANTED, dedupe=f"calendar-wanted.y{year}.p{person_id}",
                       person_id=person_id) for person_id in _told()]
    return any(row is not None for row in owed)


def _told() -> list[int]:
    return list(db.session.scalars(
        select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_([role.value for role in TOLD]), RoleGrant.revoked_at.is_(None),
               Person.disabled_at.is_(None)).distinct().order_by(Person.id)))
