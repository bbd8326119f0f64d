"""The parts of a page of the public register: what narrows it, its cards, and the places to go on from."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from feedback.models.publications import Publication
from feedback.queries import register_match

PAGE = 20
COUNT_CAP = 1_001
"""Counting stops here: a page says "more than 1,000"."""


@dataclass(frozen=True)
class Filters:
    """What the reader narrowed the list to. ``agency`` is a code and stands for everything below it too;
    ``procedure`` is a code; ``month`` is that of publication, '2026-11'; ``historical`` True: only cases from
    before this system, False: only those handled in it; ``returned``: as vague; ``passed_on``: to another agency;
    ``late``: past the due date; ``objected``: the sender objected to the answer, never to being published. That is
    in no index: only the newest cases that hold the rest are looked through for it."""

    agency: str | None = None
    category: str | None = None
    outcome: str | None = None
    month: str | None = None
    historical: bool | None = None
    procedure: str | None = None
    kind: str | None = None
    returned: bool = False
    passed_on: bool = False
    late: bool = False
    objected: bool = False

    def tokens(self) -> list[str]:
        """The filters as tokens of the search index."""
        given = asdict(self)
        if given.pop("objected") and self.historical is None:
            given["historical"] = False  # what others handled before was copied without its objections
        return register_match.facets(**given)

    def without(self, name: str) -> "Filters":
        """The same without one of them."""
        return replace(self, **{name: getattr(EVERYTHING, name)})

    def __bool__(self) -> bool:
        return self != EVERYTHING


EVERYTHING = Filters()
"""No filter at all."""


@dataclass(frozen=True)
class Cursor:
    """A place in the list: the key of the entry it starts from. ``newer`` leads back towards the newest."""

    published_on: date
    id: int
    newer: bool = False


@dataclass(frozen=True)
class Entry:
    """One card of a list."""

    id: int
    reference: str
    title: str
    language: str
    agency_vi: str
    agency_en: str
    category: str
    outcome: str
    received_month: str | None
    working_days: int | None
    late_days: int | None
    times_returned: int
    times_passed_on: int
    historical: bool
    published_on: date


@dataclass(frozen=True)
class Page:
    """One page of a list. ``total`` is exact up to ``most``; ``more`` says that there are more than that. Where
    ``most`` is 0 (exact phrases) and ``more``, there are at least ``total``, and older ones were not looked at.
    ``older`` and ``newer`` lead on and back; None where there is nothing."""

    entries: tuple[Entry, ...]
    total: int
    more: bool
    older: Cursor | None = None
    newer: Cursor | None = None
    most: int = COUNT_CAP - 1
    further: int | None = None
    """Of best matches, which have no place in time: how many were shown so far, when there are more."""
    looked: int = 0
    """How many of the newest cases were looked through, where nobody looked at older ones; 0: at all."""


PUBLIC = Publication.status == "published"
CARD = tuple(getattr(Publication, name) for name in Entry.__dataclass_fields__)
"""The columns of a card: long texts stay in the database."""


def entry(row: Row[Any]) -> Entry:
    """A row of the ``CARD`` columns as an Entry."""
    return Entry(*row)
