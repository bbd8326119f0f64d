"""Setting a limit: always a new version from a day on, so that every running clock keeps the one it was given.

A limit has one row for all cases and maybe narrowed ones, each with versions of its own: ``only`` says which is
meant. A narrowed one can end; the one for all cases only changes.
"""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.limit_bounds import fault_of, may_be_narrowed
from feedback.domain.limits import FOR_ALL, Only
from feedback.domain.permissions import Actor
from feedback.domain.registers import RowChanged
from feedback.extensions import db
from feedback.models.agencies import Procedure
from feedback.models.deadlines import Limit
from feedback.queries.calendar import only_of
from feedback.services import registers


@dataclass(frozen=True)
class Said:
    """What a version of a limit says, and the first day on which clocks get it."""

    amount: int
    unit: Unit
    legal_basis: str
    valid_from: date


def versions(key: str, only: Only = FOR_ALL) -> list[Limit]:
    """The versions of a limit for exactly these cases, the newest first."""
    rows = db.session.scalars(select(Limit).where(Limit.key == key).order_by(Limit.version.desc()))
    return [row for row in rows if only_of(row) == only]


def newest(key: str, only: Only = FOR_ALL) -> Limit | None:
    """The newest version, in force or planned; None when there is none for these cases."""
    return next(iter(versions(key, only)), None)


def amend(key: str, *, amount: int, unit: Unit, legal_basis: str, valid_from: date, shown: int,
          actor: Actor, only: Only = FOR_ALL) -> Limit:
    """Give the limit a new version from ``valid_from`` on. ``shown``: the version the page showed as newest. A
    narrowed limit that is planned to end later still ends then; one that has ended holds again.

    Raises RowChanged when there is a newer one; BadInput: amount range or cap, unit fixed, legal_basis missing,
    valid_from past or before (a planned version starts later).
    """
    registers.hold()
    last = newest(key, only)
    if last is None or last.version != shown:
        raise RowChanged
    if valid_from >= clock.today() and valid_from < last.valid_from:
        raise BadInput("valid_from", "before")
    ends = last.valid_to if last.valid_to is not None and last.valid_to >= valid_from else None
    said = Said(amount, unit, legal_basis, valid_from)
    return _new(key, only, said, ends=ends, actor=actor, type_="limit_amended")


def narrow(key: str, only: Only, said: Said, *, actor: Actor) -> Limit:
    """Add a limit that holds for some cases only. Raises BadInput as ``amend``; also only none (no condition),
    only taken (there is one for exactly these cases, which can be changed), only fixed (this limit has one row),
    and procedure_id unknown."""
    registers.hold()
    if not only.count:
        raise BadInput("only", "none")
    if not may_be_narrowed(key):
        raise BadInput("only", "fixed")
    if only.procedure_id is not None and db.session.get(Procedure, only.procedure_id) is None:
        raise BadInput("procedure_id", "unknown")
    last = newest(key, only)
    if last is not None and (last.valid_to is None or last.valid_to >= clock.today()):
        raise BadInput("only", "taken")
    return _new(key, only, said, ends=None, actor=actor, type_="limit_narrowed")


def end(key: str, only: Only, *, last_day: date, shown: int, actor: Actor) -> Limit:
    """Let a narrowed limit end: after ``last_day`` new clocks get the next wider one. Raises RowChanged when there
    is a newer version; BadInput: only none for the limit of all cases, last_day past."""
    registers.hold()
    if not only.count:
        raise BadInput("only", "none")
    rows = versions(key, only)
    if not rows or rows[0].version != shown:
        raise RowChanged
    if last_day < clock.today():
        raise BadInput("last_day", "past")
    for row in rows:  # an older version must not come back
        if row.valid_to is None or row.valid_to > last_day:
            row.valid_to = last_day
    registers.noted("limit_ended", actor=actor, limit=rows[0].id, key=key, version=rows[0].version,
                    valid_to=last_day.isoformat())
    return rows[0]


def _new(key: str, only: Only, said: Said, *, ends: date | None, actor: Actor, type_: str) -> Limit:
    if not said.legal_basis.strip():
        raise BadInput("legal_basis", "missing")
    if (fault := fault_of(key, said.amount, said.unit, only)) is not None:
        raise BadInput(*fault)
    if said.valid_from < clock.today():
        raise BadInput("valid_from", "past")
    of_key = db.session.scalars(
        select(Limit).where(Limit.key == key).order_by(Limit.version.desc()).limit(1)).one()
    row = Limit(key=key, version=of_key.version + 1, amount=said.amount, unit=said.unit.value,
                from_event=of_key.from_event, legal_basis=said.legal_basis.strip(), valid_from=said.valid_from,
                valid_to=ends, **asdict(only))
    db.session.add(row)
    db.session.flush()  # the event names its id
    registers.noted(type_, actor=actor, limit=row.id, key=key, version=row.version, amount=row.amount,
                    unit=row.unit, valid_from=row.valid_from.isoformat(),
                    only=",".join(name for name, value in asdict(only).items() if value is not None))
    return row
