"""The counted figures of the reader, as the public page shows them; one bounded statement, nothing is counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from feedback.domain.answers.taxonomy import Flag
from feedback.extensions import db
from feedback.models.publications import RegisterCount

_UNIT = 10_000
"""Shares are kept in ten-thousandths (``services/reader_counts``)."""


@dataclass(frozen=True)
class Estimate:
    """A share (0–1) with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class FlagSaid:
    """How often supervisors called a flag right and wrong, and found it where the reader had missed it."""

    flag: Flag
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Share of right; None when nobody judged it."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else None


@dataclass(frozen=True)
class ReaderFigures:
    """``verdicts`` on answers read closely, parted into four. ``precision`` and ``recall`` are None while there
    are too few. ``counted_at`` None: nothing was counted yet."""

    verdicts: int
    found_right: int
    found_wrong: int
    missed: int
    passed_right: int
    precision: Estimate | None
    recall: Estimate | None
    flags: tuple[FlagSaid, ...]
    counted_at: datetime | None


def reader_figures() -> ReaderFigures:
    """What was counted last."""
    rows = list(db.session.scalars(
        select(RegisterCount).where(RegisterCount.name.startswith("reader.", autoescape=True))))
    values = {row.name.removeprefix("reader."): row.value for row in rows}

    def estimate(name: str) -> Estimate | None:
        if name not in values:
            return None
        return Estimate(*(values[f"{name}{end}"] / _UNIT for end in ("", ".low", ".high")))

    def said(flag: Flag) -> FlagSaid:
        return FlagSaid(flag, *(values.get(f"flag.{flag.value}.{how}", 0) for how in ("right", "wrong", "missed")))

    return ReaderFigures(
        *(values.get(name, 0) for name in ("verdicts", "found_right", "found_wrong", "missed", "passed_right")),
        precision=estimate("precision"), recall=estimate("recall"),
        flags=tuple(one for one in map(said, Flag) if one.right or one.wrong or one.missed),
        counted_at=min((row.computed_at for row in rows), default=None))
