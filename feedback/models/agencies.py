"""The tree of agencies, as data with dates: reorganisations happen and open cases move to the successor."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Key


class Agency(db.Model):
    """One office. ``code`` follows the dotted form of Decision 20/2020/QĐ-TTg (≤ 35 characters)."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates"),
        Index("ix_agency_parent_id", "parent_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    tier: Mapped[str]
    """Tier of feedback.domain.agencies."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    email: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="")
    """Where the row comes from: a document number, 'sample', or 'import' for agencies met in old cases."""


class Procedure(db.Model):
    """An administrative procedure people complain about. Sample rows say in ``legal_basis`` that they are
    sample data to be checked (design §13.20)."""

    __tablename__ = "procedure"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name_vi: Mapped[str]
    name_en: Mapped[str]
    folded: Mapped[str]
    """Folded name and code, for search without accents."""
    field: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    tier: Mapped[str]
    limit_amount: Mapped[int | None]
    limit_unit: Mapped[str | None]
    fee_vnd: Mapped[int | None]
    legal_basis: Mapped[str] = mapped_column(default="")
    words: Mapped[str] = mapped_column(default="")
    """Everyday words people search by ("sổ đỏ"), folded into ``folded`` with the name and the code."""
    published_at: Mapped[date | None]
    closed_on: Mapped[date | None]
    """From this day it is not offered any more; old cases keep it."""


class ProcedurePaper(db.Model):
    """One paper of a procedure's published list: what an office may ask for, and no more."""

    __tablename__ = "procedure_paper"
    __table_args__ = (UniqueConstraint("procedure_id", "name_vi"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    n: Mapped[int]
    name_vi: Mapped[str]
    name_en: Mapped[str]
    copies: Mapped[int] = mapped_column(default=1)
    digitised: Mapped[bool] = mapped_column(default=False)
    """The State has it in a database already: nobody may ask for it again."""
    paper_needed_if_signed_online: Mapped[bool] = mapped_column(default=False)
    legal_basis: Mapped[str] = mapped_column(default="")
