"""Requests to pass a case on: the open one of a case, the last decision, and those that wait for a word."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload

from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Note
from feedback.models.people import Person
from feedback.models.reader import TransferRequest
from feedback.queries.cases import PAGE
from feedback.queries.visibility import visible_to

COUNTED = 100
"""More open requests are not counted: the page says "more than"."""


@dataclass(frozen=True)
class Asked:
    """One request as a page shows it. ``why`` is the decision's reason, empty while there is none; ``granted``
    None while it waits."""

    id: int
    case: Case
    from_agency: Agency
    to_agency: Agency
    ground: str
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    decided_at: datetime | None
    granted: bool | None
    why: str


def open_request(case_id: int) -> TransferRequest | None:
    """The request of this case that waits for a decision, if any."""
    return db.session.scalar(select(TransferRequest).where(
        TransferRequest.case_id == case_id, TransferRequest.decided_at.is_(None)))


def requests_of(case: Case) -> list[Asked]:
    """The requests of a case, the newest first; at most 10. One statement."""
    return _asked(select(TransferRequest.id).where(TransferRequest.case_id == case.id)
                  .order_by(TransferRequest.id.desc()).limit(10), newest=True)


def waiting(actor: Actor, *, after: int | None = None, size: int = PAGE) -> tuple[list[Asked], int | None]:
    """One page of open requests about cases within reach, the oldest first, above the id ``after``; and the key of
    the next page. One statement."""
    ids = (select(TransferRequest.id).join(Case, Case.id == TransferRequest.case_id)
           .where(TransferRequest.decided_at.is_(None), visible_to(actor))
           .order_by(TransferRequest.id).limit(size + 1))
    if after is not None:
        ids = ids.where(TransferRequest.id > after)
    found = _asked(ids)
    return found[:size], (found[size - 1].id if len(found) > size else None)


def waiting_count(actor: Actor) -> int:
    """How many requests wait, at most ``COUNTED`` + 1."""
    ids = (select(TransferRequest.id).join(Case, Case.id == TransferRequest.case_id)
           .where(TransferRequest.decided_at.is_(None), visible_to(actor)).limit(COUNTED + 1))
    return db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def request_for(actor: Actor, request_id: int) -> Asked | None:
    """One request, decided or not; None when it is none or of a case out of reach."""
    found = _asked(select(TransferRequest.id).join(Case, Case.id == TransferRequest.case_id)
                   .where(TransferRequest.id == request_id, visible_to(actor)))
    return found[0] if found else None


def _asked(ids: Select[tuple[int]], *, newest: bool = False) -> list[Asked]:
    giver, taker, ground, reason = aliased(Agency), aliased(Agency), aliased(Note), aliased(Note)
    rows = db.session.execute(
        select(TransferRequest, Case, giver, taker, ground.body, Person.display_name, reason.body)
        .join(Case, Case.id == TransferRequest.case_id)
        .join(giver, giver.id == TransferRequest.from_agency_id)
        .join(taker, taker.id == TransferRequest.to_agency_id)
        .join(ground, ground.id == TransferRequest.note_id)
        .join(Person, Person.id == TransferRequest.asked_by_id)
        .outerjoin(reason, reason.id == TransferRequest.decision_note_id)
        .where(TransferRequest.id.in_(ids)).options(joinedload(Case.agency))
        .order_by(TransferRequest.id.desc() if newest else TransferRequest.id))
    return [Asked(id=row.id, case=case, from_agency=source, to_agency=target, ground=why,
                  asked_by_id=row.asked_by_id, asked_by=name, asked_at=row.asked_at, decided_at=row.decided_at,
                  granted=row.granted, why=said or "")
            for row, case, source, target, why, name, said in rows]
