"""What clocks owe the ladder, and how it is written: many rungs of many cases with a few statements for all."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm.attributes import set_committed_value

from feedback import clock
from feedback.domain.calendar import WorkingCalendar
from feedback.domain.escalation import Effect, End, Ladders, Rung, next_look, owed_at, rungs_due
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.office_hours import OfficeHours
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Conflict
from feedback.models.deadlines import Deadline, Escalation
from feedback.queries.calendar import load_calendar, load_office
from feedback.queries.ladder import load_ladders
from feedback.services import explanations, history, outbox
from feedback.services.recipients import Target, targets_of_clock

T = TypeVar("T")
Climbed = Mapping[str, datetime]
"""When each rung of a clock fired, by its key."""
SECOND_AGENCY: Mapping[str, Notice] = {DeadlineKind.CONTRIBUTE.value: Notice.CONTRIBUTION_DUE,
                                       DeadlineKind.TRANSFER_REPLY.value: Notice.TRANSFER_OFFERED}
"""Clocks of an agency that does not hold the case: what its own people are told, for they cannot open the case."""
AT_THE_AGENCY = (Recipient.OFFICER, Recipient.AGENCY_HEAD)

CHAIN_ALONE = "sys:ladder"
"""The history of rungs of clocks that belong to no case."""

_RUNGS = Escalation.__table__
_CLOCKS = Deadline.__table__
_LOOK_AGAIN = update(_CLOCKS).where(_CLOCKS.c.id.in_(bindparam("which", expanding=True))).values(
    next_rung_at=bindparam("at"))
_HIDDEN = select(Conflict.__table__.c.case_id).where(
    Conflict.__table__.c.case_id.in_(bindparam("cases", expanding=True)))
"""Put together once, as all statements of the ladder: they are asked for with every few cases."""


@dataclass(frozen=True)
class Times:
    """What all clocks of one look are measured by. What was counted for one clock is kept for those that end with
    it: of many that fall due on one day most are alike."""

    now: datetime
    calendar: WorkingCalendar
    office_hours: OfficeHours
    ladders: Ladders
    once_a_day: frozenset[tuple[str, str]]
    """Kind and key of the rungs of which a case climbs one a day."""
    _kept: dict[tuple[object, ...], object] = field(default_factory=dict)

    def due(self, kind: DeadlineKind, end: End, climbed: Climbed) -> Sequence[Rung]:
        """The rung that is owed now: a list of one, or empty."""
        return self._once(("due", kind, end, frozenset(climbed.items())), lambda: rungs_due(
            self.ladders[kind], end, self.now, self.calendar, climbed, self.office_hours))

    def next(self, kind: DeadlineKind, end: End, climbed: Climbed) -> datetime | None:
        """When the sweep has to look again."""
        return self._once(("next", kind, end, frozenset(climbed)), lambda: next_look(
            self.ladders[kind], end, self.now, self.calendar, climbed, self.office_hours))

    def owed_on(self, rung: Rung, end: End) -> str:
        """The day on which a rung was owed, as the history keeps it."""
        return self._once(("owed", rung, end), lambda: clock.local_date(
            owed_at(rung, end, self.calendar, self.office_hours)).isoformat())

    def days_late(self, due_on: date) -> int:
        """Working days since a due day."""
        return self._once(("late", due_on), lambda: self.calendar.working_days_between(
            due_on, clock.local_date(self.now)))

    def _once(self, key: tuple[object, ...], count: Callable[[], T]) -> T:
        if key not in self._kept:
            self._kept[key] = count()
        return cast(T, self._kept[key])


def times_now() -> Times:
    """The measures of this moment."""
    every_day = frozenset((kind.value, rung.key) for kind, ladder in load_ladders(switched_off=True).items()
                          for rung in ladder if once_a_day(rung))
    return Times(clock.now(), load_calendar(), load_office().hours, load_ladders(), every_day)


def once_a_day(rung: Rung) -> bool:
    """Whether a case climbs only one of its sort a day."""
    return not rung.is_reminder and not rung.in_hours


@dataclass(frozen=True)
class Firing:
    """A rung that a clock owes now; ``case`` None: the clock belongs to none."""

    case: Case | None
    deadline: Deadline
    rung: Rung


def owed_by(deadline: Deadline, climbed: Climbed, times: Times, *,
            climbs_today: bool = False) -> tuple[Rung | None, datetime | None]:
    """The rung that this clock owes now, if any, and when to look at it again. ``climbs_today``: a rung in days
    has fired for this case today already."""
    kind, end, owed = DeadlineKind(deadline.kind), End(deadline.due_on, deadline.due_at), None
    for rung in times.due(kind, end, climbed):
        if climbs_today and once_a_day(rung):
            continue
        owed, climbed = rung, {**climbed, rung.key: times.now}
    return owed, times.next(kind, end, climbed)


def look_again(clocks: Sequence[tuple[Deadline, datetime | None]]) -> None:
    """Write when the sweep has to look at each of these clocks."""
    changed = [(row, at) for row, at in clocks if row.next_rung_at != at]
    if not changed:
        return
    together: dict[datetime | None, list[int]] = {}
    for row, at in changed:
        together.setdefault(at, []).append(row.id)
        set_committed_value(row, "next_rung_at", at)
    connection = db.session.connection()
    for at, ids in together.items():
        connection.execute(_LOOK_AGAIN, {"which": ids, "at": at})


def fire(firings: Sequence[Firing], times: Times, *, waits: bool = True) -> list[Firing]:
    """Write the rows of these rungs; only who wrote one tells anybody. Those that we wrote. ``waits``: as of
    ``history.record_all``."""
    if not firings:
        return []
    connection = db.session.connection()
    written = {(row.deadline_id, row.rung) for row in connection.execute(
        _new_rungs(connection.dialect.name),
        [{"deadline_id": one.deadline.id, "case_id": one.deadline.case_id, "rung": one.rung.key,
          "fired_at": times.now, "days_late": times.days_late(one.deadline.due_on)} for one in firings])}
    ours = [one for one in firings if (one.deadline.id, one.rung.key) in written]
    outbox.owe_all(_notices(ours))
    demanded = explanations.demand_all([(one.case, one.deadline) for one in ours
                                        if one.case is not None and one.rung.does is Effect.EXPLANATION])
    told: list[history.Told] = []
    for one in ours:
        told.append(_event(one, times))
        if one.rung.does is Effect.EXPLANATION and one.deadline.id in demanded:
            told.append(demanded[one.deadline.id])
    history.record_all(told, waits=waits)
    return ours


@cache
def _new_rungs(dialect: str) -> Any:
    insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect](_RUNGS)
    return insert.on_conflict_do_nothing(index_elements=["deadline_id", "rung"]).returning(
        _RUNGS.c.deadline_id, _RUNGS.c.rung)


def _event(one: Firing, times: Times) -> history.Told:
    clock_, rung = one.deadline, one.rung
    return history.Told(
        chain=f"case:{one.case.id}" if one.case else CHAIN_ALONE,
        type="reminded" if rung.is_reminder else "escalated", actor=SYSTEM, role=Role.SYSTEM,
        agency_id=clock_.agency_id,
        payload={"deadline": clock_.id, "kind": clock_.kind, "rung": rung.key,
                 "days_late": times.days_late(clock_.due_on),
                 "owed_on": times.owed_on(rung, End(clock_.due_on, clock_.due_at))})


def _notices(firings: Sequence[Firing]) -> list[outbox.Owed]:
    """One notice to each recipient of each rung."""
    told = _Told({one.case.id for one in firings if one.case is not None})
    owed = []
    for one in firings:
        case, rung, row = one.case, one.rung, one.deadline
        notice = Notice.CASE_DUE_SOON if rung.is_reminder else Notice.CASE_OVERDUE
        if rung.tell in AT_THE_AGENCY:
            notice = SECOND_AGENCY.get(row.kind, notice)
        about = f"r{row.round}.c{case.id}" if case else "r0"
        owed += [outbox.Owed(notice=notice, dedupe=f"{rung.key}.{about}.d{row.id}.{target.code}",
                             case_id=row.case_id, person_id=target.person_id, agency_id=target.agency_id)
                 for target in told.by(case, rung.tell, held_by=row.agency_id)]
    return owed


class _Told:
    """Who is told, asked once for all cases of which the same people hear: those hidden from nobody, at the same
    place. Nothing of it changes while we write."""

    def __init__(self, case_ids: Collection[int]) -> None:
        self._hidden = set(db.session.connection().scalars(_HIDDEN, {"cases": [*case_ids]}))
        self._kept: dict[tuple[object, ...], list[Target]] = {}

    def by(self, case: Case | None, tell: Recipient, *, held_by: int | None) -> list[Target]:
        """``targets_of_clock``."""
        if case is None or case.id in self._hidden or tell is Recipient.COMPLAINANT:
            return targets_of_clock(case, tell, held_by=held_by)
        officer = case.officer_id if tell is Recipient.OFFICER else None
        key = (tell, held_by, case.agency_id, officer, case.restricted, case.moved_up)
        if key not in self._kept:
            self._kept[key] = targets_of_clock(case, tell, held_by=held_by)
        return self._kept[key]
