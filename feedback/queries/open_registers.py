"""The registers that everyone may read, as data: agencies and procedures, a page at a time by code."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure

PAGE = 500
"""Rows of one page."""

Row = dict[str, Any]


def agencies(*, after: str = "") -> tuple[list[Row], str | None]:
    """Agencies by code after this code, and the code to go on from (None: no more). One statement."""
    parent, successor = aliased(Agency), aliased(Agency)
    rows = db.session.execute(
        select(Agency, parent.code, successor.code).outerjoin(parent, parent.id == Agency.parent_id)
        .outerjoin(successor, successor.id == Agency.successor_id)
        .where(Agency.code > after).order_by(Agency.code).limit(PAGE + 1)).all()
    found = [{"code": row.code, "name_vi": row.name_vi, "name_en": row.name_en, "tier": row.tier,
              "parent_code": above, "successor_code": following,
              "valid_from": row.valid_from.isoformat() if row.valid_from else None,
              "valid_to": row.valid_to.isoformat() if row.valid_to else None}
             for row, above, following in rows[:PAGE]]
    return found, found[-1]["code"] if len(rows) > PAGE else None


def procedures(*, after: str = "") -> tuple[list[Row], str | None]:
    """Procedures by code after this code, those that are not offered any more too, and the code to go on from
    (None: no more). One statement."""
    rows = db.session.execute(
        select(Procedure, Agency.code).outerjoin(Agency, Agency.id == Procedure.agency_id)
        .where(Procedure.code > after).order_by(Procedure.code).limit(PAGE + 1)).all()
    found = [{"code": row.code, "name_vi": row.name_vi, "name_en": row.name_en, "field": row.field,
              "agency_code": agency, "tier": row.tier, "limit_amount": row.limit_amount,
              "limit_unit": row.limit_unit, "fee_vnd": row.fee_vnd, "legal_basis": row.legal_basis,
              "closed_on": row.closed_on.isoformat() if row.closed_on else None}
             for row, agency in rows[:PAGE]]
    return found, found[-1]["code"] if len(rows) > PAGE else None
