"""All listed reasons as their keeper sees them: the house's, the province's own, and those that are turned off."""

from dataclasses import dataclass

from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.domain.listed_reasons import Listed, defaults
from feedback.extensions import db
from feedback.models.settings import ListedReason


@dataclass(frozen=True)
class KeptReason:
    """One reason with its place in the list. ``own``: the province has a row for it; ``shipped``: the house has
    it too, so that taking the row away brings the house's words back."""

    listed: Listed
    n: int
    active: bool
    own: bool
    shipped: bool


def kept_reasons() -> list[KeptReason]:
    """Every reason in the order in which staff see them; one statement."""
    house = {reason.code: place for place, reason in enumerate(defaults(), start=1)}
    rows = list(db.session.scalars(select(ListedReason).order_by(ListedReason.n, ListedReason.id)))
    own = [KeptReason(_listed(row), row.n, row.active, True, row.code in house) for row in rows]
    codes = {row.code for row in rows}
    return own + [KeptReason(reason, house[reason.code], True, False, True)
                  for reason in defaults() if reason.code not in codes]


def kept_reason(code: str) -> KeptReason | None:
    """One of them by its code."""
    return next((reason for reason in kept_reasons() if reason.listed.code == code), None)


def _listed(row: ListedReason) -> Listed:
    return Listed(code=row.code, action=Action(row.action), name_vi=row.name_vi, name_en=row.name_en,
                  text_vi=row.text_vi, text_en=row.text_en, legal_basis=row.legal_basis)
