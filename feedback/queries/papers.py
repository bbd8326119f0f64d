"""Published lists beside cases, what was asked before, and the findings that the coordinating office reads."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import ProcedurePaper
from feedback.models.cases import Case, Note
from feedback.models.events import Event
from feedback.models.people import Person
from feedback.models.reader import PaperFinding
from feedback.queries.agencies import tree_below
from feedback.queries.cases import PAGE
from feedback.queries.procedure_register import papers_of
from feedback.queries.visibility import visible_to

COUNTED = 100
"""More findings that nobody has seen are not counted: the page says "more than"."""


@dataclass(frozen=True)
class PaperRow:
    """One finding with its case, who asked, the paper of the list it is about, and why it was asked all the
    same."""

    finding: PaperFinding
    case: Case
    asked_by: str
    paper: ProcedurePaper | None
    why: str
    seen_by: str


def published_list(case: Case) -> list[ProcedurePaper]:
    """The papers of the case's procedure in the order of its published list; empty without a procedure."""
    return papers_of(case.procedure_id) if case.procedure_id is not None else []


def questions_before(case_id: int) -> list[str]:
    """The words of the questions that the sender of this case was asked, in any round, oldest first."""
    payloads = db.session.scalars(select(Event.payload).where(
        Event.chain == f"case:{case_id}", Event.type == Action.ASK_SUBMITTER.value).order_by(Event.n))
    ids = [note for payload in payloads if (note := json.loads(payload).get("note")) is not None]
    return list(db.session.scalars(select(Note.body).where(Note.id.in_(ids)).order_by(Note.id))) if ids else []


def findings_page(actor: Actor, *, agency_id: int | None = None, unseen: bool = False, after: int | None = None,
                  size: int = PAGE) -> tuple[list[PaperRow], int | None]:
    """One page of findings, the newest first, below the id ``after``; and the key of the next page. ``agency_id``
    takes everything below it in. One statement (two with an agency)."""
    seer, asker = Person.__table__.alias("seer"), Person.__table__.alias("asker")
    query = (
        select(PaperFinding, Case, asker.c.display_name.label("asked"), ProcedurePaper, Note.body,
               seer.c.display_name.label("seen"))
        .join(Case, Case.id == PaperFinding.case_id)
        .outerjoin(asker, asker.c.id == PaperFinding.asked_by_id)
        .outerjoin(seer, seer.c.id == PaperFinding.seen_by_id)
        .outerjoin(ProcedurePaper, ProcedurePaper.id == PaperFinding.paper_id)
        .outerjoin(Note, Note.id == PaperFinding.override_note_id)
        .where(visible_to(actor)).options(joinedload(Case.agency), joinedload(Case.procedure))
        .order_by(PaperFinding.id.desc()).limit(size + 1))
    if agency_id is not None:
        query = query.where(Case.agency_id.in_(sorted(tree_below(agency_id))))
    if unseen:
        query = query.where(PaperFinding.seen_at.is_(None))
    if after is not None:
        query = query.where(PaperFinding.id < after)
    found: Sequence = db.session.execute(query).all()
    rows = [PaperRow(finding=row.PaperFinding, case=row.Case, asked_by=row.asked or "", paper=row.ProcedurePaper,
                     why=row.body or "", seen_by=row.seen or "") for row in found[:size]]
    return rows, (rows[-1].finding.id if len(found) > size else None)


def unseen_count(actor: Actor) -> int:
    """How many findings nobody of the coordinating office has seen yet, at most ``COUNTED`` + 1."""
    waiting = (select(PaperFinding.id).join(Case, Case.id == PaperFinding.case_id)
               .where(PaperFinding.seen_at.is_(None), visible_to(actor)).limit(COUNTED + 1))
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def finding_for(actor: Actor, finding_id: int) -> PaperFinding | None:
    """One finding, or None when it is none or of a case out of the actor's reach."""
    return db.session.scalar(
        select(PaperFinding).join(Case, Case.id == PaperFinding.case_id)
        .where(PaperFinding.id == finding_id, visible_to(actor)))
