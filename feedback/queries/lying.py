"""What lies and should not: mails that were given up, came back or do not go out, and cases that nobody opened.

The administrator is shown that a mail lies, never of which case; who may see the case gets its reference.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from feedback import clock
from feedback.domain.lifecycle import State
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import Actor, Permission
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.queries.calendar import load_calendar
from feedback.queries.health import MAIL_LATE_AFTER
from feedback.queries.sweeps import MAIL_LIES_AFTER, OF_ITS_OWN
from feedback.queries.visibility import visible_to

MOST = 50
"""Rows of one list; the others are counted."""
BOUNCES_SHOWN_FOR = timedelta(days=30)
UNOPENED_AFTER = 2
"""Working days after which an agency that has not taken a case is shown."""
NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class LyingMail:
    """One notice. ``to``: the member of staff or the agency; None for the sender of a case. ``reference``: of its
    case, for who may see it. ``code``: class of the last failure, or the server's status for one that came
    back."""

    id: int
    notice: str
    to: str | None
    reference: str | None
    created_at: datetime
    at: datetime | None
    tries: int
    code: str | None


@dataclass(frozen=True)
class Lying:
    """Mails of one sort: the oldest MOST of them, and how many there are."""

    rows: Sequence[LyingMail]
    number: int


def stuck(actor: Actor) -> Lying:
    """Ripe for a while, and nobody takes them: the outbox sweep or its lease is at fault, not the mail server."""
    since = clock.now() - MAIL_LIES_AFTER
    free = or_(Outbox.lease_until.is_(None), Outbox.lease_until <= since)
    return _mails(actor, and_(_OWED, OF_ITS_OWN, Outbox.next_try <= since, free), at=Outbox.next_try)


def unsent(actor: Actor) -> Lying:
    """Owed for long, tried, and to be tried again: the mail server does not take them."""
    now = clock.now()
    return _mails(actor, and_(_OWED, Outbox.created_at < now - MAIL_LATE_AFTER,
                              Outbox.next_try > now - MAIL_LIES_AFTER), at=Outbox.next_try)


def dead(actor: Actor) -> Lying:
    """Given up after seven days of trying."""
    return _mails(actor, is_dead(), at=Outbox.dead_at)


def bounced(actor: Actor) -> Lying:
    """Came back in the last days: who was to be told does not know."""
    return _mails(actor, Outbox.bounced_at > clock.now() - BOUNCES_SHOWN_FOR, at=Outbox.bounced_at,
                  code=Outbox.bounce_code)


def is_dead() -> ColumnElement[bool]:
    """A condition on mails that were given up although there was an address."""
    return and_(Outbox.dead_at.is_not(None), Outbox.sent_at.is_(None),
                or_(Outbox.fault.is_(None), Outbox.fault != NO_ADDRESS))


_OWED = and_(Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))


def _mails(actor: Actor, lies: ColumnElement[bool], *, at: ColumnElement[datetime | None] | object,
           code: object = Outbox.fault) -> Lying:
    number = db.session.scalar(select(func.count()).select_from(Outbox).where(lies)) or 0
    if not number:
        return Lying((), 0)
    rows = db.session.execute(
        select(Outbox, Person.display_name, Agency.name_vi, at.label("at"),  # type: ignore[attr-defined]
               code.label("code"))  # type: ignore[attr-defined]
        .outerjoin(Person, Person.id == Outbox.person_id).outerjoin(Agency, Agency.id == Outbox.agency_id)
        .where(lies).order_by(Outbox.id).limit(MOST)).all()
    references = _references(actor, (row.Outbox.case_id for row in rows))
    return Lying([LyingMail(
        id=row.Outbox.id, notice=row.Outbox.notice, to=row.display_name or row.name_vi,
        reference=references.get(row.Outbox.case_id), created_at=row.Outbox.created_at, at=row.at,
        tries=row.Outbox.tries, code=row.code) for row in rows], number)


def _references(actor: Actor, case_ids: Iterable[int | None]) -> dict[int | None, str]:
    wanted = sorted({one for one in case_ids if one is not None})
    if not wanted or not actor.can(Permission.CASE_READ):
        return {}
    return {row.id: row.reference for row in db.session.execute(
        select(Case.id, Case.reference).where(Case.id.in_(wanted), visible_to(actor)))}


@dataclass(frozen=True)
class Unopened:
    """A case that lies with an agency (its names) and that nobody there has taken. ``reference``: for who may see
    it."""

    name_vi: str
    name_en: str
    reference: str | None
    since: datetime
    days: int


def unopened(actor: Actor) -> tuple[list[Unopened], int]:
    """Cases assigned UNOPENED_AFTER working days ago or more and not taken: the longest lying MOST, and how many
    there are. The agency's clock says since when. Restricted ones are in nobody's list, and who reads cases is not
    told of one that is hidden from them."""
    calendar, today = load_calendar(), clock.today()
    last = calendar.add_working_days(today, -UNOPENED_AFTER if calendar.is_working(today) else -UNOPENED_AFTER - 1)
    query = (select(Deadline.started_at, Deadline.started_on, Case.id, Agency.name_vi, Agency.name_en)
             .join(Case, Case.id == Deadline.case_id).join(Agency, Agency.id == Case.agency_id)
             .where(Case.state == State.ASSIGNED.value, Deadline.kind == DeadlineKind.HANDLE.value,
                    Deadline.stopped_at.is_(None), Deadline.started_on <= last, Case.restricted.is_(False)))
    if actor.can(Permission.CASE_READ):
        query = query.where(visible_to(actor))
    number = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(query.order_by(Deadline.started_at, Deadline.id).limit(MOST)).all() if number else []
    references = _references(actor, (row.id for row in rows))
    return [Unopened(row.name_vi, row.name_en, references.get(row.id), row.started_at,
                     calendar.working_days_between(row.started_on, today)) for row in rows], number
