"""Changing the ladder: a rung is added, changed or switched off, never deleted, because escalations name its key.

Each change is written into the history of the settings, and every running clock of that kind is given a new day
on which the sweep looks at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.clocks import HELD_BY_AGENCY
from feedback.domain.errors import BadInput
from feedback.domain.escalation import Effect, End, Rung, first_owed
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.domain.permissions import Actor
from feedback.domain.registers import demand_unchanged
from feedback.extensions import db
from feedback.models.deadlines import Deadline, Escalation, LadderRung
from feedback.queries.calendar import load_calendar, load_office
from feedback.queries.ladder import load_ladders
from feedback.services import registers
from feedback.services.seeding import seed_ladder

MOST = {Unit.WORKING_DAYS: (-30, 60), Unit.WORKING_HOURS: (-40, 80)}
"""How far before and after the due date a rung may stand."""

TOLD = (Recipient.OFFICER, Recipient.AGENCY_HEAD, Recipient.COORDINATOR, Recipient.CHAIRMAN)
"""Who can be told by a rung. The sender is not: what they are owed is an answer, not a reminder."""

ABOVE = frozenset({Recipient.COORDINATOR, Recipient.CHAIRMAN})
"""Who stands above the agency that is late."""

WITH_LADDER = tuple(kind for kind in DeadlineKind if kind is not DeadlineKind.SUPPLY)
"""Kinds of clocks that may have rungs: the citizen's own silence is nobody's fault to escalate."""


@dataclass(frozen=True)
class Step:
    """A rung as the administrator sets it; its key is given once and stays."""

    offset: int
    unit: Unit
    tell: Recipient
    does: Effect
    active: bool


def values_of(row: LadderRung) -> dict[str, object]:
    """A rung as a page shows it, for its fingerprint."""
    return {"offset": row.offset, "unit": row.unit, "tell": row.tell, "does": row.does, "active": row.active}


def add(kind: DeadlineKind, step: Step, *, actor: Actor) -> int:
    """Add a rung. How many running clocks are looked at on another day by it. Raises BadInput: offset range or
    taken, tell unknown, does not_here, kind none."""
    registers.hold()
    if kind not in WITH_LADDER:
        raise BadInput("kind", "none")
    seed_ladder()  # what was shipped must not vanish because one rung of the province's own was added
    db.session.flush()  # the check reads what was just seeded
    _check(kind, step)
    row = LadderRung(kind=kind.value, key=_free_key(kind, step), **_columns(step))
    db.session.add(row)
    db.session.flush()  # the event names its id, and the clocks are looked through with it
    return _noted("rung_added", row, actor=actor)


def change(rung_id: int, step: Step, *, shown: str, actor: Actor) -> int:
    """Change a rung or switch it off. How many running clocks are looked at on another day by it. Raises
    RowChanged when it is not as the page showed it (``shown``: the fingerprint), LookupError for an
    unknown rung, BadInput as ``add``, and active nobody_above or not_public for the last rung of its sort."""
    registers.hold()
    row = db.session.get(LadderRung, rung_id, populate_existing=True)
    if row is None:
        raise LookupError(f"no rung {rung_id}")
    demand_unchanged(values_of(row), shown)
    _check(DeadlineKind(row.kind), step, but=row.id)
    _keep_the_end(row, step)
    for name, value in _columns(step).items():
        setattr(row, name, value)
    db.session.flush()  # the clocks are looked through by what the rows say now
    return _noted("rung_changed", row, actor=actor)


def look_again(kind: DeadlineKind) -> int:
    """Give every running clock of this kind the next instant at which the sweep looks at it; how many changed."""
    ladder, calendar, hours = load_ladders()[kind], load_calendar(), load_office().hours
    climbed: dict[int, set[str]] = {}
    for one in db.session.execute(
            select(Escalation.deadline_id, Escalation.rung).join(Deadline, Deadline.id == Escalation.deadline_id)
            .where(Deadline.kind == kind.value, Deadline.stopped_at.is_(None))):
        climbed.setdefault(one.deadline_id, set()).add(one.rung)
    changed, now = 0, clock.now()
    for row in db.session.scalars(
            select(Deadline).where(Deadline.kind == kind.value, Deadline.stopped_at.is_(None),
                                   Deadline.paused_at.is_(None)).order_by(Deadline.id).with_for_update()):
        end, done = End(row.due_on, row.due_at), climbed.get(row.id, set())
        # A reminder whose time has passed is never sent: looking for it would only cost the sweep a turn.
        left = [rung for rung in ladder if rung.key not in done and not (rung.is_reminder and now > row.due_at)]
        looked = first_owed(left, end, calendar, hours)
        if looked != row.next_rung_at:
            row.next_rung_at, changed = looked, changed + 1
    return changed


def _check(kind: DeadlineKind, step: Step, *, but: int | None = None) -> None:
    least, most = MOST.get(step.unit, (0, -1))
    if not least <= step.offset <= most:
        raise BadInput("offset", "range")
    if step.tell not in TOLD:
        raise BadInput("tell", "unknown")
    if not fits(kind, Rung("", step.offset, step.tell, step.unit, step.does)):
        raise BadInput("does", "not_here")
    same = select(LadderRung.id).where(
        LadderRung.kind == kind.value, LadderRung.offset == step.offset, LadderRung.unit == step.unit.value,
        LadderRung.tell == step.tell.value, LadderRung.active.is_(True), LadderRung.id != (but or 0))
    if step.active and db.session.scalar(same.limit(1)) is not None:
        raise BadInput("offset", "taken")


def _keep_the_end(row: LadderRung, step: Step) -> None:
    """Nobody can switch off the whole ladder: where somebody above the agency is told after the due date, somebody
    stays told, and what is late on the citizen's own clock comes to stand on the public list. Directive 27/CT-TTg
    of 2023 wants silence ended; one account could otherwise make it invisible again."""
    kept = [_as_rung(one) for one in db.session.scalars(select(LadderRung).where(
        LadderRung.kind == row.kind, LadderRung.active.is_(True), LadderRung.id != row.id))]
    kept += [Rung("", step.offset, step.tell, step.unit, step.does)] if step.active else []
    for code, matters in (("nobody_above", _tells_above), ("not_public", _makes_public)):
        if row.active and matters(_as_rung(row)) and not any(map(matters, kept)):
            raise BadInput("active", code)


def _tells_above(rung: Rung) -> bool:
    return not rung.is_reminder and rung.tell in ABOVE


def _makes_public(rung: Rung) -> bool:
    return not rung.is_reminder and rung.does is Effect.PUBLIC_LIST


def _as_rung(row: LadderRung) -> Rung:
    return Rung(row.key, row.offset, Recipient(row.tell), Unit(row.unit), Effect(row.does))


def fits(kind: DeadlineKind, rung: Rung) -> bool:
    """Whether what a rung brings makes sense there: the apology form before the time is over on the clocks of the
    answer, the explanation afterwards on clocks an agency holds, the public list on the citizen's clock alone."""
    if rung.does is Effect.APOLOGY_FORM:
        return rung.is_reminder and kind in (DeadlineKind.TOTAL, DeadlineKind.HANDLE, DeadlineKind.REDO)
    if rung.does is Effect.EXPLANATION:
        answering = HELD_BY_AGENCY - {DeadlineKind.EXPLANATION}
        return not rung.is_reminder and kind in answering | {DeadlineKind.TOTAL}
    if rung.does is Effect.PUBLIC_LIST:
        return not rung.is_reminder and kind is DeadlineKind.TOTAL
    return True


def _columns(step: Step) -> Mapping[str, object]:
    return {"offset": step.offset, "unit": step.unit.value, "tell": step.tell.value, "does": step.does.value,
            "active": step.active}


def _free_key(kind: DeadlineKind, step: Step) -> str:
    """A key nobody of this kind has had, from where the rung stands when it is made."""
    hours = "h" if step.unit is Unit.WORKING_HOURS else ""
    word = f"before_{-step.offset}{hours}" if step.offset < 0 else f"after_{step.offset}{hours}"
    if step.offset == 0:
        word = "due_hour" if hours else "due_day"
    taken = set(db.session.scalars(select(LadderRung.key).where(LadderRung.kind == kind.value)))
    return next(key for key in (word, *(f"{word}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def _noted(type_: str, row: LadderRung, *, actor: Actor) -> int:
    changed = look_again(DeadlineKind(row.kind))
    registers.noted(type_, actor=actor, rung=row.id, kind=row.kind, key=row.key, offset=row.offset, unit=row.unit,
                    tell=row.tell, does=row.does, active=row.active, clocks=changed)
    return changed
