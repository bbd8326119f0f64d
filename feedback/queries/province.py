"""The province's own texts and switches as they stand now; switches are asked once while nothing changes."""

from sqlalchemy import select

from feedback.domain.province import SWITCHES, TEXTS, Switch, Text
from feedback.extensions import db
from feedback.models.settings import ProvinceSwitch, ProvinceText
from feedback.queries.unchanged import unchanged


def switch(key: Switch) -> int:
    """The number the province set, or the default."""
    return unchanged("switches", _switches).get(key.value, SWITCHES[key].default)


def _switches() -> dict[str, int]:
    return {row.key: row.value for row in db.session.execute(select(ProvinceSwitch.key, ProvinceSwitch.value))}


def texts() -> dict[Text, tuple[str, str]]:
    """All texts, Vietnamese and English; what was not set has its default."""
    rows = {row.key: (row.vi, row.en) for row in db.session.scalars(select(ProvinceText))}
    return {key: rows.get(key.value, default) for key, default in TEXTS.items()}
