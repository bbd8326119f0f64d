"""Questions about promises: what an answer would promise, what a case has promised and how each stands."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.promises import Promise, promised
from feedback.domain.answers.structured import Outcome
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Note
from feedback.models.reader import Commitment
from feedback.queries.calendar import load_calendar


class Standing(StrEnum):
    """How a promise stands. REPLACED: the case came back before its day, and the next answer counts instead."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Watched:
    """One promise of a case as pages show it. ``line`` is empty where the form's own "by when" promised; ``told``
    is the agency's report of how it was kept; ``days`` working days are left (never negative)."""

    id: int
    answer_id: int
    line: str
    owner: str
    on: date
    standing: Standing
    days: int
    kept_at: datetime | None
    broken_at: datetime | None
    told: str


def would_be(answer: Answer) -> tuple[Promise, ...]:
    """What this version promises, the earliest first: the sentences with a day, which become watched once it is
    sent, and the "by when" of a matter that is still being handled. Read as of the day on which it was submitted
    (today for a draft). Needs the answer's points."""
    written_on = clock.local_date(answer.submitted_at) if answer.submitted_at is not None else clock.today()
    handled = answer.outcome == Outcome.IN_PROGRESS.value
    return promised([*(point.text for point in answer.points), answer.found, answer.done, answer.next_step],
                    today=written_on, due_on=answer.due_on if handled else None, owner=answer.owner,
                    calendar=load_calendar())


def watched(case: Case) -> list[Watched]:
    """All promises of a case, the newest answer's first, each answer's by day; one statement and the calendar."""
    today, calendar = clock.today(), load_calendar()
    rows = db.session.execute(
        select(Commitment, Answer.round, Note.body).join(Answer, Answer.id == Commitment.answer_id)
        .outerjoin(Note, Note.id == Commitment.kept_note_id).where(Commitment.case_id == case.id)
        .order_by(Answer.round.desc(), Commitment.promised_on, Commitment.id))
    return [Watched(
        id=row.id, answer_id=row.answer_id, line=row.line, owner=row.owner, on=row.promised_on,
        standing=standing_of(row, replaced=round_ < case.round), kept_at=row.kept_at, broken_at=row.broken_at,
        days=max(0, calendar.working_days_between(today, row.promised_on)), told=told or "")
        for row, round_, told in rows]


def standing_of(row: Commitment, *, replaced: bool = False) -> Standing:
    """How this promise stands. Denied by the sender counts as broken, whatever was reported."""
    if row.broken_at is not None:
        return Standing.BROKEN
    if row.kept_at is not None:
        return Standing.KEPT
    return Standing.REPLACED if replaced else Standing.OPEN


def of_answer(answer_id: int) -> list[Commitment]:
    """The promises of one answer in the order of their days: a place in this list is a promise's public number."""
    return list(db.session.scalars(
        select(Commitment).where(Commitment.answer_id == answer_id)
        .order_by(Commitment.promised_on, Commitment.id)))


def open_of(case: Case) -> list[Commitment]:
    """The promises of this round that are still open, the earliest first."""
    return list(db.session.scalars(
        select(Commitment).join(Answer, Answer.id == Commitment.answer_id)
        .where(Commitment.case_id == case.id, Answer.round == case.round, Commitment.kept_at.is_(None),
               Commitment.broken_at.is_(None)).order_by(Commitment.promised_on, Commitment.id)))


def last_kept(case_id: int) -> datetime | None:
    """When the newest report came that a promise of this case was kept; None when there is none."""
    return db.session.scalar(
        select(Commitment.kept_at).where(Commitment.case_id == case_id, Commitment.kept_at.is_not(None))
        .order_by(Commitment.kept_at.desc()).limit(1))


def settled_on(case: Case, ended_at: datetime) -> date:
    """The Viet Nam day from which the time to object runs: that of the end, or of the report that the last promise
    was kept, whichever is later. Nobody can judge a promise before it was kept."""
    return later_day(ended_at, last_kept(case.id))


def later_day(ended_at: datetime, kept_at: datetime | None) -> date:
    """``settled_on``, where it was read already when the last promise was kept."""
    return clock.local_date(max(ended_at, kept_at) if kept_at is not None else ended_at)

