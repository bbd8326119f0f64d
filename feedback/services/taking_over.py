"""What the clock does for agencies that have ended: on the day after the last, and whenever something comes back
to one of them (an objection, a broken promise), it goes to the successor."""

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.cases import Case
from feedback.models.holdings import Contribution
from feedback.models.reader import TransferRequest
from feedback.models.settings import CategorySetting
from feedback.queries.agency_register import is_open_case
from feedback.services import registers, reorganising
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally


def sweep_successors() -> Tally:
    """Let every agency that has ended hand over what it still holds, one agency and one batch a transaction."""
    child = aliased(Agency)
    left = [
        select(Case.id).where(Case.agency_id == Agency.id, is_open_case()),
        select(Procedure.id).where(Procedure.agency_id == Agency.id, Procedure.closed_on.is_(None)),
        select(CategorySetting.code).where(CategorySetting.route_agency_id == Agency.id),
        select(child.id).where(child.parent_id == Agency.id, child.valid_to.is_(None)),
        select(TransferRequest.id).where(TransferRequest.to_agency_id == Agency.id,
                                         TransferRequest.decided_at.is_(None)),
        select(Contribution.id).where(Contribution.agency_id == Agency.id, Contribution.ended_at.is_(None)),
    ]
    holds = or_(*(one.exists() for one in left))
    return one_by_one(found(
        select(Agency.id).where(Agency.valid_to < clock.today(), Agency.successor_id.is_not(None), holds)
        .order_by(Agency.id)), take_over)


def take_over(agency_id: int) -> bool:
    """Hand over what names this closed agency, and one batch of its cases, in the caller's transaction; whether
    anything moved."""
    registers.hold()
    handed = reorganising.hand_over(db.session.get_one(Agency, agency_id), actor=SYSTEM)
    return reorganising.move_open_cases(agency_id, actor=SYSTEM) > 0 or handed > 0
