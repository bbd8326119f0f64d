"""The buck-passing ledger: who holds a case from when to when. Written with the move that gives or takes the case,
in the same transaction, never afterwards."""

import json

from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action, Move
from feedback.domain.passing import CameBy, Step, came_by, is_loop, leaves, ledger
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.events import Event
from feedback.models.holdings import Holding
from feedback.queries.agency_register import last_successor

_MOVES = frozenset({action.value for action in Action} | {"reorganised"})


def note(case: Case, move: Move) -> None:
    """Write what this move means for the ledger, before its event is recorded. Imported cases have none: nobody
    here held them."""
    if case.historical:
        return
    by = came_by(move.action.value, move.to.value)
    if by is not None and case.agency_id is not None:
        _begin(case, by)
    elif leaves(move.to.value):
        _end(_rows(case))


def moved(case: Case) -> None:
    """The agency was reorganised and its successor, now on the case, holds it; nothing when nobody held it."""
    if any(row.until is None for row in _rows(case)):
        _begin(case, CameBy.REORGANISED)


def recall(case: Case) -> int:
    """Write the ledger of a case from before it was kept, out of its history; how many stretches. Nothing when it
    has one."""
    return 0 if _known(case) else len(_recalled(case))


def _begin(case: Case, by: CameBy) -> None:
    assert case.agency_id is not None  # callers saw to it
    rows = _rows(case)
    _end(rows)
    before = {_now(row.agency_id) for row in rows if row.round == case.round}
    db.session.add(Holding(
        case_id=case.id, n=len(rows) + 1, round=case.round, agency_id=case.agency_id, came_by=by.value,
        since=clock.now(), until=None, loop=is_loop(by, case.agency_id, before)))


def _end(rows: list[Holding]) -> None:
    for row in rows:
        if row.until is None:
            row.until = clock.now()
    db.session.flush()  # an ended stretch frees its place in the unique index of running ones


def _rows(case: Case) -> list[Holding]:
    """The stretches of a case by number; of one from before the ledger was kept, out of its history."""
    return _known(case) or _recalled(case)


def _known(case: Case) -> list[Holding]:
    return list(db.session.scalars(select(Holding).where(Holding.case_id == case.id).order_by(Holding.n)))


def _recalled(case: Case) -> list[Holding]:
    rows = [Holding(case_id=case.id, n=n, round=one.round, agency_id=one.agency_id, came_by=one.came_by.value,
                    since=one.since, until=one.until, loop=one.loop)
            for n, one in enumerate(ledger(_steps(case)), start=1)]
    db.session.add_all(rows)
    return rows


def _steps(case: Case) -> list[Step]:
    steps, round_ = [], 0
    for event in db.session.execute(
            select(Event.type, Event.agency_id, Event.at, Event.payload)
            .where(Event.chain == f"case:{case.id}").order_by(Event.n)):
        told = json.loads(event.payload)
        round_ = told.get("round", round_) if isinstance(told.get("round"), int) else round_
        if event.type in _MOVES:
            steps.append(Step(event.type, told["to"], round_, told.get("agency") or event.agency_id, event.at))
    return steps


def _now(agency_id: int) -> int:
    """Who stands for this agency today: itself, or who took over."""
    agency = db.session.get_one(Agency, agency_id)
    successor = last_successor(agency) if agency.successor_id is not None else None
    return successor.id if successor is not None else agency_id
