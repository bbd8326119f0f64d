"""The tree of agencies, as data with dates: reorganisations happen and open cases move to the successor."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
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
