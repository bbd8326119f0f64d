"""The names of the categories in both languages at once, for tables and for programs."""

from flask_babel import force_locale

from feedback.domain.kinds import Category
from feedback.queries import shown_names
from feedback.web.labels import LABELS


def category_names() -> dict[str, tuple[str, str]]:
    """Vietnamese and English by code: the province's own name where it has one, else the house's."""
    own, found = shown_names.shown().categories, dict[str, tuple[str, str]]()
    labels: dict[str, dict[str, str]] = {}
    for language in ("vi", "en"):
        with force_locale(language):
            labels[language] = {one.value: str(LABELS[Category, one.value]) for one in Category}
    for category in Category:
        vi, en = own.get(category.value, ("", ""))
        found[category.value] = (vi or labels["vi"][category.value], en or labels["en"][category.value])
    return found
