"""Who stands above two agencies: the common superior, by the tree."""

from sqlalchemy import select

from feedback.domain.agencies import Tier
from feedback.extensions import db
from feedback.models.agencies import Agency

PROVINCE = frozenset({Tier.PROVINCE_OFFICE.value, Tier.PROVINCE_CHAIRMAN.value})
"""Tiers whose word is the coordinating office's."""


def chain_above(agency_id: int) -> list[int]:
    """The ids of the agencies above one, the nearest first, itself left out. One small statement a level."""
    found: list[int] = []
    parent = db.session.scalar(select(Agency.parent_id).where(Agency.id == agency_id))
    while parent is not None and parent not in found:
        found.append(parent)
        parent = db.session.scalar(select(Agency.parent_id).where(Agency.id == parent))
    return found


def common_superior(one: int, other: int) -> int | None:
    """The nearest agency above both of these, neither of them itself; None when that is the province, whose
    coordinating office decides, or nobody."""
    above = chain_above(other)
    nearest = next((agency_id for agency_id in chain_above(one) if agency_id in above), None)
    if nearest is None or nearest in (one, other):
        return None
    tier = db.session.scalar(select(Agency.tier).where(Agency.id == nearest))
    return None if tier in PROVINCE else nearest
