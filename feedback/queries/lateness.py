"""Questions about lateness: the citizen's clock of a case, its apologies, and how each new date stands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from feedback import clock
from feedback.domain.lateness import FORM_DAYS_BEFORE
from feedback.domain.limits import DeadlineKind
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Apology
from feedback.models.letters import Letter
from feedback.models.reader import Commitment
from feedback.queries.calendar import load_calendar


class Standing(StrEnum):
    """How the new date of an apology stands. NONE: it gave no new date, the answer was there."""

    NONE = "none"
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True)
class Told:
    """One apology that the sender may read. ``told_at``: when the head had signed and, where it goes with an
    answer, the answer was sent. ``with_answer``: it came with the answer and not before it."""

    row: Apology
    agency: Agency
    letter_token: str | None
    """The address of its letter as PDF, when one was made."""
    told_at: datetime
    with_answer: bool
    standing: Standing


TOLD: ColumnElement[bool] = and_(
    Apology.signed_at.is_not(None), or_(Apology.answer_id.is_(None), Answer.released_at.is_not(None)))
"""Apologies the sender was told; needs an outer join to Answer on ``Apology.answer_id``."""
TOLD_AT = func.coalesce(Answer.released_at, Apology.signed_at)


def citizens_clock(case: Case) -> Deadline | None:
    """The citizen's clock of this round as it stands now: after an extension the newest row."""
    return db.session.scalar(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == DeadlineKind.TOTAL.value,
                               Deadline.round == case.round).order_by(Deadline.id.desc()).limit(1))


def run_out(case: Case) -> Deadline | None:
    """The citizen's clock when it has run out and no answer was sent: an answer sent now needs an apology. The
    agency's own clock alone demands none, because the sender was told one date only; for it the ladder demands
    the head's explanation."""
    row = citizens_clock(case)
    return row if row is not None and row.stopped_at is None and clock.now() > row.due_at else None


def form_ready(case: Case) -> Deadline | None:
    """The same from one working day before the due day on (Decree 61/2018/NĐ-CP, article 19.9): the form is there
    to be filled in. Nothing while the clock waits for the sender."""
    row = citizens_clock(case)
    if row is None or row.stopped_at is not None or row.paused_at is not None:
        return None
    return row if clock.today() >= load_calendar().add_working_days(row.due_on, -FORM_DAYS_BEFORE) else None


def with_answer(case: Case) -> Apology | None:
    """The apology that goes with the answer of this round, sent or not."""
    return db.session.scalar(
        select(Apology).join(Answer, Answer.id == Apology.answer_id)
        .where(Apology.case_id == case.id, Answer.round == case.round).order_by(Apology.id.desc()).limit(1))


def before_answer(case: Case) -> Apology | None:
    """The one apology with a new date of this round that came before the answer, signed or not."""
    return db.session.scalar(
        select(Apology).join(Deadline, Deadline.id == Apology.deadline_id)
        .where(Apology.case_id == case.id, Apology.answer_id.is_(None), Deadline.round == case.round)
        .order_by(Apology.id.desc()).limit(1))


def apologies_of(case_id: int, *, told_only: bool = True) -> list[Told]:
    """The apologies of a case, the oldest first; ``told_only``: those that the sender was told. Two statements at
    most, one when there is none."""
    found = db.session.execute(
        select(Apology, Agency, Letter.token, TOLD_AT, Deadline.round)
        .join(Deadline, Deadline.id == Apology.deadline_id).join(Agency, Agency.id == Apology.agency_id)
        .outerjoin(Answer, Answer.id == Apology.answer_id).outerjoin(Letter, Letter.id == Apology.letter_id)
        .where(Apology.case_id == case_id, *([TOLD] if told_only else [])).order_by(Apology.id)).all()
    if not found:
        return []
    answered = answered_on([case_id])
    return [Told(row, agency, token, told_at or row.made_at, row.answer_id is not None, standing(
        row, answered.get((case_id, round_)), promise_of(row))) for row, agency, token, told_at, round_ in found]


def answered_on(case_ids: list[int]) -> dict[tuple[int, int], date]:
    """The day (Viet Nam) of the first answer sent, by (case, round)."""
    rows = db.session.execute(
        select(Answer.case_id, Answer.round, func.min(Answer.released_at).label("at"))
        .where(Answer.case_id.in_(case_ids), Answer.released_at.is_not(None))
        .group_by(Answer.case_id, Answer.round))
    return {(row.case_id, row.round): clock.local_date(row.at) for row in rows}


def promise_of(row: Apology) -> Commitment | None:
    """The watched promise that the new date of a late answer became; None for other apologies."""
    if row.answer_id is None or row.new_on is None:
        return None
    return db.session.scalar(
        select(Commitment).where(Commitment.answer_id == row.answer_id, Commitment.promised_on >= row.new_on)
        .order_by(Commitment.promised_on, Commitment.id).limit(1))


def standing(row: Apology, answered: date | None, promise: Commitment | None) -> Standing:
    """Whether the new date was kept: before the answer, by an answer on that day or earlier; with an answer in
    progress, by the report that its promise was kept."""
    if row.new_on is None:
        return Standing.NONE
    if row.answer_id is not None:
        if promise is not None and promise.broken_at is not None:
            return Standing.BROKEN
        if promise is not None and promise.kept_at is not None:
            return Standing.KEPT
    elif answered is not None:
        return Standing.KEPT if answered <= row.new_on else Standing.BROKEN
    return Standing.BROKEN if clock.today() > row.new_on else Standing.OPEN


def came_late(case_id: int) -> bool:
    """Whether the newest answer sent in this case took an apology along."""
    newest = db.session.scalar(select(Answer.id).where(Answer.case_id == case_id, Answer.released_at.is_not(None))
                               .order_by(Answer.released_at.desc()).limit(1))
    return newest is not None and db.session.scalar(
        select(Apology.id).where(Apology.answer_id == newest).limit(1)) is not None


def form_is_ready(case_id: int) -> bool:
    """Whether the apology form before the answer is open: its time has come, and none was signed in this round."""
    case = db.session.get(Case, case_id)
    if case is None or form_ready(case) is None:
        return False
    row = before_answer(case)
    return row is None or row.signed_at is None
