"""Withdrawals whose senders say that somebody pressed for them: which are open, and how many each agency has."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, not_, or_, select
from sqlalchemy.orm import joinedload

from feedback.domain.deadlines import end_of_day
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import GRANTS, Actor, Permission, only_in
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Proposal
from feedback.models.instructions import FollowUp, Instruction
from feedback.queries.cases import PAGE
from feedback.queries.visibility import moved_up_to_leader, original_to, visible_to

COUNTED = 1_000


@dataclass(frozen=True)
class Pressed:
    """One wish with pressure told. ``words`` is the sender's reason, for who may read the sender's own words (else
    empty). ``granted``: None while nobody has decided; ``dealt_with``: a follow-up note or an instruction about
    the case was written since."""

    id: int
    case: Case
    asked_at: datetime
    words: str
    decided_at: datetime | None
    granted: bool | None
    dealt_with: bool


@dataclass(frozen=True)
class Page:
    """A page by key."""

    rows: Sequence[Pressed]
    after: int | None


@dataclass(frozen=True)
class OfAgency:
    """Of one agency (None: no agency had the case): withdrawals asked for, those with pressure told, and of these
    the ones nothing was done about yet."""

    agency: Agency | None
    asked: int
    pressed: int
    open: int


def theirs(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case``: whose withdrawals this supervisor deals with. The coordinators', but where the
    office is in conflict the leader's alone; never those of an agency for which the person works."""
    ways = []
    for role in actor.roles:
        if Permission.CASE_OVERSEE in GRANTS[role]:
            sees = visible_to(only_in(actor, role))
            ways.append(sees if role is Role.LEADER else and_(sees, not_(moved_up_to_leader())))
    if not ways:
        return false()
    if not actor.roles & {Role.OFFICER, Role.AGENCY_HEAD}:
        return or_(*ways)
    own = sorted(actor.agency_tree | ({actor.agency_id} if actor.agency_id is not None else set()))
    return and_(or_(*ways), or_(Case.agency_id.is_(None), Case.agency_id.not_in(own)))


def pressed_withdrawals(actor: Actor, *, everything: bool = False, after: int | None = None,
                        size: int = PAGE) -> Page:
    """One page: those nothing was done about, the oldest first; ``everything``: all, the newest first."""
    query = (select(Proposal, Case, original_to(actor).label("reads"), _dealt_with().label("dealt_with"))
             .join(Case, Case.id == Proposal.case_id).where(_told(), theirs(actor))
             .options(joinedload(Case.agency), joinedload(Proposal.note)).limit(size + 1))
    if everything:
        query = query.order_by(Proposal.id.desc())
        query = query.where(Proposal.id < after) if after is not None else query
    else:
        query = query.where(not_(_dealt_with())).order_by(Proposal.id)
        query = query.where(Proposal.id > after) if after is not None else query
    rows = [Pressed(id=row.id, case=case, asked_at=row.proposed_at, words=row.note.body if reads else "",
                    decided_at=row.decided_at, granted=row.granted, dealt_with=bool(done))
            for row, case, reads, done in db.session.execute(query)]
    return Page(rows=rows[:size], after=rows[size - 1].id if len(rows) > size else None)


def waiting(actor: Actor) -> Select[tuple[int]]:
    """The ids of wishes with pressure told that wait for somebody to do something, for whoever counts them."""
    return (select(Proposal.id).join(Case, Case.id == Proposal.case_id)
            .where(_told(), theirs(actor), not_(_dealt_with())))


def by_agency(actor: Actor, *, since: date) -> list[OfAgency]:
    """Wishes to withdraw since this day (Viet Nam) by the agency that has the case now, those with most pressure
    first. For supervisors only: an agency never learns of these figures. Two statements."""
    rows = db.session.execute(
        select(Case.agency_id, Proposal.pressed, _dealt_with().label("done"))
        .join(Case, Case.id == Proposal.case_id)
        .where(Proposal.action == Action.WITHDRAW.value, theirs(actor),
               Proposal.proposed_at >= end_of_day(since - timedelta(days=1)))).all()
    ids = {row.agency_id for row in rows} - {None}
    agencies = {one.id: one for one in db.session.scalars(select(Agency).where(Agency.id.in_(ids)))} if ids else {}
    asked, pressed, waiting = Counter[int | None](), Counter[int | None](), Counter[int | None]()
    for row in rows:
        asked[row.agency_id] += 1
        pressed[row.agency_id] += bool(row.pressed)
        waiting[row.agency_id] += bool(row.pressed and not row.done)
    told = [OfAgency(agencies.get(one) if one is not None else None, asked[one], pressed[one], waiting[one])
            for one in asked]
    return sorted(told, key=lambda one: (-one.pressed, -one.asked, one.agency.name_vi if one.agency else ""))


def _told() -> ColumnElement[bool]:
    return and_(Proposal.action == Action.WITHDRAW.value, Proposal.pressed.is_(True))


def _dealt_with() -> ColumnElement[bool]:
    """Whether somebody wrote a follow-up note or an instruction about the case after the wish."""
    return or_(
        exists(select(FollowUp.id).where(FollowUp.case_id == Proposal.case_id,
                                         FollowUp.written_at >= Proposal.proposed_at)),
        exists(select(Instruction.id).where(Instruction.case_id == Proposal.case_id,
                                            Instruction.issued_at >= Proposal.proposed_at)))
