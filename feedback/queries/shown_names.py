"""Names and texts that stand on every page, kept for some seconds, so that a reader's page costs no statement for
them. Whoever changes them calls ``forget``; the other processes see it after KEPT."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from feedback import clock
from feedback.domain.province import TEXTS, Text
from feedback.extensions import db
from feedback.queries import categories, province

KEPT = timedelta(seconds=30)
"""How long another process may show the old name."""


@dataclass(frozen=True)
class Shown:
    """The province's texts, and its own names of categories by code: Vietnamese and English, empty where the
    house's own stand."""

    texts: dict[Text, tuple[str, str]]
    categories: dict[str, tuple[str, str]]


_kept: dict[str, tuple[Any, datetime, Shown]] = {}


def shown() -> Shown:
    """What holds now; two statements when it was not asked for in the last KEPT."""
    pool, now = db.engine.pool, clock.now()  # a new pool may lead to another database
    held = _kept.get("held")
    if held is None or held[0] is not pool or not timedelta(0) <= now - held[1] < KEPT:
        found = Shown(province.texts(), {
            category.value: (offer.name_vi, offer.name_en) for category, offer in categories.settings().items()
            if offer.name_vi})
        held = _kept["held"] = (pool, now, found)
    return held[2]


def without_asking() -> Shown:
    """What was held last, however old, or the defaults: for a page that is drawn because the database is gone."""
    held = _kept.get("held")
    return held[2] if held else Shown(dict(TEXTS), {})


def forget() -> None:
    """Ask again next time."""
    _kept.clear()
