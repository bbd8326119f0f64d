"""Which office people reach behind the desk."""

from sqlalchemy import select

from feedback.domain.agencies import Tier
from feedback.extensions import db
from feedback.models.agencies import Agency


def province_office() -> Agency | None:
    """The coordinating office as the agency table has it, or None before agencies were put in."""
    return db.session.scalar(
        select(Agency).where(Agency.tier == Tier.PROVINCE_OFFICE.value, Agency.valid_to.is_(None))
        .order_by(Agency.id).limit(1))
