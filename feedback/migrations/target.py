"""What the migrations must arrive at: the tables of the models, and what is left out of the comparison."""

import importlib
import pkgutil
from typing import Any

from sqlalchemy import MetaData

import feedback.models
from feedback.extensions import db

BESIDE_THE_MODELS = ("publication_fts", "case_fts")
"""SQLite's full-text tables and their shadow tables: they follow the tables of tokens by triggers."""

EXPRESSION_INDEXES = ("ix_publication_tokens_words", "ix_case_tokens_words")
"""PostgreSQL's full-text index stands on an expression, which the comparison cannot read back."""


def target_metadata() -> MetaData:
    """The metadata of all models, each file of ``feedback.models`` imported."""
    for module in pkgutil.iter_modules(feedback.models.__path__, "feedback.models."):
        importlib.import_module(module.name)
    return db.metadata


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Whether Alembic should compare this thing with the models."""
    if name is None:
        return True
    if kind == "table":
        return not name.startswith(BESIDE_THE_MODELS)
    return not (kind == "index" and name in EXPRESSION_INDEXES)
