"""Procedures and their papers as their keeper sees them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from feedback.domain.folding import fold
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure, ProcedurePaper

PAGE = 50
"""Procedures on one page."""
SAMPLE_MARK = "Dữ liệu mẫu, cần kiểm tra"
"""How the legal basis of a sample row begins (design §13.20)."""


@dataclass(frozen=True)
class ProcedureRow:
    """One procedure with the agency it belongs to and the number of its papers. ``sample``: shipped for trying
    out, to be checked before anybody relies on it."""

    procedure: Procedure
    agency: Agency | None
    papers: int
    sample: bool


def procedures_found(asked: str, *, after: int = 0) -> tuple[list[ProcedureRow], bool]:
    """One page of procedures that hold these words, accents apart, in the order of their ids after ``after``; and
    whether there are more. Two statements."""
    query = (select(Procedure, Agency).outerjoin(Agency, Agency.id == Procedure.agency_id)
             .where(Procedure.id > after).order_by(Procedure.id).limit(PAGE + 1))
    for word in fold(asked).split()[:8]:
        query = query.where(Procedure.folded.contains(word, autoescape=True))
    rows = db.session.execute(query).all()
    papers = papers_counted(row[0].id for row in rows)
    found = [ProcedureRow(row, agency, papers.get(row.id, 0), is_sample(row)) for row, agency in rows[:PAGE]]
    return found, len(rows) > PAGE


def papers_counted(procedure_ids: Iterable[int]) -> dict[int, int]:
    """How many papers each of these procedures asks for; those with none are left out."""
    rows = db.session.execute(
        select(ProcedurePaper.procedure_id, func.count())
        .where(ProcedurePaper.procedure_id.in_(list(procedure_ids))).group_by(ProcedurePaper.procedure_id))
    return dict(rows.all())


def papers_of(procedure_id: int) -> list[ProcedurePaper]:
    """The papers of a procedure in the order of its published list."""
    return list(db.session.scalars(select(ProcedurePaper).where(ProcedurePaper.procedure_id == procedure_id)
                                   .order_by(ProcedurePaper.n, ProcedurePaper.id)))


def is_sample(row: Procedure | ProcedurePaper) -> bool:
    """Whether the row was shipped as sample data and nobody has checked it."""
    return row.legal_basis.startswith(SAMPLE_MARK)
