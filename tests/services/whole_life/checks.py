"""What has to be true after every step, read from the rows."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Note, Proposal
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import Event
from feedback.models.extensions import Extension
from feedback.models.holdings import Contribution, Holding
from feedback.models.instructions import Instruction, InstructionEntry
from feedback.models.lateness import Apology, Explanation
from feedback.models.outbox import Outbox
from feedback.models.reader import Commitment, TransferRequest
from feedback.queries.verification import verify_all, verify_case
from tests.services.whole_life.days import day_of, midnight
from tests.services.whole_life.model import AT_AGENCY, ENDED, Clock, Life, Model
from tests.services.whole_life.province import Province

COUNTED = (Case, Note, Proposal, Deadline, Escalation, Event, Extension, Contribution, Holding, Instruction,
           InstructionEntry, Apology, Explanation, Outbox, Commitment, TransferRequest, Answer)
MAY_RUN_AFTERWARDS = {"commitment", "explanation", "instruction"}
"""Clocks of a case that has ended."""


def fingerprint() -> tuple[object, ...]:
    """Changes whenever anything of any case is written."""
    one = select(*(select(func.count()).select_from(table).scalar_subquery() for table in COUNTED),
                 select(func.sum(Case.version)).scalar_subquery(), select(func.max(Event.seq)).scalar_subquery())
    states = db.session.execute(select(Case.id, Case.state, Case.agency_id, Case.officer_id).order_by(Case.id))
    clocks = db.session.execute(
        select(Deadline.id, Deadline.due_at, Deadline.paused_at, Deadline.stopped_at, Deadline.next_rung_at)
        .order_by(Deadline.id))
    found = (tuple(db.session.execute(one).one()), tuple(map(tuple, states)), tuple(map(tuple, clocks)))
    db.session.rollback()
    return found


def check(model: Model) -> None:
    """Compare every case with its model."""
    rows = {row.id: row for row in db.session.scalars(select(Case))}
    assert set(rows) == {life.id for life in model.lives}, "the same form made two cases, or a case is gone"
    running: dict[int, list[Deadline]] = {id_: [] for id_ in rows}
    for row in db.session.scalars(select(Deadline).where(Deadline.stopped_at.is_(None))):
        assert row.case_id is not None
        running[row.case_id].append(row)
    held: dict[int, list[Holding]] = {id_: [] for id_ in rows}
    for one in db.session.scalars(select(Holding).order_by(Holding.case_id, Holding.n)):
        held[one.case_id].append(one)
    events = dict(db.session.execute(select(Event.chain, func.count()).group_by(Event.chain)).all())
    for life in model.lives:
        row = rows[life.id]
        assert (row.state, row.round, row.agency_id, row.officer_id, row.objected) == (
            life.state, life.round, life.agency, life.officer, life.objected), f"case {life.id} is elsewhere"
        assert (row.ended_at is not None) == (life.state in ENDED)
        _check_clocks(model, life, running[life.id])
        _check_holdings(life, held[life.id])
        assert (now := events[f"case:{life.id}"]) >= life.events, "history became shorter"
        if now != life.events:
            assert verify_case(life.id).whole
            life.events = now
    doubled = db.session.execute(
        select(Outbox.dedupe).group_by(Outbox.dedupe).having(func.count() > 1)).all()
    assert not doubled
    db.session.rollback()


def _check_clocks(model: Model, life: Life, rows: list[Deadline]) -> None:
    kinds = Counter((row.kind, row.subject_id) for row in rows)
    assert set(kinds.values()) <= {1}, f"case {life.id} has a clock twice: {kinds}"
    assert set(kinds) == set(life.clocks), f"case {life.id} ({life.state}) runs {sorted(kinds)}"
    if life.state in ENDED:
        assert {kind for kind, _ in kinds} <= MAY_RUN_AFTERWARDS
    else:
        assert ("total", 0) in kinds, "nobody counts the sender's days"
    for row in rows:
        clock = life.clocks[(row.kind, row.subject_id)]
        said = f"case {life.id}: {row.kind} {row.subject_id}"
        assert row.started_at == clock.began or clock.extended, f"{said} began anew"
        assert (row.due_on, row.due_at) == clock.due(model.days), f"{said} is due on another day than counted"
        assert row.paused_at == clock.paused, f"{said} waits, or does not"
        assert row.paused_days == clock.given, f"{said} was given back other days"
        assert row.agency_id == clock.agency, f"{said} is held by another agency"


def _check_holdings(life: Life, rows: list[Holding]) -> None:
    now = [row.agency_id for row in rows if row.until is None]
    assert now == ([life.agency] if life.state in AT_AGENCY else []), f"case {life.id} is held by {now}"
    assert [(row.round, row.agency_id) for row in rows] == life.held
    assert sum(row.loop for row in rows) == life.loops


class Ladder:
    """Reads which rungs fired, and says whether they were owed and whether one was forgotten."""

    def __init__(self, province: Province, model: Model) -> None:
        self._p, self._model, self._seen = province, model, 0
        self._steps = province.ladder()

    def look(self) -> None:
        """After a sweep: what fired since the last look, in the clocks of the model as they were before it."""
        now = self._p.now
        rows = db.session.execute(
            select(Escalation.id, Escalation.rung, Escalation.fired_at, Deadline.case_id, Deadline.kind,
                   Deadline.subject_id, Deadline.stopped_at)
            .join(Deadline, Deadline.id == Escalation.deadline_id).where(Escalation.id > self._seen)
            .order_by(Escalation.id)).all()
        lives = {life.id: life for life in self._model.lives}
        for row in rows:
            self._seen = row.id
            life = lives[row.case_id]
            clock = life.clocks[(row.kind, row.subject_id)]
            said = f"case {life.id}: {row.rung} of {row.kind}"
            assert (row.stopped_at, clock.paused) == (None, None), f"{said} fired for a clock that does not run"
            assert row.rung not in clock.fired, f"{said} fired twice"
            offset, in_hours = next((o, h) for key, o, h in self._steps[row.kind] if key == row.rung)
            assert self._owed(clock, offset, in_hours) <= now, f"{said} fired before its day"
            clock.fired[row.rung] = row.fired_at
            if offset > 0 and not in_hours:
                assert day_of(now) not in life.climbed, f"{said}: two steps on one day"
                life.climbed.append(day_of(now))
            if row.kind in ("handle", "redo") and row.rung == "after_1":
                self._demanded(life, row.kind, clock)
        for life in lives.values():
            for (kind, _), clock in life.clocks.items():
                if clock.paused is None and kind != "supply":
                    self._none_forgotten(life, kind, clock)
        told = db.session.scalar(select(func.count()).where(Event.type.in_(("reminded", "escalated"))))
        assert told == db.session.scalar(select(func.count()).select_from(Escalation)), "a rung was told twice"
        db.session.rollback()

    def _demanded(self, life: Life, kind: str, clock: Clock) -> None:
        row = db.session.execute(
            select(Explanation.id, Explanation.agency_id)
            .join(Deadline, Deadline.id == Explanation.late_deadline_id)
            .where(Explanation.case_id == life.id, Deadline.kind == kind, Deadline.stopped_at.is_(None))).one()
        assert row.agency_id == clock.agency
        self._model.start(life, "explanation", self._p.now, subject=row.id, agency=clock.agency)

    def _owed(self, clock: Clock, offset: int, in_hours: bool):  # type: ignore[no-untyped-def]
        on, at = clock.due(self._model.days)
        if in_hours:
            return self._model.days.hours(at, offset)
        return midnight(self._model.days.nth(on, offset))

    def _none_forgotten(self, life: Life, kind: str, clock: Clock) -> None:
        now, late = self._p.now, clock.late(self._model.days, self._p.now)
        left = []
        for key, offset, in_hours in self._steps.get(kind, ()):
            warns = offset < 0 or (offset == 0 and not in_hours)
            if key not in clock.fired and not (warns and late):
                owed = self._owed(clock, offset, in_hours)
                if owed <= now:
                    left.append((owed, key, warns, in_hours))
        if not left:
            return
        _, key, warns, in_hours = min(left)
        last = max(clock.fired.values(), default=None)
        if in_hours:
            waits = last is not None and now - last < timedelta(hours=1)
        else:
            waits = (last is not None and day_of(last) >= day_of(now)) or (
                not warns and any(day >= day_of(now) for day in life.climbed))
        assert waits, f"case {life.id}: {key} of {kind} was owed and did not fire"


def check_all_history() -> None:
    """Every chain, also those of the province."""
    assert verify_all().whole
    db.session.rollback()
