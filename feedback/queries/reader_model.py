"""Which model the reader reads with: the one in force in the database, or the one that was shipped."""

import logging
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.model import Model, load, shipped
from feedback.extensions import db
from feedback.models.reader import ReaderModel

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=1)
"""How long another process may go on reading with the model before."""
_REFIT = re.compile(r"(?P<base>.+)\.r\d+")

_kept: dict[str, tuple[Any, datetime, str | None, Model]] = {}


@dataclass(frozen=True)
class Listed:
    """One version for a list. ``stale``: fitted from another reader than the one installed, so it is not used."""

    version: str
    made_on: date
    author: str
    note: str
    in_force: bool
    stale: bool


def model_in_force() -> Model:
    """The model to read with. Asks the database at most once a minute in each process, for the version alone when
    that did not change. A refit of an earlier reader's model is left aside, since its weights belong to other
    features, and so is one that cannot be read any more."""
    pool, now = db.engine.pool, clock.now()  # a new pool may lead to another database
    held = _kept.get("held")
    if held is not None and held[0] is pool and timedelta(0) <= now - held[1] < KEPT:
        return held[3]
    version = db.session.scalar(select(ReaderModel.version).where(ReaderModel.in_force))
    if held is None or held[0] is not pool or held[2] != version:
        model = shipped() if version is None or is_stale(version) else _loaded(version)
    else:
        model = held[3]
    _kept["held"] = (pool, now, version, model)
    return model


def _loaded(version: str) -> Model:
    try:
        model = load(body_of(version))
        if fits(model):
            return model
        log.error("the reader's model lacks a head; the shipped one is used", extra={"version": version})
        return shipped()
    except (ValueError, LookupError, OverflowError, RecursionError):
        log.error("the reader's model cannot be read; the shipped one is used", extra={"version": version})
        return shipped()


def forget() -> None:
    """Ask again next time: the model in force was changed here."""
    _kept.clear()


def is_stale(version: str) -> bool:
    """Whether this version was fitted (``<base>.r<n>``) from another base than the shipped model."""
    made = _REFIT.fullmatch(version)
    return made is not None and made["base"] != shipped().version


def fits(model: Model) -> bool:
    """Whether the installed reader can read with this model: a head that it asks for and does not find would stop
    every reading."""
    return shipped().heads.keys() <= model.heads.keys()


def body_of(version: str) -> str:
    """The file of a version. LookupError when there is none."""
    body = db.session.scalar(select(ReaderModel.body).where(ReaderModel.version == version))
    if body is None:
        raise LookupError(version)
    return body


def listed() -> list[Listed]:
    """Every version, the shipped one first, then the newest."""
    rows = list(db.session.scalars(select(ReaderModel).order_by(ReaderModel.id.desc())))
    own = shipped()
    in_use = any(row.in_force and not is_stale(row.version) for row in rows)
    return [Listed(own.version, date.fromisoformat(own.made_on), own.author, own.note, not in_use, False),
            *(Listed(row.version, row.made_on, row.author, row.note, row.in_force and not is_stale(row.version),
                     is_stale(row.version)) for row in rows)]
