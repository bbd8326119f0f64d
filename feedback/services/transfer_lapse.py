"""A request to pass a case on falls when the case has left the place from which it could be passed on."""

from feedback import clock
from feedback.domain.lifecycle import TABLE, Action, State
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.models.cases import Case
from feedback.queries.transfer_requests import open_request
from feedback.services import history


def lapse(case: Case, *, came_from: State | None) -> None:
    """Deny, in the name of the clock, the open request of a case that has just moved: answered, withdrawn, asked
    of its sender, or given to another agency otherwise. Only a case that could have been passed on has one."""
    if (Action.TRANSFER, came_from) not in TABLE:
        return
    waiting = open_request(case.id)
    stays = (Action.TRANSFER, State(case.state)) in TABLE
    if waiting is None or (stays and waiting.from_agency_id == case.agency_id):
        return
    waiting.decided_at, waiting.granted = clock.now(), False
    history.record(chain=f"case:{case.id}", type="transfer_lapsed", actor=SYSTEM, role=Role.SYSTEM,
                   agency_id=waiting.from_agency_id, payload={"request": waiting.id})
