"""An answer that keeps coming back: the chairman of the province hears of it."""

from feedback.domain.gate import CHAIRMAN_HEARS_AT
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.models.cases import Case
from feedback.queries.gate import times_returned
from feedback.services import history, outbox
from feedback.services.recipients import targets


def tell_chairman(case: Case) -> None:
    """From the third return of a round on, owe the chairman one notice a case and round; the case stands on the
    chairman's list as long as it is open (``queries.gate.often_returned``)."""
    times = times_returned(case)
    if times < CHAIRMAN_HEARS_AT:
        return
    owed = [outbox.owe(
        notice=Notice.ANSWER_RETURNED_OFTEN, dedupe=f"returned-often.r{case.round}.c{case.id}.{target.code}",
        case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)
        for target in targets(case, Recipient.CHAIRMAN)]
    if times == CHAIRMAN_HEARS_AT and any(owed):
        history.record(chain=f"case:{case.id}", type="chairman_told", actor=SYSTEM, role=Role.SYSTEM,
                       agency_id=case.agency_id, payload={"round": case.round, "times": times})
