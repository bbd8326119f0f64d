"""What can be done about a case besides its next step: say whom it is about, ask who sent it."""

from flask import url_for
from flask_babel import gettext

from feedback.domain.conflicts import About
from feedback.domain.kinds import IdentityMode
from feedback.domain.lifecycle import ENDED, State
from feedback.domain.permissions import Actor, CaseFacts, Permission, may_record_conflict, reads_original
from feedback.models.cases import Case
from feedback.services import apologies, contributions, extensions, transfer_requests


def side_doors(actor: Actor, case: Case, facts: CaseFacts, *, passing: bool = False,
               more_time: bool = False) -> list[dict[str, str]]:
    """Words and address of each, for this person and this case; empty for imported cases. ``passing``: a request
    to pass it on waits already; ``more_time``: more time can still be asked for in this round."""
    if case.historical:
        return []
    found = []
    if case.identity_mode != IdentityMode.ANONYMOUS.value and actor.can(Permission.CASE_ACT):
        found.append({"label": gettext("Who sent it"), "url": url_for("desk.identity", reference=case.reference)})
    if State(case.state) not in ENDED and actor.can(Permission.CASE_ACT) and any(
            may_record_conflict(actor, facts, about) for about in About):
        found.append({"label": gettext("Record a conflict of interest"),
                      "url": url_for("desk.conflict_of_interest", reference=case.reference)})
    if actor.can(Permission.CASE_ACT) and apologies.may_write_early(actor, case, facts):
        found.append({"label": gettext("Apologise to the sender and give a new date"),
                      "url": url_for("desk.apology", reference=case.reference)})
    if case.answered_at is not None and actor.can(Permission.CASE_READ):
        found.append({"label": gettext("What was promised by a day"),
                      "url": url_for("desk.promises", reference=case.reference)})
    if transfer_requests.asking_role(actor, case, facts) is not None and not passing:
        found.append({"label": gettext("Ask to pass it on"),
                      "url": url_for("desk.transfer_request", reference=case.reference)})
    if more_time and not passing and extensions.asking_role(actor, case, facts) is not None:
        found.append({"label": gettext("Ask for more time"),
                      "url": url_for("desk.extension", reference=case.reference)})
    if contributions.leading_role(actor, case, facts) is not None:
        found.append({"label": gettext("Ask another agency to contribute"),
                      "url": url_for("desk.ask_contribution", reference=case.reference)})
    if case.answered_at is not None and reads_original(actor, facts):
        found.append({"label": gettext("Answer as a letter"),
                      "url": url_for("desk.letter", reference=case.reference)})
    if case.key_hash is not None and actor.can(Permission.CASE_INTAKE):
        found.append({"label": gettext("New tracking key at the counter"),
                      "url": url_for("desk.new_key", reference=case.reference)})
    return found
