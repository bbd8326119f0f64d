"""Setting a limit: always a new version from a day on, so that every running clock keeps the one it was given."""

from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.limit_bounds import fault_of
from feedback.domain.permissions import Actor
from feedback.domain.registers import RowChanged
from feedback.extensions import db
from feedback.models.deadlines import Limit
from feedback.services import registers


def newest(key: str) -> Limit | None:
    """The newest version of a limit, in force or planned; None for an unknown key."""
    return db.session.scalar(select(Limit).where(Limit.key == key).order_by(Limit.version.desc()).limit(1))


def amend(key: str, *, amount: int, unit: Unit, legal_basis: str, valid_from: date, shown: int,
          actor: Actor) -> Limit:
    """Give the limit a new version from ``valid_from`` on. ``shown``: the version the page showed as newest.

    Raises RowChanged when there is a newer one; BadInput: amount range or cap, unit fixed, legal_basis missing,
    valid_from past or before (a planned version starts later).
    """
    registers.hold()
    last = newest(key)
    if last is None or last.version != shown:
        raise RowChanged
    if not legal_basis.strip():
        raise BadInput("legal_basis", "missing")
    if (fault := fault_of(key, amount, unit)) is not None:
        raise BadInput(*fault)
    if valid_from < clock.today():
        raise BadInput("valid_from", "past")
    if valid_from < last.valid_from:
        raise BadInput("valid_from", "before")
    row = Limit(key=key, version=last.version + 1, amount=amount, unit=unit.value, from_event=last.from_event,
                legal_basis=legal_basis.strip(), valid_from=valid_from)
    db.session.add(row)
    db.session.flush()  # the event names its id
    registers.noted("limit_amended", actor=actor, limit=row.id, key=key, version=row.version, amount=amount,
                    unit=unit.value, valid_from=valid_from.isoformat())
    return row
