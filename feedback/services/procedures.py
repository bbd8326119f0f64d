"""Keeping the list of procedures and of the papers each may ask for. Old cases keep a procedure once closed."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.calendar import Unit
from feedback.domain.errors import BadInput
from feedback.domain.folding import fold
from feedback.domain.permissions import Actor
from feedback.domain.registers import demand_unchanged
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure, ProcedurePaper
from feedback.services import registers


@dataclass(frozen=True)
class ProcedureFacts:
    """What is published about a procedure. ``words``: everyday words that people search by, comma-separated.
    ``limit_amount`` and ``limit_unit`` come together or not at all. ``fee_vnd``: đồng, None when not published."""

    name_vi: str
    name_en: str
    field: str
    agency_id: int | None
    tier: Tier
    limit_amount: int | None
    limit_unit: Unit | None
    fee_vnd: int | None
    legal_basis: str
    words: str
    published_at: date | None
    closed_on: date | None


@dataclass(frozen=True)
class PaperFacts:
    """One paper that a procedure's published list names."""

    name_vi: str
    name_en: str
    copies: int
    digitised: bool
    paper_needed_if_signed_online: bool
    legal_basis: str


def facts_of(row: Procedure) -> ProcedureFacts:
    """A row as it stands."""
    return ProcedureFacts(
        name_vi=row.name_vi, name_en=row.name_en, field=row.field, agency_id=row.agency_id, tier=Tier(row.tier),
        limit_amount=row.limit_amount, limit_unit=Unit(row.limit_unit) if row.limit_unit else None,
        fee_vnd=row.fee_vnd, legal_basis=row.legal_basis, words=row.words, published_at=row.published_at,
        closed_on=row.closed_on)


def paper_facts_of(row: ProcedurePaper) -> PaperFacts:
    """A row as it stands."""
    return PaperFacts(
        name_vi=row.name_vi, name_en=row.name_en, copies=row.copies, digitised=row.digitised,
        paper_needed_if_signed_online=row.paper_needed_if_signed_online, legal_basis=row.legal_basis)


def folded(code: str, name_vi: str, name_en: str, words: str) -> str:
    """What a search without accents looks through."""
    return fold(" ".join((name_vi, name_en, code, words)))


def add(code: str, facts: ProcedureFacts, *, actor: Actor) -> Procedure:
    """A new procedure. Raises BadInput: code taken, limit_amount or limit_unit missing, agency_id unknown."""
    registers.hold()
    if db.session.scalar(select(Procedure.id).where(Procedure.code == code)) is not None:
        raise BadInput("code", "taken")
    _check(facts)
    row = Procedure(code=code, **_columns(code, facts))
    db.session.add(row)
    db.session.flush()  # the event names its id
    registers.noted("procedure_added", actor=actor, procedure=row.id)
    return row


def change(procedure_id: int, facts: ProcedureFacts, *, shown: str, actor: Actor) -> Procedure:
    """Change what is published. ``closed_on``: from that day it is offered no more. Raises RowChanged, BadInput as
    ``add``."""
    registers.hold()
    row = db.session.get_one(Procedure, procedure_id)
    before = facts_of(row)
    demand_unchanged(asdict(before), shown)
    _check(facts)
    changed = registers.differing(asdict(before), asdict(facts))
    if changed:
        for name, value in _columns(row.code, facts).items():
            setattr(row, name, value)
        registers.noted("procedure_changed", actor=actor, procedure=row.id, fields=",".join(changed)[:80],
                        closed=facts.closed_on is not None and facts.closed_on <= clock.today())
    return row


def add_paper(procedure_id: int, facts: PaperFacts, *, actor: Actor) -> ProcedurePaper:
    """One more paper at the end of the list. Raises BadInput name_vi taken."""
    registers.hold()
    _demand_new_name(procedure_id, facts.name_vi, but=None)
    last = db.session.scalar(select(func.max(ProcedurePaper.n)).where(ProcedurePaper.procedure_id == procedure_id))
    row = ProcedurePaper(procedure_id=procedure_id, n=(last or 0) + 1, **asdict(facts))
    db.session.add(row)
    db.session.flush()  # the event names its id
    registers.noted("paper_added", actor=actor, procedure=procedure_id, paper=row.id)
    return row


def change_paper(paper_id: int, facts: PaperFacts, *, shown: str, actor: Actor) -> ProcedurePaper:
    """Change a paper. Raises RowChanged, BadInput name_vi taken."""
    registers.hold()
    row = db.session.get_one(ProcedurePaper, paper_id)
    before = paper_facts_of(row)
    demand_unchanged(asdict(before), shown)
    _demand_new_name(row.procedure_id, facts.name_vi, but=paper_id)
    changed = registers.differing(asdict(before), asdict(facts))
    if changed:
        for name, value in asdict(facts).items():
            setattr(row, name, value)
        registers.noted("paper_changed", actor=actor, procedure=row.procedure_id, paper=row.id,
                        fields=",".join(changed)[:80])
    return row


def remove_paper(paper_id: int, *, shown: str, actor: Actor) -> int:
    """Take a paper off the list: no office may ask for it any more. The procedure's id. Raises RowChanged."""
    registers.hold()
    row = db.session.get_one(ProcedurePaper, paper_id)
    demand_unchanged(asdict(paper_facts_of(row)), shown)
    registers.noted("paper_removed", actor=actor, procedure=row.procedure_id, paper=row.id)
    db.session.delete(row)
    return row.procedure_id


def _columns(code: str, facts: ProcedureFacts) -> dict[str, object]:
    return {**asdict(facts), "tier": facts.tier.value, "limit_unit": facts.limit_unit and facts.limit_unit.value,
            "folded": folded(code, facts.name_vi, facts.name_en, facts.words)}


def _check(facts: ProcedureFacts) -> None:
    if (facts.limit_amount is None) != (facts.limit_unit is None):
        raise BadInput("limit_amount" if facts.limit_amount is None else "limit_unit", "missing")
    if facts.agency_id is not None and db.session.get(Agency, facts.agency_id) is None:
        raise BadInput("agency_id", "unknown")


def _demand_new_name(procedure_id: int, name_vi: str, *, but: int | None) -> None:
    other = db.session.scalar(select(ProcedurePaper.id).where(
        ProcedurePaper.procedure_id == procedure_id, ProcedurePaper.name_vi == name_vi))
    if other is not None and other != but:
        raise BadInput("name_vi", "taken")
