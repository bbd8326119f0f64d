"""The province's ladder as its rows stand: which rung of which clock tells whom, and when."""

from functools import lru_cache

from sqlalchemy import select

from feedback.domain.calendar import Unit
from feedback.domain.escalation import LADDERS, Effect, Ladders, Rung
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.extensions import db
from feedback.models.deadlines import LadderRung
from feedback.queries.unchanged import unchanged


def load_ladders(*, switched_off: bool = False) -> Ladders:
    """The active rungs of every kind of clock (with ``switched_off`` those that are not, too), those owed first
    before the others. A kind without any row has the ladder that the program ships."""
    return unchanged(("ladders", switched_off), lambda: _ladders(switched_off=switched_off))


def _ladders(*, switched_off: bool) -> Ladders:
    rows = db.session.execute(select(
        LadderRung.kind, LadderRung.key, LadderRung.offset, LadderRung.tell, LadderRung.unit, LadderRung.does,
        LadderRung.active).order_by(LadderRung.id)).all()
    kinds = frozenset(row.kind for row in rows)
    return _built(kinds, tuple(tuple(row)[:-1] for row in rows if row.active or switched_off))


@lru_cache(maxsize=4)
def _built(kinds: frozenset[str], rows: tuple[tuple[str, str, int, str, str, str], ...]) -> Ladders:
    """Of the same rows the same ladders, made once: sweeps ask for every case."""
    ours: dict[DeadlineKind, list[Rung]] = {kind: [] for kind in DeadlineKind if kind.value in kinds}
    for kind, key, offset, tell, unit, does in rows:
        ours[DeadlineKind(kind)].append(Rung(key, offset, Recipient(tell), Unit(unit), Effect(does)))
    for ladder in ours.values():
        ladder.sort(key=lambda rung: (rung.offset > 0, not rung.in_hours, rung.offset))
    return {**LADDERS, **ours}
