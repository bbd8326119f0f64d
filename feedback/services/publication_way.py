"""The way of a settled case as everyone may read it: who held it and for how long, and its steps by working day.

A day is counted from the day of receipt, which is public as a month only (design §13.12). Words of people are
never copied: of a return the codes of its reasons, of a transfer the agency.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.lifecycle import Action
from feedback.domain.limits import DeadlineKind
from feedback.extensions import db
from feedback.models.answers import Answer, Review
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.publications import PublicationHolder, PublicationStep
from feedback.queries.calendar import load_calendar
from feedback.queries.holdings import held_by
from feedback.services.publication_body import Body

RECEIVED, LATE = "received", "late"
STEPS = {
    Action.ASSIGN.value: "assigned", Action.TRANSFER.value: "transferred", "extension_granted": "extended",
    Action.ASK_SUBMITTER.value: "asked_sender", Action.RELEASE.value: "answered", Action.OBJECT.value: "objected",
    Action.REOPEN.value: "reopened",
}
"""Steps by the type of their event. Returns come from the gate's reviews, which say why."""

Row = dict[str, Any]


def of(case: Case) -> dict[str, Any]:
    """``holders``, ``steps`` and ``times_objected`` of a case, for its body. An imported case has none: nobody
    here held it, and nothing of it was measured."""
    if case.historical or case.received_on is None:
        return {"holders": [], "steps": [], "times_objected": 0}
    steps = _steps(case, case.received_on)
    return {"holders": _holders(case.id), "steps": steps,
            "times_objected": sum(one["step"] == STEPS[Action.OBJECT.value] for one in steps)}


def holder_rows(body: Body) -> list[PublicationHolder]:
    """The public rows of who held it. Bodies made before this was copied have none."""
    return [PublicationHolder(n=n, **one) for n, one in enumerate(body.get("holders", []), start=1)]


def step_rows(body: Body) -> list[PublicationStep]:
    """The public rows of the steps, the first one first. Bodies made before this was copied have none."""
    return [PublicationStep(n=n, step=one["step"], day=one["day"], codes=",".join(one["codes"]))
            for n, one in enumerate(body.get("steps", []), start=1)]


def times_returned(case: Case) -> int:
    """How often the gate returned an answer of this case to be written clearly."""
    returned = select(func.count()).select_from(Review).join(Answer, Answer.id == Review.answer_id).where(
        Answer.case_id == case.id, Review.action == Action.RETURN.value)
    return db.session.scalar(returned) or 0


def times_passed_on(case: Case) -> int:
    """How often the case went from one agency to another."""
    passed = select(func.count()).select_from(Event).where(
        Event.chain == f"case:{case.id}", Event.type == Action.TRANSFER.value)
    return db.session.scalar(passed) or 0


def counted_totals(case: Case) -> list[Deadline]:
    """The citizen's clocks of a case, one a round: an extension goes on with the days that were given back before,
    so what it replaced is not counted again."""
    totals = list(db.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.kind == DeadlineKind.TOTAL.value)
        .order_by(Deadline.id)))
    went_on = {row.replaces_id for row in totals}
    return [row for row in totals if row.id not in went_on]


def _holders(case_id: int) -> list[Row]:
    return [{"agency_code": one.agency.code, "agency_vi": one.agency.name_vi, "agency_en": one.agency.name_en,
             "came_by": one.came_by, "working_days": one.days, "loop": one.loop} for one in held_by(case_id)]


def _steps(case: Case, received_on: date) -> list[Row]:
    calendar = load_calendar()
    happened = [*_moves(case.id), *_returns(case.id), *_lateness(counted_totals(case))]
    happened.sort(key=lambda one: one[0])  # stable: the order of the history decides within one instant
    return [{"step": RECEIVED, "day": 0, "codes": []},
            *({"step": step, "day": _day(calendar, received_on, at), "codes": codes}
              for at, step, codes in happened)]


def _day(calendar: WorkingCalendar, received_on: date, at: datetime) -> int:
    return max(0, calendar.working_days_between(received_on, clock.local_date(at)))


def _moves(case_id: int) -> list[tuple[datetime, str, list[str]]]:
    rows = db.session.execute(
        select(Event.at, Event.type).where(Event.chain == f"case:{case_id}", Event.type.in_(STEPS))
        .order_by(Event.n))
    return [(row.at, STEPS[row.type], []) for row in rows]


def _returns(case_id: int) -> list[tuple[datetime, str, list[str]]]:
    rows = db.session.execute(
        select(Review.at, Review.codes).join(Answer, Answer.id == Review.answer_id)
        .where(Answer.case_id == case_id, Review.action == Action.RETURN.value).order_by(Review.id))
    return [(row.at, "returned", [code for code in row.codes.split(",") if code]) for row in rows]


def _lateness(totals: Iterable[Deadline]) -> list[tuple[datetime, str, list[str]]]:
    """The due dates that passed without an answer: by the day, as lateness is counted everywhere."""
    return [(row.due_at, LATE, []) for row in totals
            if row.stopped_at is not None and clock.local_date(row.stopped_at) > row.due_on]
