"""The province's open cases under a filter: the list by due date, and how many there are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from feedback import clock
from feedback.domain.lifecycle import OPEN, State
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.queries.agencies import tree_below
from feedback.queries.cases import PAGE, Page, case_list
from feedback.queries.visibility import moved_up_to_leader, visible_to

CLOCKS = ("receive", "transfer", "handle", "redo", "approve", "gate", "supply")
"""Clocks of whoever holds the case now, first found wins."""
COUNTED = 1_000
"""More are not counted: the page says "more than"."""


@dataclass(frozen=True)
class Filter:
    """What the province's list is narrowed to. ``agency_id`` takes everything below it in; None, False: all."""

    agency_id: int | None = None
    state: State | None = None
    category: str | None = None
    late: bool = False
    urgent: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """As conditions on cases. A restricted case never stands in this list, whoever looks (design §13.8)."""
        wanted: list[ColumnElement[bool]] = [Case.restricted.is_(False)]
        if self.agency_id is not None:
            wanted.append(Case.agency_id.in_(sorted(tree_below(self.agency_id))))
        if self.category is not None:
            wanted.append(Case.category == self.category)
        if self.urgent:
            wanted.append(Case.urgent.is_(True))
        return wanted

    @property
    def states(self) -> list[str]:
        """The open states it takes in."""
        return [self.state.value] if self.state is not None else sorted(state.value for state in OPEN)


def open_cases(actor: Actor, by: Filter, *, after: str | None = None, size: int = PAGE) -> Page:
    """A page of the list, the most urgent first."""
    return case_list(actor, states=by.states, late=by.late, now=clock.now(), holder_kinds=CLOCKS, after=after,
                     where=by.conditions(), size=size)


def how_many(actor: Actor, by: Filter, *, now: datetime) -> int:
    """How many cases the filter finds, at most ``COUNTED`` + 1."""
    found = (select(Case.id).outerjoin(Deadline, and_(
        Deadline.case_id == Case.id, Deadline.kind == "total", Deadline.stopped_at.is_(None)))
        .where(visible_to(actor), Case.state.in_(by.states), Case.historical.is_(False), *by.conditions()))
    if by.late:
        found = found.where(Deadline.due_at < now, Deadline.paused_at.is_(None))
    return db.session.scalar(select(func.count()).select_from(found.limit(COUNTED + 1).subquery())) or 0


def moved_up(actor: Actor, *, after: str | None = None) -> Page:
    """Open cases whose decisions a conflict of interest gave to the leader."""
    return case_list(actor, holder_kinds=CLOCKS, after=after,
                     where=[moved_up_to_leader(), Case.restricted.is_(False)])
