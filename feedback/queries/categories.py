"""How each category of complaints is offered in this province."""

from dataclasses import dataclass

from sqlalchemy import select

from feedback.domain.kinds import Category
from feedback.extensions import db
from feedback.models.settings import CategorySetting
from feedback.queries.unchanged import unchanged


@dataclass(frozen=True)
class CategoryOffer:
    """One category here. Empty names and hints: the house's own stand. ``route_agency_id``: the agency that is
    proposed to intake; a person decides."""

    category: Category
    offered: bool = True
    route_agency_id: int | None = None
    name_vi: str = ""
    name_en: str = ""
    hint_vi: str = ""
    hint_en: str = ""

    def own_name(self, language: str) -> str:
        """The province's name for it in this language ('vi' or 'en'), or an empty string."""
        return self.name_en if language == "en" else self.name_vi

    def hint(self, language: str) -> str:
        """The sentence under the choice in this language, or an empty string."""
        return self.hint_en if language == "en" else self.hint_vi


def settings() -> dict[Category, CategoryOffer]:
    """Every category, in the order of the enum; without a row it is offered under its own name."""
    return dict(unchanged("categories", _settings))


def _settings() -> dict[Category, CategoryOffer]:
    rows = {row.code: row for row in db.session.scalars(select(CategorySetting))}
    return {category: _offer(category, rows.get(category.value)) for category in Category}


def _offer(category: Category, row: CategorySetting | None) -> CategoryOffer:
    if row is None:
        return CategoryOffer(category)
    return CategoryOffer(category, row.offered, row.route_agency_id, row.name_vi, row.name_en, row.hint_vi,
                         row.hint_en)
