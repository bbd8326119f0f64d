"""Requests for more time: the open one of a case, whether its round has had its one, and those that wait."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline
from feedback.models.extensions import Extension
from feedback.models.people import Person
from feedback.queries.cases import PAGE
from feedback.queries.visibility import visible_to

COUNTED = 100
"""More open requests are not counted: the page says "more than"."""


@dataclass(frozen=True)
class Asked:
    """One request as a page shows it. ``why``: the decision's reason, empty while there is none; ``granted`` None
    while it waits and when it lapsed undecided."""

    id: int
    case: Case
    agency: Agency
    ground: str
    reason: str
    evidence: str
    due_before: date
    new_on: date
    days: int
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    decided_at: datetime | None
    granted: bool | None
    why: str


def open_extension(case_id: int) -> Extension | None:
    """The request of this case that waits for a decision, if any."""
    return db.session.scalar(select(Extension).where(
        Extension.case_id == case_id, Extension.decided_at.is_(None)))


def spent(case: Case) -> bool:
    """Whether this round has had its one request: granted or denied. One that fell undecided does not count."""
    return db.session.scalar(select(Extension.id).where(
        Extension.case_id == case.id, Extension.round == case.round,
        Extension.granted.is_not(None)).limit(1)) is not None


def total_of(case_id: int) -> Deadline | None:
    """The citizen's clock while it runs or waits for the sender; None when it has ended."""
    return db.session.scalar(select(Deadline).where(
        Deadline.case_id == case_id, Deadline.kind == DeadlineKind.TOTAL.value, Deadline.stopped_at.is_(None)))


def granted_until(case_id: int | None) -> date | None:
    """The citizen's due date now; for the letter that tells of an extension."""
    row = total_of(case_id) if case_id is not None else None
    return row.due_on if row is not None else None


def last_of(case: Case) -> Asked | None:
    """The newest request of this round, whatever became of it. One statement."""
    found = _asked(select(Extension.id).where(Extension.case_id == case.id, Extension.round == case.round)
                   .order_by(Extension.id.desc()).limit(1))
    return found[0] if found else None


def waiting(actor: Actor, *, after: int | None = None, size: int = PAGE) -> tuple[list[Asked], int | None]:
    """One page of open requests about cases within reach, the oldest first, above the id ``after``; and the key of
    the next page. One statement."""
    ids = _waiting(actor).order_by(Extension.id).limit(size + 1)
    if after is not None:
        ids = ids.where(Extension.id > after)
    found = _asked(ids)
    return found[:size], (found[size - 1].id if len(found) > size else None)


def waiting_count(actor: Actor) -> int:
    """How many requests wait, at most ``COUNTED`` + 1."""
    return db.session.scalar(
        select(func.count()).select_from(_waiting(actor).limit(COUNTED + 1).subquery())) or 0


def extension_for(actor: Actor, extension_id: int) -> Asked | None:
    """One request, decided or not; None when it is none or of a case out of reach."""
    found = _asked(select(Extension.id).join(Case, Case.id == Extension.case_id)
                   .where(Extension.id == extension_id, visible_to(actor)))
    return found[0] if found else None


def _waiting(actor: Actor) -> Select[tuple[int]]:
    return (select(Extension.id).join(Case, Case.id == Extension.case_id)
            .where(Extension.decided_at.is_(None), visible_to(actor)))


def _asked(ids: Select[tuple[int]]) -> list[Asked]:
    reason, said = aliased(Note), aliased(Note)
    rows = db.session.execute(
        select(Extension, Case, Agency, reason.body, Person.display_name, said.body)
        .join(Case, Case.id == Extension.case_id).join(Agency, Agency.id == Extension.agency_id)
        .join(reason, reason.id == Extension.note_id).join(Person, Person.id == Extension.asked_by_id)
        .outerjoin(said, said.id == Extension.decision_note_id)
        .where(Extension.id.in_(ids)).options(joinedload(Case.agency)).order_by(Extension.id))
    return [Asked(id=row.id, case=case, agency=agency, ground=row.ground, reason=words, evidence=row.evidence,
                  due_before=row.due_before, new_on=row.new_on, days=row.days, asked_by_id=row.asked_by_id,
                  asked_by=name, asked_at=row.asked_at, decided_at=row.decided_at, granted=row.granted,
                  why=why or "")
            for row, case, agency, words, name, why in rows]
