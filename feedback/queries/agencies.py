"""Questions about the agency tree."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure


def tree_below(agency_id: int) -> frozenset[int]:
    """The ids of an agency and everything below it, in one statement."""
    start = select(Agency.id).where(Agency.id == agency_id).cte("below", recursive=True)
    child = aliased(Agency)
    below = start.union(select(child.id).join(start, child.parent_id == start.c.id))
    return frozenset(db.session.scalars(select(below.c.id)))


def codes_below(code: str) -> Select[tuple[str]]:
    """A question for others to build on: the codes of an agency and everything below it, the agency named by its
    code. None when there is no such agency."""
    start = select(Agency.id, Agency.code).where(Agency.code == code).cte("below", recursive=True)
    child = aliased(Agency)
    below = start.union(select(child.id, child.code).join(start, child.parent_id == start.c.id))
    return select(below.c.code)


def tree_above(agency_id: int) -> frozenset[int]:
    """The ids of everything above an agency, itself left out, in one statement."""
    start = select(Agency.id, Agency.parent_id).where(Agency.id == agency_id).cte("above", recursive=True)
    parent = aliased(Agency)
    above = start.union(select(parent.id, parent.parent_id).join(start, parent.id == start.c.parent_id))
    return frozenset(db.session.scalars(select(above.c.id))) - {agency_id}


def open_agencies(on: date | None = None) -> list[Agency]:
    """Agencies that exist on this day (today by default), province first, then by name."""
    day = on or clock.today()
    return list(db.session.scalars(
        select(Agency).where((Agency.valid_to.is_(None)) | (Agency.valid_to >= day),
                             (Agency.valid_from.is_(None)) | (Agency.valid_from <= day))
        .order_by(Agency.tier, Agency.name_vi)))


def agency_by_id(agency_id: int) -> Agency | None:
    """One agency, open or closed."""
    return db.session.get(Agency, agency_id)


def procedures() -> list[Procedure]:
    """All procedures that are still offered, by field and name; a province has a few thousand at most."""
    return list(db.session.scalars(
        select(Procedure).where((Procedure.closed_on.is_(None)) | (Procedure.closed_on > clock.today()))
        .order_by(Procedure.field, Procedure.name_vi)))
