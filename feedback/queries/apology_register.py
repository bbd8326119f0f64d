"""The register of apologies: who apologised, why, how late, for which new date, and whether it was kept; and how
many late answers there were without one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select

from feedback import clock
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Apology
from feedback.models.people import Person
from feedback.models.reader import Commitment
from feedback.queries.agencies import tree_below
from feedback.queries.lateness import TOLD, TOLD_AT, Standing, answered_on, standing
from feedback.queries.visibility import visible_to

PAGE = 50


@dataclass(frozen=True)
class Row:
    """One apology that the sender was told. ``signed_by``: the name of who signed, for staff alone."""

    id: int
    reference: str
    agency: Agency
    signed_by: str
    told_at: datetime
    cause: str
    reason: str
    days_late: int
    new_on: date | None
    standing: Standing
    with_answer: bool


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and the key of the next page."""

    rows: Sequence[Row]
    after: int | None


@dataclass(frozen=True)
class Count:
    """Of one agency in one month: answers that came late, apologies told (also before an answer), late answers
    without one."""

    agency_id: int
    answers: int
    apologies: int
    without: int


def listed(actor: Actor, *, agency_id: int | None = None, month: date | None = None, after: int | None = None,
           size: int = PAGE) -> Page:
    """Apologies within reach, the newest first by key ``after``; of an agency with all below it, of the month that
    begins on ``month``. Three statements."""
    chosen = (
        select(Apology, Case.reference, Agency, Person.display_name, TOLD_AT, Deadline.round)
        .join(Case, Case.id == Apology.case_id).join(Agency, Agency.id == Apology.agency_id)
        .join(Deadline, Deadline.id == Apology.deadline_id).outerjoin(Answer, Answer.id == Apology.answer_id)
        .outerjoin(Person, Person.id == Apology.signed_by_id)
        .where(TOLD, visible_to(actor), *_narrowed(agency_id, month)))
    if after is not None:
        chosen = chosen.where(Apology.id < after)
    found = db.session.execute(chosen.order_by(Apology.id.desc()).limit(size + 1)).all()
    shown = found[:size]
    answered = answered_on([row[0].case_id for row in shown])
    promises = _promises([row[0] for row in shown])
    rows = [Row(
        id=row.id, reference=reference, agency=agency, signed_by=name or "", told_at=told_at, cause=row.cause,
        reason=row.reason, days_late=row.days_late, new_on=row.new_on, with_answer=row.answer_id is not None,
        standing=standing(row, answered.get((row.case_id, round_)), promises.get(row.id)))
        for row, reference, agency, name, told_at, round_ in shown]
    return Page(rows, shown[-1][0].id if len(found) > size else None)


def counts(first: date) -> list[Count]:
    """By agency, of the month that begins on ``first``: two statements, whoever asks. Imported cases count
    nowhere."""
    start, end = _bounds(first)
    sorry = select(Apology.id).join(Answer, Answer.id == Apology.answer_id).where(
        Apology.case_id == Deadline.case_id, Answer.round == Deadline.round, Answer.released_at.is_not(None))
    late = db.session.execute(
        select(Case.agency_id, func.count(), func.count().filter(~sorry.exists()))
        .select_from(Deadline).join(Case, Case.id == Deadline.case_id)
        .where(Deadline.kind == DeadlineKind.TOTAL.value, Deadline.met.is_(False), Deadline.stopped_at >= start,
               Deadline.stopped_at < end, Case.historical.is_(False), Case.agency_id.is_not(None))
        .group_by(Case.agency_id)).all()
    told = dict(db.session.execute(
        select(Apology.agency_id, func.count()).outerjoin(Answer, Answer.id == Apology.answer_id)
        .where(TOLD, start <= TOLD_AT, end > TOLD_AT).group_by(Apology.agency_id)).all())
    by_agency = {agency_id: (number, without) for agency_id, number, without in late}
    return [Count(agency_id, answers=by_agency.get(agency_id, (0, 0))[0], apologies=told.get(agency_id, 0),
                  without=by_agency.get(agency_id, (0, 0))[1]) for agency_id in sorted({*by_agency, *told})]


def _promises(rows: list[Apology]) -> dict[int, Commitment]:
    """By apology: the promise that its new date became."""
    with_date = {row.answer_id: row for row in rows if row.answer_id is not None and row.new_on is not None}
    found: dict[int, Commitment] = {}
    if with_date:
        for one in db.session.scalars(select(Commitment).where(Commitment.answer_id.in_(with_date)).order_by(
                Commitment.promised_on, Commitment.id)):
            row = with_date[one.answer_id]
            if row.new_on is not None and one.promised_on >= row.new_on:
                found.setdefault(row.id, one)
    return found


def _narrowed(agency_id: int | None, month: date | None) -> list[ColumnElement[bool]]:
    by: list[ColumnElement[bool]] = []
    if agency_id is not None:
        by.append(Apology.agency_id.in_(tree_below(agency_id)))
    if month is not None:
        start, end = _bounds(month)
        by += [start <= TOLD_AT, end > TOLD_AT]
    return by


def _bounds(first: date) -> tuple[datetime, datetime]:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return (datetime.combine(first, time(0), clock.VIETNAM), datetime.combine(following, time(0), clock.VIETNAM))
