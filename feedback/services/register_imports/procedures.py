"""``feedback import procedures`` and ``papers``: the published lists as files."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import func, select

from feedback.domain import registers as rules
from feedback.domain.permissions import Actor
from feedback.domain.register_files import REQUIRED, Column, Reading
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure, ProcedurePaper
from feedback.services.procedures import folded
from feedback.services.register_imports.bringing import Brought, demand_no_fault, noted, opened

_LONG = partial(rules.words, longest=600)
PROCEDURES = {
    "code": Column(rules.procedure_code, REQUIRED),
    "name_vi": Column(_LONG, REQUIRED),
    "name_en": Column(partial(rules.text, longest=600), ""),
    "field": Column(rules.words, REQUIRED),
    "agency_code": Column(rules.agency_code),
    "tier": Column(rules.tier, REQUIRED),
    "limit_amount": Column(partial(rules.number, least=1, most=rules.MOST_DAYS)),
    "limit_unit": Column(rules.unit),
    "fee_vnd": Column(rules.number),
    "published_at": Column(rules.day),
    "legal_basis": Column(partial(rules.words, longest=rules.TEXT_LONGEST), REQUIRED),
}
"""As design §13.21 has them."""
PAPERS = {
    "procedure_code": Column(rules.procedure_code, REQUIRED),
    "name_vi": Column(_LONG, REQUIRED),
    "name_en": Column(partial(rules.text, longest=600), ""),
    "copies": Column(partial(rules.number, least=1, most=rules.MOST_COPIES), 1),
    "digitised": Column(rules.yes_or_no, False),
    "paper_needed_if_signed_online": Column(rules.yes_or_no, False),
    "legal_basis": Column(partial(rules.words, longest=rules.TEXT_LONGEST), REQUIRED),
}
"""As design §13.21 has them."""


def bring_in_procedures(data: bytes, *, label: str, actor: Actor) -> Brought:
    """Add and change procedures as the file says, in the caller's transaction; those it does not name stay, and so
    do everyday words and closing days. Raises Faulty with every fault, and then nothing was changed."""
    reading = opened(data, PROCEDURES)
    agencies = dict(db.session.execute(select(Agency.code, Agency.id)).all())
    _check_procedures(reading, agencies)
    demand_no_fault(reading)
    brought = Brought(read=len(reading.rows), ignored=reading.ignored)
    known = {row.code: row for row in db.session.scalars(select(Procedure))}
    for row in reading.rows:
        values = {name: row.values[name] for name in PROCEDURES if name not in ("code", "agency_code")}
        values["agency_id"] = agencies.get(row.values["agency_code"])
        procedure = known.get(row.values["code"])
        words = procedure.words if procedure else ""
        values["folded"] = folded(row.values["code"], values["name_vi"], values["name_en"], words)
        if procedure is None:
            db.session.add(Procedure(code=row.values["code"], **values))
            brought.new += 1
        else:
            brought.changed += _write(procedure, values)
    noted("procedures", data, brought, actor=actor)
    return brought


def bring_in_papers(data: bytes, *, label: str, actor: Actor) -> Brought:
    """Add and change papers as the file says, at the end of each procedure's list in the order of the file; those
    it does not name stay. Raises Faulty with every fault, and then nothing was changed."""
    reading = opened(data, PAPERS)
    procedures = dict(db.session.execute(select(Procedure.code, Procedure.id)).all())
    _check_papers(reading, procedures)
    demand_no_fault(reading)
    brought = Brought(read=len(reading.rows), ignored=reading.ignored)
    known = {(row.procedure_id, row.name_vi): row for row in db.session.scalars(select(ProcedurePaper))}
    last = dict(db.session.execute(select(ProcedurePaper.procedure_id, func.max(ProcedurePaper.n))
                                   .group_by(ProcedurePaper.procedure_id)).all())
    for row in reading.rows:
        values = {name: row.values[name] for name in PAPERS if name != "procedure_code"}
        procedure_id = procedures[row.values["procedure_code"]]
        paper = known.get((procedure_id, values["name_vi"]))
        if paper is None:
            last[procedure_id] = last.get(procedure_id, 0) + 1
            db.session.add(ProcedurePaper(procedure_id=procedure_id, n=last[procedure_id], **values))
            brought.new += 1
        else:
            brought.changed += _write(paper, values)
    noted("papers", data, brought, actor=actor)
    return brought


def _write(row: Procedure | ProcedurePaper, values: Mapping[str, Any]) -> bool:
    """Set what differs; whether anything did."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _check_procedures(reading: Reading, agencies: Mapping[str, int]) -> None:
    seen: set[str] = set()
    for row in reading.rows:
        values = row.values
        if values["code"] in seen:
            reading.fault(row.number, "code", "twice", values["code"])
        seen.add(values["code"])
        if values["agency_code"] and values["agency_code"] not in agencies:
            reading.fault(row.number, "agency_code", "unknown_agency", values["agency_code"])
        if (values["limit_amount"] is None) != (values["limit_unit"] is None):
            empty = "limit_amount" if values["limit_amount"] is None else "limit_unit"
            reading.fault(row.number, empty, "together")


def _check_papers(reading: Reading, procedures: Mapping[str, int]) -> None:
    seen: set[tuple[str, str]] = set()
    for row in reading.rows:
        key = (row.values["procedure_code"], row.values["name_vi"])
        if key in seen:
            reading.fault(row.number, "name_vi", "twice", key[1])
        seen.add(key)
        if key[0] not in procedures:
            reading.fault(row.number, "procedure_code", "unknown_procedure", key[0])
