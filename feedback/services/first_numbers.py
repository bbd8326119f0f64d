"""The first numbers of the register: read from the cases in batches by a sweep, written for readers to look up.

Counted are the complaints received in the last twelve months, once each, as they stand now; of what is open, all.
Imported cases are left out, because nobody here handled them, and so is what may be a denunciation (design §13.3,
§13.8). What each figure means is said to readers at /statistics/definitions.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, exists, func, insert, or_, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.domain.first_numbers import twelve_months
from feedback.domain.lifecycle import ENDED, Action
from feedback.domain.limits import DeadlineKind
from feedback.domain.passing import CameBy
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.answers import Answer, Review
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.holdings import Holding
from feedback.models.publications import FirstNumber
from feedback.queries.calendar import load_calendar
from feedback.services.first_numbers_tally import Number, Tally, Where
from feedback.services.publication_copy import SETTLED
from feedback.services.register_index import agencies_above

AT_ONCE = 2_000
"""Cases read from the database at a time, and numbers written at a time."""
_LOCK = 5_072


def count() -> Tally:
    """Read the cases and count them. Writes nothing."""
    tally = Tally(agencies_above())
    where = _Places()
    calendar, known = load_calendar(), dict[tuple[date, date], int]()
    for row in _received():
        days = None
        if row.answered:
            span = (row.received_on, clock.local_date(row.answered_at))
            if span not in known:
                known[span] = calendar.working_days_between(*span)
            days = max(0, known[span] - row.waited)
        tally.case(where.of(row), days=days, true=_true(row))
    for row in db.session.execute(_open()):
        tally.open(where.of(row), now=row.now, overdue=row.overdue)
    return tally


def write(tally: Tally) -> int:
    """Put these numbers in the place of the old ones, in the caller's transaction; how many there are."""
    if db.session.get_bind().dialect.name == "postgresql":
        # Two sweeps at once would both write every row: the second one waits for the first.
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    now = clock.now()
    db.session.execute(delete(FirstNumber).execution_options(synchronize_session=False))
    rows = [_row(number, now) for number in tally.numbers()]
    for first in range(0, len(rows), AT_ONCE):
        db.session.execute(insert(FirstNumber), rows[first:first + AT_ONCE])
    return len(rows)


def _row(number: Number, now: Any) -> dict[str, Any]:
    return {"scope": number.scope.value, "code": number.code, "name": number.name, "value": number.value,
            "of": number.of, "computed_at": now}


class _Places:
    """The codes of agencies and procedures by id."""

    def __init__(self) -> None:
        self._agencies = dict(db.session.execute(select(Agency.id, Agency.code)).all())
        self._procedures = dict(db.session.execute(select(Procedure.id, Procedure.code)).all())

    def of(self, row: Any) -> Where:
        """Where a row of cases belongs."""
        return self._agencies.get(row.agency_id), self._procedures.get(row.procedure_id), row.category


def _true(row: Any) -> dict[str, bool]:
    answered, kept = bool(row.answered), not row.late_once
    ended = row.state in {state.value for state in ENDED}
    return {
        "received": True, "answered": answered, "in_time": answered and kept and not row.extended,
        "extended": answered and kept and bool(row.extended), "waiting_late": bool(row.late_now),
        "at_gate": bool(row.at_gate), "returned": bool(row.returned), "with_agency": row.agency_id is not None,
        "passed_on": bool(row.passed_on), "ended_once": ended or row.round > 0, "objected": bool(row.objected),
        "left": ended and not answered}


def _received() -> Iterator[Any]:
    """The cases of the period, a batch by key at a time."""
    first, last = twelve_months(clock.today())
    after = 0
    while True:
        rows = db.session.execute(
            _facts().where(Case.id > after, Case.received_on >= first, Case.received_on <= last, _ours())
            .order_by(Case.id).limit(AT_ONCE)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].id


def _ours() -> ColumnElement[bool]:
    return and_(Case.historical.is_(False), Case.restricted.is_(False))


def _facts() -> Select[Any]:
    """What is asked of each case; every part is one step of an index on the case's id."""
    total = and_(Deadline.case_id == Case.id, Deadline.kind == DeadlineKind.TOTAL.value)
    went_on = aliased(Deadline)  # an extension takes over the days that were given back before
    waited = select(func.coalesce(func.sum(Deadline.paused_days), 0)).where(total, ~exists().where(
        went_on.case_id == Case.id, went_on.replaces_id == Deadline.id)).correlate(Case).scalar_subquery()
    answers = select(Review.id).join(Answer, Answer.id == Review.answer_id).where(Answer.case_id == Case.id)
    return select(
        Case.id, Case.state, Case.round, Case.agency_id, Case.procedure_id, Case.category, Case.objected,
        Case.received_on, Case.answered_at, waited.label("waited"),
        and_(Case.state.in_(SETTLED), Case.answered_at.is_not(None)).label("answered"),
        exists().where(total, or_(Deadline.met.is_(False), Deadline.stopped_at > Deadline.due_at))
        .label("late_once"),
        exists().where(total, Deadline.replaces_id.is_not(None)).label("extended"),
        exists().where(total, _overdue()).label("late_now"),
        answers.where(Review.action.in_([Action.RETURN.value, Action.RELEASE.value])).exists().label("at_gate"),
        answers.where(Review.action == Action.RETURN.value).exists().label("returned"),
        exists().where(Holding.case_id == Case.id, Holding.came_by == CameBy.TRANSFERRED.value).label("passed_on"))


def _overdue() -> ColumnElement[bool]:
    return and_(Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None), Deadline.due_at < clock.now())


def _open() -> Select[Any]:
    """Every open case, whenever it came, by agency, procedure and category."""
    places = (Case.agency_id, Case.procedure_id, Case.category)
    return (select(*places, func.count().label("now"), func.sum(case((_overdue(), 1), else_=0)).label("overdue"))
            .select_from(Deadline).join(Case, Case.id == Deadline.case_id)
            .where(Deadline.kind == DeadlineKind.TOTAL.value, Deadline.stopped_at.is_(None), _ours())
            .group_by(*places))
