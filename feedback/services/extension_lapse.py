"""A request for more time falls when nobody needs it any more: the case was answered, went to another agency,
waits for its sender or has ended. The due dates stay as they are."""

from feedback import clock
from feedback.domain.lifecycle import State
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.domain.time_changes import ASKED_IN
from feedback.models.cases import Case
from feedback.queries.extensions import open_extension
from feedback.services import clocks, history


def lapse(case: Case, *, came_from: State | None) -> None:
    """End, undecided and in the name of the clock, the open request of a case that has just moved. Only a case
    that was with an agency has one."""
    if came_from not in ASKED_IN:
        return
    waiting = open_extension(case.id)
    if waiting is None or (State(case.state) in ASKED_IN and waiting.agency_id == case.agency_id
                           and waiting.round == case.round):
        return
    waiting.decided_at = clock.now()
    clocks.stop_for(DeadlineKind.EXTENSION, subject_id=waiting.id, kept=False)
    history.record(chain=f"case:{case.id}", type="extension_lapsed", actor=SYSTEM, role=Role.SYSTEM,
                   agency_id=waiting.agency_id, payload={"extension": waiting.id})
