"""The province's own texts and switches as they stand now. Each question is one statement."""

from sqlalchemy import select

from feedback.domain.province import SWITCHES, TEXTS, Switch, Text
from feedback.extensions import db
from feedback.models.settings import ProvinceSwitch, ProvinceText


def switch(key: Switch) -> int:
    """The number the province set, or the default."""
    value = db.session.scalar(select(ProvinceSwitch.value).where(ProvinceSwitch.key == key.value))
    return SWITCHES[key].default if value is None else value


def texts() -> dict[Text, tuple[str, str]]:
    """All texts, Vietnamese and English; what was not set has its default."""
    rows = {row.key: (row.vi, row.en) for row in db.session.scalars(select(ProvinceText))}
    return {key: rows.get(key.value, default) for key, default in TEXTS.items()}
