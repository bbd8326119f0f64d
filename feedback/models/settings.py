"""What the province sets for itself: categories, listed reasons, its name, letterhead and texts, switches."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.extensions import db
from feedback.models.columns import Key


class CategorySetting(db.Model):
    """How one category of feedback.domain.kinds is offered here. Without a row it is offered
    under its own name."""

    __tablename__ = "category_setting"

    code: Mapped[str] = mapped_column(primary_key=True)
    offered: Mapped[bool] = mapped_column(default=True)
    """Whether new complaints may choose it; old ones keep it."""
    route_agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    """Agency proposed to intake for this category; a person decides."""
    name_vi: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    hint_vi: Mapped[str] = mapped_column(default="")
    hint_en: Mapped[str] = mapped_column(default="")


class ListedReason(db.Model):
    """A reason for not taking a complaint on, or a guidance to another legal way, with the text the sender
    gets."""

    __tablename__ = "listed_reason"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    action: Mapped[str]
    """'refuse', 'guide' or 'forward_outside' of feedback.domain.lifecycle.Action."""
    n: Mapped[int]
    """Order in the list."""
    name_vi: Mapped[str]
    name_en: Mapped[str]
    text_vi: Mapped[str]
    """Starts the reason that the sender reads; whoever uses it completes it for the case."""
    text_en: Mapped[str]
    legal_basis: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)


class ProvinceText(db.Model):
    """A text of the province in both languages: its name, the letterhead, the office's address. See
    feedback.domain.province for the keys and what stands there when nothing was set."""

    __tablename__ = "province_text"

    key: Mapped[str] = mapped_column(primary_key=True)
    vi: Mapped[str]
    en: Mapped[str]


class ProvinceSwitch(db.Model):
    """A number or a yes/no of the province; keys and defaults in feedback.domain.province."""

    __tablename__ = "province_switch"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]
