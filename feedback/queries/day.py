"""An officer's day: what is late, due today and tomorrow, what came back, what was supplied, promises due; and
what waits for a head."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, literal, not_, or_, select
from sqlalchemy.orm import aliased

from feedback.domain.lifecycle import State
from feedback.domain.limits import DeadlineKind
from feedback.domain.passing import posts
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Conflict, Note
from feedback.models.deadlines import Deadline
from feedback.models.desks import SeenCase
from feedback.models.holdings import Contribution
from feedback.models.instructions import Instruction
from feedback.models.lateness import Explanation
from feedback.models.reader import Commitment, TransferRequest
from feedback.queries.cases import Row, case_list
from feedback.queries.contributions import theirs
from feedback.queries.dashboards import Moment
from feedback.queries.instructions import addressed_to
from feedback.queries.visibility import visible_to

MOST = 200
"""Cases of one day that are shown; the inbox has all of them."""
PROMISES_AHEAD = 5
"""Working days ahead in which promises are shown."""
HOLDERS = ("redo", "handle", "approve")


@dataclass(frozen=True)
class Day:
    """Cases by what they need, each in one part only, by due date; ``more``: there are more than ``MOST``."""

    late: Sequence[Row]
    today: Sequence[Row]
    tomorrow: Sequence[Row]
    returned: Sequence[Row]
    supplied: Sequence[Row]
    more: bool


@dataclass(frozen=True)
class Promised:
    """A promise that is open: of which case, what, by when."""

    reference: str
    line: str
    on: date


@dataclass(frozen=True)
class Asked:
    """Something that another one asked of the agency: ``id`` of its row, the case's reference (None: of no case),
    the words, when it is due (None: no day is set)."""

    id: int
    reference: str | None
    words: str
    due_on: date | None


def tomorrow_of(at: Moment) -> date:
    """The next working day."""
    return at.calendar.next_working_day(at.today)


def day(actor: Actor, at: Moment, *, team: bool = False) -> Day:
    """The day of this officer, or (``team``) of everybody within the head's reach. Late and due are of the
    citizen's clock; what was returned or supplied stands there whenever it is due."""
    until = tomorrow_of(at)
    runs = (Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None))
    due = Case.id.in_(select(Deadline.case_id).where(Deadline.kind == "total", Deadline.due_on <= until, *runs))
    redo = Case.id.in_(select(Deadline.case_id).where(Deadline.kind == DeadlineKind.REDO.value, *runs))
    page = case_list(actor, officer_id=None if team else actor.person_id, holder_kinds=HOLDERS, now=at.now,
                     size=MOST, where=[Case.restricted.is_(False), or_(due, redo, _supplied()),
                            Case.state.not_in([State.AWAITING_SUBMITTER.value])])
    supplied = set(db.session.scalars(
        select(Case.id)
        .outerjoin(SeenCase, and_(SeenCase.case_id == Case.id, SeenCase.person_id == actor.person_id))
        .where(Case.id.in_([row.case.id for row in page.rows]), _supplied())))
    parts: dict[str, list[Row]] = {name: [] for name in ("late", "today", "tomorrow", "returned", "supplied")}
    for row in page.rows:
        if (name := _part(row, at, until, row.case.id in supplied)) is not None:
            parts[name].append(row)
    return Day(**parts, more=page.after is not None)


def _supplied() -> ColumnElement[bool]:
    """The sender answered a question of this round, and the person has not opened the case since."""
    asked = aliased(Deadline)  # the list joins the citizen's clock itself
    return and_(Case.state == State.IN_PROGRESS.value, exists().where(
        asked.case_id == Case.id, asked.kind == DeadlineKind.SUPPLY.value, asked.round == Case.round,
        asked.stopped_at.is_not(None), asked.met.is_(True)),
        or_(SeenCase.version.is_(None), SeenCase.version < Case.version))


def _part(row: Row, at: Moment, until: date, supplied: bool) -> str | None:
    """In which part of the day this case stands: the most pressing one."""
    if row.total is not None and row.total.state == "late":
        return "late"
    if row.total is not None and row.total.state != "stopped" and row.total.on <= until:
        return "today" if row.total.on <= at.today else "tomorrow"
    if row.due is not None and row.due.kind == DeadlineKind.REDO.value:
        return "returned"
    return "supplied" if supplied else None


def promises_due(actor: Actor, at: Moment, *, team: bool = False) -> list[Promised]:
    """Open promises of the officer's cases (or of the head's reach) up to PROMISES_AHEAD working days ahead, those
    whose day has passed first; at most 25. One statement."""
    whose = () if team else (Case.officer_id == actor.person_id,)
    rows = db.session.execute(
        select(Case.reference, Commitment.line, Commitment.promised_on)
        .join(Case, Case.id == Commitment.case_id).join(Answer, Answer.id == Commitment.answer_id)
        .where(visible_to(actor), Case.restricted.is_(False), *whose, Answer.round == Case.round,
               Commitment.kept_at.is_(None), Commitment.broken_at.is_(None),
               Commitment.promised_on <= at.calendar.add_working_days(at.today, PROMISES_AHEAD))
        .order_by(Commitment.promised_on, Commitment.id).limit(25))
    return [Promised(*row) for row in rows]


def contributions(actor: Actor) -> list[Asked]:
    """Parts of joint answers that this person's agency still owes, as their own page lists them; at most 25."""
    rows = db.session.execute(
        select(Contribution.id, Case.reference, Note.body, Deadline.due_on)
        .join(Case, Case.id == Contribution.case_id).join(Note, Note.id == Contribution.asked_note_id)
        .outerjoin(Deadline, and_(Deadline.kind == DeadlineKind.CONTRIBUTE.value, Deadline.stopped_at.is_(None),
                                  Deadline.subject_id == Contribution.id))
        .where(theirs(actor), Contribution.ended_at.is_(None))
        .order_by(Deadline.due_on, Contribution.id).limit(25))
    return [Asked(*row) for row in rows]


def owed_by_head(actor: Actor) -> dict[str, list[Asked]]:
    """What waits for the head: ``instructions`` not reported, ``explanations`` not given, ``transfers`` that other
    agencies want to pass here; each as its own page lists it, at most 25. Few statements."""
    ids = sorted(actor.agency_tree)
    hidden = _not_hidden(actor)
    instructions = (
        select(Instruction.id, Case.reference, Instruction.body, Instruction.due_on)
        .outerjoin(Case, Case.id == Instruction.case_id)
        .where(addressed_to(actor), Instruction.ended_at.is_(None), Instruction.reported_at.is_(None))
        .order_by(Instruction.due_on, Instruction.id))
    explanations = (
        select(Explanation.id, Case.reference, Explanation.cause, Deadline.due_on)
        .join(Case, Case.id == Explanation.case_id)
        .outerjoin(Deadline, and_(Deadline.kind == DeadlineKind.EXPLANATION.value, Deadline.stopped_at.is_(None),
                                  Deadline.subject_id == Explanation.id))
        .where(Explanation.agency_id.in_(ids), Explanation.given_at.is_(None), Case.restricted.is_(False), hidden)
        .order_by(Deadline.due_on, Explanation.id))
    transfers = (
        select(TransferRequest.id, Case.reference, literal(""), Deadline.due_on)
        .join(Case, Case.id == TransferRequest.case_id)
        .outerjoin(Deadline, and_(Deadline.kind == DeadlineKind.TRANSFER_REPLY.value,
                                  Deadline.stopped_at.is_(None), Deadline.subject_id == TransferRequest.id))
        .where(TransferRequest.to_agency_id.in_(sorted(posts(actor))), TransferRequest.decided_at.is_(None),
               TransferRequest.answered_at.is_(None), Case.restricted.is_(False), hidden)
        .order_by(TransferRequest.id))
    return {name: [Asked(*row) for row in db.session.execute(query.limit(25))] for name, query in (
        ("instructions", instructions), ("explanations", explanations), ("transfers", transfers))}


def _not_hidden(actor: Actor) -> ColumnElement[bool]:
    """A condition on ``Case``: no conflict of interest hides it from this person."""
    return not_(exists().where(Conflict.case_id == Case.id, Conflict.person_id == actor.person_id))
