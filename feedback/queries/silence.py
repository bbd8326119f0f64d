"""No answer by the due date is "no answer" by the clock: the flag NONE and the level not_answered, whatever was
written meanwhile, and without reading a word."""

from sqlalchemy import ColumnElement, exists

from feedback import clock
from feedback.domain.answers.taxonomy import TAXONOMY, Flag, Level
from feedback.domain.limits import DeadlineKind
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline


def silent() -> ColumnElement[bool]:
    """A condition on ``Case``: the citizen's clock has run out and no answer of this round was released. A clock
    that waits for the sender is nobody's silence."""
    return exists().where(Deadline.case_id == Case.id, Deadline.kind == DeadlineKind.TOTAL.value,
                          Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None),
                          Deadline.due_at < clock.now()) & Case.historical.is_(False)


def by_the_clock(total: Deadline | None) -> Flag | None:
    """NONE while this clock of a case says that nobody has answered in time; else None. Twin of ``silent``."""
    if total is None or total.stopped_at is not None or total.paused_at is not None:
        return None
    return Flag.NONE if clock.now() > total.due_at else None


def level_by_the_clock(total: Deadline | None) -> Level | None:
    """The level that the flag of ``by_the_clock`` leads to."""
    flag = by_the_clock(total)
    return TAXONOMY[flag].level if flag is not None else None
