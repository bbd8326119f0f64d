"""What the complaint form offers to choose from: procedures and agencies that exist today."""

from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, or_, select

from feedback import clock
from feedback.domain import everyday
from feedback.domain.agencies import Tier
from feedback.domain.everyday import Named
from feedback.domain.kinds import Category
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.settings import CategorySetting

MOST = 12
"""Choices shown for one question; beyond that people are asked for one word more."""
PROPOSED = 4
"""Choices proposed from the story itself."""


def find_procedures(question: str) -> tuple[list[Procedure], bool]:
    """The procedures that fit by name, code or everyday words, best first, and whether there are more."""
    ids, more = everyday.find(question, _procedures(), most=MOST)
    return procedures_by_id(ids), more


def procedures_in(story: str) -> list[Procedure]:
    """The procedures a story seems to be about, at most PROPOSED."""
    return procedures_by_id(everyday.named_in(story, _procedures(), most=PROPOSED))


def procedures_by_id(ids: list[int]) -> list[Procedure]:
    """Those of these procedures that are offered today, in this order."""
    rows = {row.id: row for row in db.session.scalars(
        _THESE_PROCEDURES, {"ids": ids, "today": clock.today()})} if ids else {}
    return [rows[id_] for id_ in dict.fromkeys(ids) if id_ in rows]


def find_agencies(question: str) -> tuple[list[Agency], bool]:
    """The open agencies that fit by name or code, best first, and whether there are more."""
    ids, more = everyday.find(question, _agencies(), most=MOST)
    return agencies_by_id(ids), more


def agencies_of(tier: Tier) -> list[Agency]:
    """All open agencies of one tier, by name."""
    return list(db.session.scalars(
        select(Agency).where(Agency.tier == tier.value, open_agency()).order_by(Agency.name_vi)))


def tiers() -> list[Tier]:
    """The tiers that have an open agency, in the order of the enum."""
    there = set(db.session.scalars(select(Agency.tier).where(open_agency()).distinct()))
    return [tier for tier in Tier if tier.value in there]


def proposed_agencies(story: str, *, procedure_id: int | None, category: Category | None) -> list[Agency]:
    """The agencies a complaint may be about: those its story names, the one that settles its procedure, the one
    the province set for its category."""
    ids = everyday.named_in(story, _agencies(), most=PROPOSED)
    if procedure_id is not None:
        ids.append(db.session.scalar(select(Procedure.agency_id).where(Procedure.id == procedure_id)) or 0)
    if category is not None:
        route = select(CategorySetting.route_agency_id).where(CategorySetting.code == category.value)
        ids.append(db.session.scalar(route) or 0)
    return agencies_by_id(ids)


def agencies_by_id(ids: list[int]) -> list[Agency]:
    """Those of these agencies that exist today, in this order."""
    rows = {row.id: row for row in db.session.scalars(
        select(Agency).where(Agency.id.in_(ids), open_agency()))} if ids else {}
    return [rows[id_] for id_ in dict.fromkeys(ids) if id_ in rows]


def open_agency() -> ColumnElement[bool]:
    """That an agency exists today and may be complained about: agencies known from old imports only are not."""
    today = clock.today()
    return (Agency.tier != Tier.HISTORICAL.value) & or_(Agency.valid_to.is_(None), Agency.valid_to >= today) & or_(
        Agency.valid_from.is_(None), Agency.valid_from <= today)


def _open_procedure(today: date | BindParameter[date]) -> ColumnElement[bool]:
    return or_(Procedure.closed_on.is_(None), Procedure.closed_on > today)


_THESE_PROCEDURES = select(Procedure).where(
    Procedure.id.in_(bindparam("ids", expanding=True)), _open_procedure(bindparam("today", type_=Date)))
"""Put together once: each page of a complaint asks it."""


def _procedures() -> list[Named]:
    rows = db.session.execute(select(
        Procedure.id, Procedure.code, Procedure.name_vi, Procedure.name_en, Procedure.words).where(
            _open_procedure(clock.today())).order_by(Procedure.id))
    return [Named(row.id, row.code, f"{row.name_vi}\n{row.name_en}", row.words) for row in rows]


def _agencies() -> list[Named]:
    rows = db.session.execute(
        select(Agency.id, Agency.code, Agency.name_vi, Agency.name_en).where(open_agency()).order_by(Agency.id))
    return [Named(row.id, row.code, f"{row.name_vi}\n{row.name_en}", _said_for(row.name_vi)) for row in rows]


def _said_for(name: str) -> str:
    """What people write for an office: the short form of the people's committee, the place alone."""
    short = name.replace("Ủy ban nhân dân", "UBND").replace("Uỷ ban nhân dân", "UBND")
    return f"{short}, {short.removeprefix('UBND ')}" if short != name else ""
