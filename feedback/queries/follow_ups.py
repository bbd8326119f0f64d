"""Questions about follow-up notes: which cases a supervisor wants to look at again, and when. For supervisors
only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from feedback import clock
from feedback.domain.permissions import GRANTS, Actor, Permission, only_in
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.instructions import FollowUp
from feedback.models.people import Person
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import PAGE
from feedback.queries.visibility import visible_to

COUNTED = 1_000


class When(StrEnum):
    """Which notes: those whose day has come, later ones, those that are done."""

    TODAY = "today"
    COMING = "coming"
    DONE = "done"


@dataclass(frozen=True)
class Noted:
    """One note. ``days``: working days until its day, or since it (``past``)."""

    row: FollowUp
    case: Case
    author: str
    days: int
    past: bool


@dataclass(frozen=True)
class Page:
    """A page by key."""

    rows: Sequence[Noted]
    after: str | None


def overseen_cases(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case``: what this person sees as a supervisor. Nobody named in a conflict, no restricted
    one."""
    ways = [visible_to(only_in(actor, role)) for role in sorted(actor.roles)
            if Permission.CASE_OVERSEE in GRANTS[role]]
    return or_(*ways) if ways else false()


def follow_ups(actor: Actor, when: When, *, everybodys: bool = False, after: str | None = None,
               size: int = PAGE) -> Page:
    """One page, by day (done ones: newest first); one's own, or all that supervisors wrote."""
    query = _base(actor).where(_at(when))
    if not everybodys:
        query = query.where(FollowUp.author_id == actor.person_id)
    day, _, number = (after or "").partition("~")
    try:
        place = (date.fromisoformat(day), int(number)) if number.isascii() and len(number) <= 18 else None
    except ValueError:
        place = None  # a mangled link shows the first page
    if when is When.DONE:
        query = query.order_by(FollowUp.id.desc())
        query = query.where(FollowUp.id < place[1]) if place else query
    else:
        query = query.order_by(FollowUp.look_again_on, FollowUp.id)
        if place:
            query = query.where(or_(FollowUp.look_again_on > place[0],
                                    (FollowUp.look_again_on == place[0]) & (FollowUp.id > place[1])))
    rows = [_noted(*row) for row in db.session.execute(query.limit(size + 1))]
    last = rows[size - 1].row if len(rows) > size else None
    return Page(rows=rows[:size], after=f"{last.look_again_on.isoformat()}~{last.id}" if last else None)


def of_case(actor: Actor, case_id: int) -> list[Noted]:
    """The notes on a case, open ones first, then the newest; at most 25. Empty for who is no supervisor of it."""
    return [_noted(*row) for row in db.session.execute(
        _base(actor).where(FollowUp.case_id == case_id)
        .order_by(FollowUp.done_at.is_not(None), FollowUp.id.desc()).limit(25))]


def due_count(actor: Actor) -> int:
    """How many of one's own notes have come to their day; at most ``COUNTED`` + 1."""
    ids = (select(FollowUp.id).join(Case, Case.id == FollowUp.case_id)
           .where(overseen_cases(actor), _at(When.TODAY), FollowUp.author_id == actor.person_id)
           .limit(COUNTED + 1))
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def _at(when: When) -> ColumnElement[bool]:
    if when is When.DONE:
        return FollowUp.done_at.is_not(None)
    today = clock.today()
    day = FollowUp.look_again_on <= today if when is When.TODAY else FollowUp.look_again_on > today
    return FollowUp.done_at.is_(None) & day


def _base(actor: Actor) -> Select[tuple[FollowUp, Case, str]]:
    return (select(FollowUp, Case, Person.display_name).join(Case, Case.id == FollowUp.case_id)
            .join(Person, Person.id == FollowUp.author_id).where(overseen_cases(actor)))


def _noted(row: FollowUp, case: Case, author: str) -> Noted:
    today, calendar = clock.today(), load_calendar()
    past = row.look_again_on < today
    first, last = (row.look_again_on, today) if past else (today, row.look_again_on)
    return Noted(row, case, author, calendar.working_days_between(first, last), past)
