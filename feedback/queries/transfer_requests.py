"""Requests to pass a case on: the open one of a case, the last decision, and those that wait for a word."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from feedback.domain.passing import posts
from feedback.domain.permissions import Actor, only_in
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict, Note
from feedback.models.deadlines import Deadline
from feedback.models.people import Person
from feedback.models.reader import TransferRequest
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import PAGE
from feedback.queries.deadlines import Due, as_due
from feedback.queries.superiors import common_superior
from feedback.queries.visibility import visible_to

COUNTED = 100
"""More open requests are not counted: the page says "more than"."""


@dataclass(frozen=True)
class Asked:
    """One request as a page shows it. ``why`` is the decision's reason, empty while there is none; ``granted``
    None while it waits. ``accepted`` is what the agency that was named said (None: nothing yet), ``refusal`` its
    reason; ``reply`` the clock of its reply, None for requests from before it had one."""

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
    accepted: bool | None = None
    refusal: str = ""
    answered_by_id: int | None = None
    reply: Due | None = None

    @property
    def standing(self) -> str:
        """offered (its time to reply runs), no_reply (that has passed), refused, or settled."""
        if self.decided_at is not None:
            return "settled"
        if self.accepted is False:
            return "refused"
        return "no_reply" if self.reply is not None and self.reply.state == "late" else "offered"


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


def offered_to(actor: Actor) -> list[Asked]:
    """Open requests that name an agency for which this person speaks as head and that it has not answered, the
    oldest first; at most 50. The request, not the tree, gives this sight: the case itself stays out of reach."""
    ids = _named(actor).where(TransferRequest.answered_at.is_(None)).order_by(TransferRequest.id).limit(50)
    return _asked(ids)


def offer_for(actor: Actor, request_id: int) -> Asked | None:
    """One open request that names an agency for which this person speaks, answered or not; None otherwise."""
    found = _asked(_named(actor).where(TransferRequest.id == request_id))
    return found[0] if found else None


def for_superior(actor: Actor) -> list[Asked]:
    """Open requests between two agencies of which this person heads the nearest one above both: those that were
    refused or got no reply in time first, then those that wait for a reply; at most 50."""
    heads = posts(actor)
    if not heads:
        return []
    inside = sorted(actor.agency_tree)
    ids = (select(TransferRequest.id).join(Case, Case.id == TransferRequest.case_id)
           .where(TransferRequest.decided_at.is_(None), TransferRequest.from_agency_id.in_(inside),
                  TransferRequest.to_agency_id.in_(inside), visible_to(only_in(actor, Role.AGENCY_HEAD)))
           .order_by(TransferRequest.id).limit(200))
    asked = _asked(ids)
    pairs = {(one.from_agency.id, one.to_agency.id) for one in asked}
    theirs = {pair for pair in pairs if common_superior(*pair) in heads}
    found = [one for one in asked if (one.from_agency.id, one.to_agency.id) in theirs]
    return sorted(found, key=lambda one: one.standing == "offered")[:50]


def _named(actor: Actor) -> Select[tuple[int]]:
    hidden = select(Conflict.id).where(Conflict.case_id == Case.id, Conflict.person_id == actor.person_id)
    return (select(TransferRequest.id).join(Case, Case.id == TransferRequest.case_id)
            .where(TransferRequest.decided_at.is_(None), TransferRequest.to_agency_id.in_(sorted(posts(actor))),
                   Case.restricted.is_(False), not_(hidden.exists())))


def _asked(ids: Select[tuple[int]], *, newest: bool = False) -> list[Asked]:
    giver, taker, ground, reason = aliased(Agency), aliased(Agency), aliased(Note), aliased(Note)
    refusal, calendar = aliased(Note), load_calendar()
    rows = db.session.execute(
        select(TransferRequest, Case, giver, taker, ground.body, Person.display_name, reason.body, refusal.body,
               Deadline)
        .join(Case, Case.id == TransferRequest.case_id)
        .join(giver, giver.id == TransferRequest.from_agency_id)
        .join(taker, taker.id == TransferRequest.to_agency_id)
        .join(ground, ground.id == TransferRequest.note_id)
        .join(Person, Person.id == TransferRequest.asked_by_id)
        .outerjoin(reason, reason.id == TransferRequest.decision_note_id)
        .outerjoin(refusal, refusal.id == TransferRequest.answer_note_id)
        .outerjoin(Deadline, and_(Deadline.kind == "transfer_reply", Deadline.case_id == TransferRequest.case_id,
                                  Deadline.subject_id == TransferRequest.id))
        .where(TransferRequest.id.in_(ids)).options(joinedload(Case.agency), selectinload(Case.points))
        .order_by(TransferRequest.id.desc() if newest else TransferRequest.id))
    return [Asked(id=row.id, case=case, from_agency=source, to_agency=target, ground=why,
                  asked_by_id=row.asked_by_id, asked_by=name, asked_at=row.asked_at, decided_at=row.decided_at,
                  granted=row.granted, why=said or "", accepted=row.accepted, refusal=no or "",
                  answered_by_id=row.answered_by_id,
                  reply=as_due(deadline, calendar) if deadline is not None else None)
            for row, case, source, target, why, name, said, no, deadline in rows]
