"""The province's own texts and switches as they stand now; a switch is asked once a transaction."""

from sqlalchemy import select

from feedback.domain.province import SWITCHES, TEXTS, Switch, Text
from feedback.extensions import db
from feedback.models.settings import ProvinceSwitch, ProvinceText
from feedback.queries.once import once


def switch(key: Switch) -> int:
    """The number the province set, or the default."""
    value = once(("switch", key), lambda: db.session.scalar(
        select(ProvinceSwitch.value).where(ProvinceSwitch.key == key.value)))
    return SWITCHES[key].default if value is None else value


def texts() -> dict[Text, tuple[str, str]]:
    """All texts, Vietnamese and English; what was not set has its default."""
    rows = {row.key: (row.vi, row.en) for row in db.session.scalars(select(ProvinceText))}
    return {key: rows.get(key.value, default) for key, default in TEXTS.items()}
