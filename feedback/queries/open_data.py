"""The register as data: published cases as plain dictionaries, with codes in English and names in both languages.

Everything that programs get (API, nightly files, feeds) is shaped here, once. Days are the finest time there is.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from feedback import clock
from feedback.extensions import db
from feedback.models.publications import Publication, RegisterCount
from feedback.queries.register_page import PUBLIC

Data = dict[str, Any]

_CARD: tuple[InstrumentedAttribute[Any], ...] = tuple(getattr(Publication, name) for name in (
    "id", "reference", "title", "language", "agency_code", "agency_vi", "agency_en", "procedure_code",
    "procedure_vi", "procedure_en", "kind", "category", "outcome", "received_month", "working_days", "late_days",
    "times_returned", "times_passed_on", "times_objected", "me_too", "historical", "published_on", "changed_at"))
_WITH_ALL = tuple(selectinload(part) for part in (
    Publication.points, Publication.promises, Publication.holders, Publication.steps))


def cards(ids: Sequence[int], *, base: str) -> list[Data]:
    """The published cases of these ids in this order, without their long texts. ``base`` is the address of the
    site, as in ``case``. One statement."""
    if not ids:
        return []
    found = {row.id: row for row in db.session.scalars(
        select(Publication).where(Publication.id.in_(ids), PUBLIC).options(load_only(*_CARD)))}
    return [card(found[number], base=base) for number in ids if number in found]


def beginnings(ids: Sequence[int], *, letters: int = 400) -> dict[int, Publication]:
    """The published cases of these ids as a feed tells of them: the card, and ``summary`` cut to so many letters.
    One statement; the long texts stay in the database."""
    chosen = select(Publication).where(Publication.id.in_(ids), PUBLIC)
    return {row.id: row for row in _begun(chosen, letters)}


def named(references: Sequence[str], *, letters: int = 1_000) -> list[Publication]:
    """The published cases of these references, newest first, with the beginning of their story. One statement."""
    return _begun(select(Publication).where(Publication.reference.in_(references), PUBLIC)
                  .order_by(Publication.published_on.desc(), Publication.id.desc()), letters)


def between(first: date, last: date, *, categories: Sequence[str], most: int,
            letters: int = 1_000) -> list[Publication]:
    """The newest ``most`` cases published from ``first`` to ``last``, of these categories (none: of all), with the
    beginning of their story. One statement."""
    chosen = select(Publication).where(PUBLIC, Publication.published_on >= first, Publication.published_on <= last)
    if categories:
        chosen = chosen.where(Publication.category.in_(categories))
    return _begun(chosen.order_by(Publication.published_on.desc(), Publication.id.desc()).limit(most), letters)


def _begun(chosen: Select[tuple[Publication]], letters: int) -> list[Publication]:
    found = []
    for row, start in db.session.execute(
            chosen.add_columns(func.substr(Publication.summary, 1, letters + 1)).options(load_only(*_CARD))):
        set_committed_value(row, "summary", start if len(start) <= letters else start[:letters].rstrip() + "…")
        found.append(row)
    return found


def one(reference: str) -> Publication | None:
    """A publication with everything that belongs to it, also one that was taken out again (its words are gone
    then). Five statements."""
    return db.session.scalar(select(Publication).where(Publication.reference == reference).options(*_WITH_ALL))


def batch(*, after: int, size: int) -> list[Publication]:
    """The next published cases by id, whole: for files that are written at night. Five statements."""
    return list(db.session.scalars(select(Publication).where(PUBLIC, Publication.id > after)
                                   .order_by(Publication.id).limit(size).options(*_WITH_ALL)))


STRETCH = 5_000
"""Ids of one stretch of the register, for maps: twice as many addresses, well below the 50,000 a map may hold."""


def stretches() -> list[int]:
    """The numbers of the stretches in which cases may stand, from 1. One step of an index."""
    last = db.session.scalar(select(func.max(Publication.id))) or 0
    return list(range(1, -(-last // STRETCH) + 1))


def stretch(number: int) -> list[tuple[str, str]]:
    """Reference and day of the last change of the published cases of a stretch. One statement."""
    rows = db.session.scalars(
        select(Publication)
        .where(PUBLIC, Publication.id > (number - 1) * STRETCH, Publication.id <= number * STRETCH)
        .order_by(Publication.id)
        .options(load_only(Publication.reference, Publication.published_on, Publication.changed_at)))
    return [(row.reference, changed_on(row)) for row in rows]


def card(shown: Publication, *, base: str) -> Data:
    """What a list says of a case."""
    return {
        "reference": shown.reference, "url": f"{base}/register/{shown.reference}", "title": shown.title,
        "language": shown.language,
        "agency": {"code": shown.agency_code, "name_vi": shown.agency_vi, "name_en": shown.agency_en},
        "procedure": {"code": shown.procedure_code, "name_vi": shown.procedure_vi or "",
                      "name_en": shown.procedure_en or ""} if shown.procedure_vi else None,
        "kind": shown.kind, "category": shown.category, "outcome": shown.outcome,
        "received_month": shown.received_month, "working_days": shown.working_days, "late_days": shown.late_days,
        "times_returned": shown.times_returned, "times_passed_on": shown.times_passed_on,
        "times_objected": shown.times_objected, "me_too": shown.me_too, "historical": shown.historical,
        "published_on": shown.published_on.isoformat(), "changed_on": changed_on(shown)}


def case(shown: Publication, *, base: str) -> Data:
    """Everything that is public of a case. Needs points, promises, holders and steps loaded (``one``)."""
    return {
        **card(shown, base=base), "summary": shown.summary,
        "points": [{"n": p.n, "question": p.question, "answer": p.answer} for p in shown.points],
        "answer": {"found": shown.found, "done": shown.done, "owner": shown.owner,
                   "due_on": shown.due_on.isoformat() if shown.due_on else None, "ground": shown.ground,
                   "next_step": shown.next_step},
        "promises": [{"n": p.n, "line": p.line, "promised_on": p.promised_on.isoformat(), "standing": p.standing}
                     for p in shown.promises],
        "holders": [{"n": h.n, "agency": {"code": h.agency_code, "name_vi": h.agency_vi, "name_en": h.agency_en},
                     "came_by": h.came_by, "working_days": h.working_days, "loop": h.loop} for h in shown.holders],
        "steps": [{"n": s.n, "step": s.step, "day": s.day, "codes": [c for c in s.codes.split(",") if c]}
                  for s in shown.steps]}


def changed_on(shown: Publication) -> str:
    """The day on which what is shown changed last, '2026-11-27'."""
    day = shown.published_on if shown.changed_at is None else clock.local_date(shown.changed_at)
    return max(day, shown.published_on).isoformat()


OPEN_COUNTS = ("published", "month.", "now.", "passed.")
"""How the names of the counts begin that are given away. Others are for desks, or have a page of their own."""


def counts() -> tuple[dict[str, int], datetime | None]:
    """The counts that stand for everybody, by name, and when they were counted; None while nothing was. One
    statement, and nothing is counted now."""
    rows = [row for row in db.session.scalars(select(RegisterCount).order_by(RegisterCount.name))
            if row.name.startswith(OPEN_COUNTS)]
    return {row.name: row.value for row in rows}, min((row.computed_at for row in rows), default=None)
