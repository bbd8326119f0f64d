"""Keeping the listed reasons: the province's row overrides the house's by code, or adds one of its own."""

from dataclasses import asdict, replace

from sqlalchemy import func, select

from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action
from feedback.domain.listed_reasons import Listed
from feedback.domain.permissions import Actor
from feedback.domain.registers import demand_unchanged
from feedback.extensions import db
from feedback.models.settings import ListedReason
from feedback.queries.reason_register import KeptReason, kept_reason
from feedback.services import registers

ACTIONS = (Action.REFUSE, Action.GUIDE, Action.FORWARD_OUTSIDE)
"""Moves that give one of the reasons."""
FIRST_OWN = 100
"""Numbers of the province's own reasons start here, after the house's."""


def values_of(kept: KeptReason) -> dict[str, object]:
    """What the page shows of a reason, for its fingerprint."""
    return {**asdict(kept.listed), "active": kept.active}


def add(listed: Listed, *, active: bool, actor: Actor) -> ListedReason:
    """A reason of the province's own; its code is given here. Raises BadInput as ``change``."""
    registers.hold()
    _check(listed)
    last = db.session.scalar(select(func.max(ListedReason.n)).where(ListedReason.n >= FIRST_OWN)) or FIRST_OWN
    row = _row(replace(listed, code=f"own_{last + 1}"), n=last + 1, active=active)
    db.session.add(row)
    registers.noted("reason_added", actor=actor, code=row.code, action=row.action)
    return row


def change(listed: Listed, *, active: bool, shown: str, actor: Actor) -> bool:
    """Write the province's words for this reason, or take it out of the list (``active`` False); whether anything
    changed. What was said with it before keeps its words. Raises RowChanged; BadInput: name_vi, text_vi or
    legal_basis missing, action unknown, code unknown."""
    registers.hold()
    kept = kept_reason(listed.code)
    if kept is None:
        raise BadInput("code", "unknown")
    demand_unchanged(values_of(kept), shown)
    _check(listed)
    if listed == kept.listed and active == kept.active:
        return False
    row = db.session.scalar(select(ListedReason).where(ListedReason.code == listed.code))
    new = _row(listed, n=kept.n, active=active)
    if row is not None:
        new.id = row.id
    db.session.merge(new)
    registers.noted("reason_changed", actor=actor, code=listed.code, active=active,
                    fields=",".join(registers.differing(asdict(kept.listed), asdict(listed)))[:80])
    return True


def put_back(code: str, *, shown: str, actor: Actor) -> None:
    """Let the house's words stand again. Raises RowChanged; BadInput code unknown when the house has none."""
    registers.hold()
    kept = kept_reason(code)
    if kept is None or not (kept.own and kept.shipped):
        raise BadInput("code", "unknown")
    demand_unchanged(values_of(kept), shown)
    db.session.delete(db.session.scalars(select(ListedReason).where(ListedReason.code == code)).one())
    registers.noted("reason_put_back", actor=actor, code=code)


def _row(listed: Listed, *, n: int, active: bool) -> ListedReason:
    return ListedReason(**{**asdict(listed), "action": listed.action.value}, n=n, active=active)


def _check(listed: Listed) -> None:
    if listed.action not in ACTIONS:
        raise BadInput("action", "unknown")
    for name in ("name_vi", "text_vi", "legal_basis"):
        if not getattr(listed, name).strip():
            raise BadInput(name, "missing")
