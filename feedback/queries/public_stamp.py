"""Whether anything that everyone may read has changed: a few numbers instead of the pages themselves.

Every case that is published, corrected or taken out is written into the chain of publications in the same
transaction, so the chain's length is a clock of the register; the sweep's counts carry their own time.
"""

from typing import Any

from sqlalchemy import bindparam, func, select

from feedback.extensions import db
from feedback.models.events import ChainHead
from feedback.models.publications import FirstNumber, Publication, PublicationPromise, RegisterCount

CHAIN = "sys:publication"
COUNTED = "published"
"""The count whose time stands for all: the sweep writes them together."""

Stamp = tuple[Any, ...]

# Put together once, over the tables: asking has to cost next to nothing.
_head, _count = ChainHead.__table__.c, RegisterCount.__table__.c
_case, _promise = Publication.__table__.c, PublicationPromise.__table__.c
_LISTS = select(select(_head.n).where(_head.chain == CHAIN).scalar_subquery().label("changes"),
                select(_count.computed_at).where(_count.name == COUNTED).scalar_subquery().label("counted"))
_first = FirstNumber.__table__.c
_NUMBERS = select(select(_count.computed_at).where(_count.name == COUNTED).scalar_subquery().label("counted"),
                  select(_first.computed_at).where(_first.scope == "province", _first.code == "",
                                                   _first.name == "received").scalar_subquery().label("first"))
_ONE = _case.reference == bindparam("reference")
_CASE = _LISTS.add_columns(
    select(_case.me_too).where(_ONE).scalar_subquery().label("others"),
    select(func.aggregate_strings(_promise.standing, ",")).where(
        _promise.publication_id == select(_case.id).where(_ONE).scalar_subquery()).scalar_subquery().label("kept"))


def of_lists() -> Stamp:
    """For what shows many cases; one statement."""
    return tuple(db.session.execute(_LISTS).one())


def of_numbers() -> Stamp:
    """For what shows numbers and no case: when each of the two sweeps counted them. One statement."""
    return tuple(db.session.execute(_NUMBERS).one())


def of_case(reference: str) -> Stamp:
    """For what shows one case: the lists' stamp (its similar cases may be taken out), how many said that it
    happened to them too, and how its promises stand. One statement; whether the case is public is not asked."""
    return tuple(db.session.execute(_CASE, {"reference": reference}).one())
