"""The listed reasons as they stand here: the province's rows override the house's by code. One statement."""

from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.domain.listed_reasons import Listed, defaults
from feedback.extensions import db
from feedback.models.settings import ListedReason


def reasons_for(action: Action) -> list[Listed]:
    """What may be chosen for this action, in the order of the list. A row that is not active takes its reason
    out."""
    rows = list(db.session.scalars(select(ListedReason).order_by(ListedReason.n, ListedReason.id)))
    known = {row.code for row in rows}
    placed = [(row.n, _listed(row)) for row in rows if row.active]
    placed += [(n, reason) for n, reason in enumerate(defaults(), start=1) if reason.code not in known]
    return [reason for _n, reason in sorted(placed, key=lambda pair: pair[0]) if reason.action is action]


def reason_named(code: str) -> Listed | None:
    """A reason by its code, also one that is not offered any more; None for an unknown code."""
    row = db.session.scalar(select(ListedReason).where(ListedReason.code == code))
    return _listed(row) if row is not None else next((r for r in defaults() if r.code == code), None)


def _listed(row: ListedReason) -> Listed:
    return Listed(code=row.code, action=Action(row.action), name_vi=row.name_vi, name_en=row.name_en,
                  text_vi=row.text_vi, text_en=row.text_en, legal_basis=row.legal_basis)
