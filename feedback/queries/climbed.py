"""Cases that have climbed to a rung of the ladder and whose clock still runs."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from feedback.domain.escalation import Effect, Rung
from feedback.domain.notices import Recipient
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation
from feedback.queries.ladder import load_ladders


def on_the_chairmans_list() -> ColumnElement[bool]:
    """A condition on ``Case``: a rung that tells the chairman fired on a clock that still runs. Asks for the
    ladder's rows."""
    return _fired(lambda rung: rung.tell is Recipient.CHAIRMAN)


def on_the_public_list() -> ColumnElement[bool]:
    """A condition on ``Case``: the rung that makes it public fired on a clock that still runs and does not wait
    for the sender."""
    return _fired(lambda rung: rung.does is Effect.PUBLIC_LIST)


def _fired(wanted: Callable[[Rung], bool]) -> ColumnElement[bool]:
    rungs = [and_(Deadline.kind == kind.value, Escalation.rung.in_(keys))
             for kind, ladder in load_ladders().items()
             if (keys := sorted(rung.key for rung in ladder if wanted(rung)))]
    if not rungs:
        return false()
    return exists(select(Escalation.id).join(Deadline, Deadline.id == Escalation.deadline_id).where(
        Escalation.case_id == Case.id, Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None), or_(*rungs))
        .correlate(Case))
