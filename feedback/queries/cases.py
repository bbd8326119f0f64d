"""Questions about cases for the desks: lists by due date, one case with what its page shows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import joinedload, selectinload

from feedback import clock
from feedback.domain.errors import OutOfReach
from feedback.domain.lifecycle import OPEN, Action
from feedback.domain.permissions import Actor, Permission
from feedback.domain.references import normalise_reference
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer, Review
from feedback.models.cases import Case, Note, Proposal
from feedback.models.deadlines import Deadline
from feedback.models.desks import SeenCase
from feedback.models.people import Person, RoleGrant
from feedback.queries.calendar import load_calendar
from feedback.queries.deadlines import Due, as_due, clocks_of
from feedback.queries.visibility import visible_to

PAGE = 25
"""Rows of a list page."""
PART = "!"
"""Stands in a list's key between its part (0 for what stands first, 1) and the place in it."""
SOON_DAYS = 3
"""Working days within which a due date counts as near on the lists."""


@dataclass(frozen=True)
class Row:
    """One line of a desk's list. ``due`` is the clock that matters most to this desk."""

    case: Case
    total: Due | None
    due: Due | None
    unread: bool = False
    """The case has moved since this person opened it last, or they never did."""
    first: bool = False
    """It is one of those that were asked to stand before the others."""


@dataclass(frozen=True)
class Page:
    """A page by key: ``after`` leads to the next one, None when this is the last."""

    rows: Sequence[Row]
    after: str | None


def case_list(actor: Actor, *, states: Collection[str] | None = None, officer_id: int | None = None,
              unassigned: bool = False, late: bool = False, soon: bool = False, unread: bool = False,
              category: str | None = None, holder_kinds: Sequence[str] = ("handle", "redo"),
              after: str | None = None, now: datetime | None = None,
              where: Sequence[ColumnElement[bool]] = (), size: int = PAGE,
              first: ColumnElement[bool] | None = None) -> Page:
    """Open cases the actor may see, most urgent first by the citizen's due date, ``size`` a page.

    ``late``: the citizen's clock has run out (needs ``now``); ``soon``: it will within SOON_DAYS working days;
    ``unread``: moved since the actor opened it. ``holder_kinds`` are the clocks shown beside the total, first
    found wins. ``after`` is the key of the last row seen, ``where`` further conditions on the case; where
    ``first`` is true it stands before all others, each part by due date. Three statements whatever the number of
    rows.
    """
    wanted = [s.value for s in OPEN] if states is None else sorted(states)
    due = (late and now is not None) or soon
    # Where a due date is asked for, the index over running clocks gives the order: only a page of it is read.
    due_key: ColumnElement[datetime] = Deadline.due_at if due else func.coalesce(Deadline.due_at, Case.entered_at)
    part = literal(0) if first is None else sql_case((first, 0), else_=1)
    calendar = load_calendar()
    query = (
        select(Case.id, due_key.label("key"), SeenCase.version.label("seen"), part.label("part"))
        .join(Deadline, and_(Deadline.case_id == Case.id, Deadline.kind == "total",
                             Deadline.stopped_at.is_(None)), isouter=not due)
        .outerjoin(SeenCase, and_(SeenCase.case_id == Case.id, SeenCase.person_id == actor.person_id))
        .where(visible_to(actor), Case.state.in_(wanted), Case.historical.is_(False), *where)
        .order_by(*([] if first is None else [part]), due_key, Case.id).limit(size + 1))
    if officer_id is not None:
        query = query.where(Case.officer_id == officer_id)
    if unassigned:
        query = query.where(Case.officer_id.is_(None))
    if late and now is not None:
        query = query.where(Deadline.due_at < now, Deadline.paused_at.is_(None))
    if soon:
        query = query.where(Deadline.due_at >= clock.now(), Deadline.paused_at.is_(None),
                            Deadline.due_on <= calendar.add_working_days(clock.today(), SOON_DAYS))
    if unread:
        query = query.where(or_(SeenCase.version.is_(None), SeenCase.version < Case.version))
    if category is not None:
        query = query.where(Case.category == category)
    seen_part, _, key = (after or "").rpartition(PART)
    if (start := place_of(key)) is not None:
        later = or_(due_key > start[0], and_(due_key == start[0], Case.id > start[1]))
        query = query.where(later if first is None else
                            or_(part > 0, later) if seen_part != "1" else and_(part > 0, later))
    # Only keys are sorted; the cases with their words and names are read for the rows of the page.
    keys = query.subquery()
    found = db.session.execute(
        select(Case, keys.c.key, keys.c.seen, keys.c.part).join(keys, keys.c.id == Case.id)
        .options(joinedload(Case.agency), joinedload(Case.officer), joinedload(Case.procedure))
        .order_by(keys.c.part, keys.c.key, keys.c.id)).all()
    shown = found[:size]
    clocks = clocks_of([r.Case.id for r in shown], ["total", *holder_kinds])
    rows = []
    for r in shown:
        held = next((clocks[r.Case.id, k] for k in holder_kinds
                     if (r.Case.id, k) in clocks and clocks[r.Case.id, k].stopped_at is None), None)
        total = clocks.get((r.Case.id, "total"))
        rows.append(Row(case=r.Case, total=as_due(total, calendar) if total else None,
                        due=as_due(held, calendar) if held else None,
                        unread=r.seen is None or r.seen < r.Case.version, first=first is not None and not r.part))
    more = len(found) > size
    return Page(rows=rows, after=(f"{shown[-1].part}{PART}" if first is not None else "") + key_of(
        shown[-1].key, shown[-1].Case.id) if more else None)


def key_of(at: datetime, case_id: int) -> str:
    """The key of a row of a list that is sorted by an instant."""
    return f"{at.isoformat()}~{case_id}"


def place_of(after: str | None) -> tuple[datetime, int] | None:
    """The instant and the id in the key of a list's last row; None for no key or a mangled one."""
    if not after or "~" not in after:
        return None
    instant, _, number = after.partition("~")
    try:
        at = datetime.fromisoformat(instant)
        # A mangled link shows the first page: a time without zone, a number too long for a row.
        if at.tzinfo is None or not (number.isascii() and number.isdigit() and len(number) <= 18):
            return None
        return at.astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        return None


def case_for(actor: Actor, reference: str) -> Case:
    """One case with its points, agency, officer and procedure. Raises OutOfReach when it does not exist or the
    actor may not know that it does."""
    plain = normalise_reference(reference)
    case = None if plain is None else db.session.scalar(
        select(Case).where(Case.reference == plain, visible_to(actor))
        .options(joinedload(Case.agency), joinedload(Case.officer), joinedload(Case.procedure),
                 selectinload(Case.points)))
    if case is None:
        raise OutOfReach(reference)
    return case


def versions_of(case: Case) -> list[Answer]:
    """All submitted versions of all rounds, newest first, with their points."""
    return list(db.session.scalars(
        select(Answer).where(Answer.case_id == case.id, Answer.submitted_at.is_not(None))
        .options(selectinload(Answer.points)).order_by(Answer.round.desc(), Answer.version.desc())))


def reviews_of(answers: Sequence[Answer]) -> dict[int, list[Review]]:
    """What was decided about each of these versions, by answer id."""
    found: dict[int, list[Review]] = {a.id: [] for a in answers}
    if found:
        for review in db.session.scalars(
                select(Review).where(Review.answer_id.in_(found)).order_by(Review.id)):
            found[review.answer_id].append(review)
    return found


def notes_of(case: Case, *, kinds: Collection[str]) -> list[Note]:
    """Notes of these kinds, oldest first."""
    return list(db.session.scalars(
        select(Note).where(Note.case_id == case.id, Note.kind.in_(list(kinds))).order_by(Note.id)))


def open_proposals(actor: Actor) -> list[tuple[Proposal, Case]]:
    """Steps that wait for a second person, among the cases the actor may see; the oldest 25. A wish to withdraw is
    none for who works at the handling agency, and one under pressure is for coordinators alone."""
    wish = Proposal.action == Action.WITHDRAW.value
    hidden: list[ColumnElement[bool]] = []
    if not actor.roles & {Role.COORDINATOR, Role.LEADER, Role.RESTRICTED_DESK}:
        hidden.append(and_(wish, Proposal.pressed.is_(True)))
    if actor.roles & {Role.OFFICER, Role.AGENCY_HEAD} or not actor.can(Permission.CASE_OVERSEE):
        own = sorted(actor.agency_tree | ({actor.agency_id} if actor.agency_id is not None else set()))
        hidden.append(and_(wish, Case.agency_id.in_(own), Case.agency_id.is_not(None)))
    return [(row.Proposal, row.Case) for row in db.session.execute(
        select(Proposal, Case).join(Case, Case.id == Proposal.case_id)
        .where(Proposal.decided_at.is_(None), visible_to(actor), *(not_(one) for one in hidden))
        .options(joinedload(Proposal.note))
        .order_by(Proposal.id).limit(PAGE))]


def officers_of(agency_id: int) -> list[Person]:
    """Active officers of an agency, by name."""
    return list(db.session.scalars(
        select(Person).join(RoleGrant, and_(RoleGrant.person_id == Person.id, RoleGrant.role == "officer",
                                            RoleGrant.revoked_at.is_(None)))
        .where(Person.agency_id == agency_id, Person.disabled_at.is_(None)).order_by(Person.display_name)))
