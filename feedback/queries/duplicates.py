"""Cases that may be about the same matter: the same contact, the same dossier, or the same words.

Three statements and at most ``MOST`` cases to compare, whatever is asked about. Only cases that the asker may see
are looked at, so that nobody learns of a restricted one; and nothing here says who anybody is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.domain.proposing.likeness import ALIKE, COMPARED_CHARS, likeness, shingles
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.queries.visibility import visible_to

WINDOW = timedelta(days=180)
"""Older cases are no duplicates: the matter would have moved on."""
MOST = 300
"""Cases compared by each of the three questions, newest first."""
SHOWN = 5
"""Likely duplicates shown for one case."""


class Sameness(StrEnum):
    """Why a case may be a duplicate, the strongest first."""

    DOSSIER = "dossier"
    CONTACT = "contact"
    WORDS = "words"


@dataclass(frozen=True)
class Twin:
    """One case that may be about the same. ``share``: tenths of the words that both have, 0 when not compared."""

    case_id: int
    reference: str
    state: str
    why: tuple[Sameness, ...]
    share: int


def twins(actor: Actor, cases: Sequence[Case]) -> dict[int, list[Twin]]:
    """For each of these loaded cases the likeliest duplicates among the cases of the last 180 days, by case id."""
    found: dict[int, dict[int, Twin]] = {case.id: {} for case in cases}
    if not cases:
        return {}
    recent = and_(visible_to(actor), Case.historical.is_(False), Case.entered_at >= clock.now() - WINDOW)
    for case_id, row in _same_contact(cases, recent):
        _note(found[case_id], row, Sameness.CONTACT)
    dossiers = _same_dossier(cases, recent)
    for case in cases:
        for row in dossiers:
            if case.dossier_folded and row.dossier_folded == case.dossier_folded and row.id != case.id:
                _note(found[case.id], row, Sameness.DOSSIER)
    _compare_words(cases, recent, found)
    return {case_id: sorted(rows.values(), key=_weight)[:SHOWN] for case_id, rows in found.items()}


def _weight(twin: Twin) -> tuple[int, int, int]:
    first = min(list(Sameness).index(why) for why in twin.why)
    return first, -twin.share, -twin.case_id


def _note(rows: dict[int, Twin], row: object, why: Sameness, share: int = 0) -> None:
    case_id = row.id  # type: ignore[attr-defined]
    before = rows.get(case_id)
    ways = tuple(w for w in Sameness if w is why or (before is not None and w in before.why))
    rows[case_id] = Twin(case_id, row.reference, row.state, ways,  # type: ignore[attr-defined]
                         max(share, before.share if before is not None else 0))


def _same_contact(cases: Sequence[Case], recent: ColumnElement[bool]) -> list[tuple[int, object]]:
    own = aliased(SealedIdentity)
    rows = db.session.execute(
        select(own.case_id.label("of"), Case.id, Case.reference, Case.state)
        .join(SealedIdentity, and_(SealedIdentity.blind_index == own.blind_index,
                                   SealedIdentity.case_id != own.case_id))
        .join(Case, Case.id == SealedIdentity.case_id)
        .where(own.case_id.in_([case.id for case in cases]), own.blind_index.is_not(None), recent)
        .distinct().order_by(Case.id.desc()).limit(MOST))
    return [(row.of, row) for row in rows]


def _same_dossier(cases: Sequence[Case], recent: ColumnElement[bool]) -> list:
    numbers = sorted({case.dossier_folded for case in cases if case.dossier_folded}) or [""]
    return list(db.session.execute(
        select(Case.id, Case.reference, Case.state, Case.dossier_folded)
        .where(Case.dossier_folded.in_(numbers), recent).order_by(Case.id.desc()).limit(MOST)))


def _compare_words(cases: Sequence[Case], recent: ColumnElement[bool], found: dict[int, dict[int, Twin]]) -> None:
    """Texts of the same procedures, or of the same categories where the sender knew no procedure."""
    procedures = sorted({case.procedure_id for case in cases if case.procedure_id}) or [0]
    categories = sorted({case.category for case in cases if not case.procedure_id}) or [""]
    rows = db.session.execute(
        select(Case.id, Case.reference, Case.state, Case.procedure_id, Case.category,
               func.substr(Case.narrative, 1, COMPARED_CHARS).label("words"))
        .where(recent, Case.procedure_id.in_(procedures)
               | and_(Case.procedure_id.is_(None), Case.category.in_(categories)))
        .order_by(Case.id.desc()).limit(MOST)).all()
    texts = {row.id: shingles(row.words) for row in rows}
    for case in cases:
        own = texts.get(case.id) or shingles(case.narrative)
        for row in rows:
            if row.id == case.id or row.procedure_id != case.procedure_id:
                continue
            if not case.procedure_id and row.category != case.category:
                continue
            if (share := likeness(own, texts[row.id])) >= ALIKE:
                _note(found[case.id], row, Sameness.WORDS, round(share * 10))
