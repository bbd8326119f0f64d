"""The province's ladder as its rows stand: which rung of which clock tells whom, and when."""

from sqlalchemy import select

from feedback.domain.calendar import Unit
from feedback.domain.escalation import LADDERS, Effect, Ladders, Rung
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.extensions import db
from feedback.models.deadlines import LadderRung
from feedback.queries.once import once


def load_ladders(*, switched_off: bool = False) -> Ladders:
    """The active rungs of every kind of clock (with ``switched_off`` those that are not, too), those owed first
    before the others. A kind without any row has the ladder that the program ships."""
    return once(("ladders", switched_off), lambda: _ladders(switched_off=switched_off))


def _ladders(*, switched_off: bool) -> Ladders:
    rows = once("rungs", lambda: db.session.scalars(select(LadderRung).order_by(LadderRung.id)).all())
    kinds = {row.kind for row in rows}
    ours: dict[DeadlineKind, list[Rung]] = {kind: [] for kind in DeadlineKind if kind.value in kinds}
    for row in rows:
        if row.active or switched_off:
            ours[DeadlineKind(row.kind)].append(Rung(row.key, row.offset, Recipient(row.tell), Unit(row.unit),
                                                     Effect(row.does)))
    for ladder in ours.values():
        ladder.sort(key=lambda rung: (rung.offset > 0, not rung.in_hours, rung.offset))
    return {**LADDERS, **ours}
