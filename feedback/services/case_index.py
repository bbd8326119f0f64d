"""The index of staff search: written with the texts it is made of, whoever writes them.

Eight services write a case's words, its agency or its restriction; each would have to remember the index. So the
session itself is watched: what was changed is indexed in the same transaction, before it is committed.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session, selectinload

from feedback.domain import folding
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case, Point
from feedback.models.search import CaseTokens
from feedback.queries.case_search import MASKED, ORIGINAL, facets

WATCHED: dict[type, tuple[str, ...]] = {
    Case: ("narrative", "masked", "translated", "hindrance", "dossier_number", "dossier_shared", "agency_id",
           "restricted"),
    Point: ("text", "masked"),
    Answer: ("submitted_at",),
}
"""What a case is found by. A draft of an answer is nobody's to find."""
_NEW_TOKENS = insert(CaseTokens.__table__)
_CHANGED, _BORN = "cases_to_index", "cases_made_now"


def watch() -> None:
    """Index what changes in the house's sessions. Called when an app is put together; a second time changes
    nothing."""
    for name, deed in (("before_flush", _note), ("before_commit", _index_noted), ("after_rollback", _forget)):
        if not event.contains(db.session, name, deed):
            event.listen(db.session, name, deed)


def refresh(case: Case) -> None:
    """Write both index rows of a case from what it says now, in the caller's transaction. Imported cases are found
    in the register, not here."""
    if case.historical:
        return
    rows = {row.side: row for row in db.session.scalars(select(CaseTokens).where(CaseTokens.case_id == case.id))}
    for side, text in texts(case).items():
        tokens = folding.tokens_text(text, *facets(case, side))
        if side not in rows:
            db.session.add(CaseTokens(case_id=case.id, side=side, tokens=tokens))
        elif rows[side].tokens != tokens:
            rows[side].tokens = tokens


def _write_first(case: Case) -> None:
    """Both index rows of a case made in this transaction, of which nothing but its points is there yet."""
    if not case.historical:
        db.session.connection().execute(_NEW_TOKENS, [
            {"case_id": case.id, "side": side, "tokens": folding.tokens_text(text, *facets(case, side))}
            for side, text in _said(case, case.points, None).items()])


def texts(case: Case) -> dict[str, str]:
    """What each side may find a case by: the office the sender's own words, the agency the copy made for it; both
    the newest answer that was submitted and the reference."""
    points = list(db.session.scalars(select(Point).where(Point.case_id == case.id).order_by(Point.n)))
    answer = db.session.scalar(
        select(Answer).where(Answer.case_id == case.id, Answer.submitted_at.is_not(None))
        .options(selectinload(Answer.points)).order_by(Answer.id.desc()).limit(1))
    return _said(case, points, answer)


def _said(case: Case, points: Sequence[Point], answer: Answer | None) -> dict[str, str]:
    said = [case.reference]
    if answer is not None:
        said += [answer.found, answer.done, answer.owner, answer.ground, answer.next_step,
                 *(point.text for point in answer.points)]
    dossier = case.dossier_number or ""
    return {
        ORIGINAL: "\n".join([case.narrative, *(p.text for p in points), case.hindrance or "",
                             case.translated or "", dossier, *said]),
        MASKED: "\n".join([case.masked or "", *(p.masked or "" for p in points), case.translated or "",
                           dossier if case.dossier_shared else "", *said])}


def fill(case_ids: Iterable[int]) -> int:
    """Index these cases, for those that were there before the index; how many were."""
    number = 0
    for case in db.session.scalars(select(Case).where(Case.id.in_(list(case_ids)), Case.historical.is_(False))):
        refresh(case)
        number += 1
    return number


def after(case_id: int, *, most: int) -> list[int]:
    """The ids of the next cases, in order, for whoever goes through all of them."""
    return list(db.session.scalars(
        select(Case.id).where(Case.id > case_id, Case.historical.is_(False)).order_by(Case.id).limit(most)))


def _note(session: Session, _context: Any, _instances: Any) -> None:
    changed: dict[int, Any] = session.info.setdefault(_CHANGED, {})
    for thing in (*session.new, *session.dirty):
        names = WATCHED.get(type(thing))
        if names is None:
            continue
        state = inspect(thing)
        if state.pending or any(state.attrs[name].history.has_changes() for name in names):
            changed[id(thing)] = thing
            if state.pending and isinstance(thing, Case) and "points" in state.dict:
                session.info.setdefault(_BORN, {})[id(thing)] = thing


def _index_noted(session: Session) -> None:
    if session.in_nested_transaction():
        return  # indexed once, when all of it is committed
    if not session.info.get(_CHANGED) and not session.new and not session.dirty:
        return
    session.flush()  # whatever has not been looked at yet is noted now
    # What a savepoint took back is not there any more.
    things = [thing for thing in session.info.pop(_CHANGED, {}).values() if inspect(thing).persistent]
    born = _only_born(things, session.info.pop(_BORN, {}))
    ids = {thing.id if isinstance(thing, Case) else thing.case_id for thing in things} - born.keys()
    for case in born.values():
        _write_first(case)
    if ids:
        fill(ids)
        session.flush()  # the index rows belong to this commit
        session.info.pop(_CHANGED, None)


def _only_born(things: list[Any], born: dict[int, Any]) -> dict[int, Case]:
    """Of the cases made in this transaction those to which nothing else has happened: still as they were written,
    with the points they were made with and without an answer."""
    kept = [case for case in born.values() if inspect(case).persistent and "points" in inspect(case).dict]
    known = {id(point) for case in kept for point in case.points}
    more = {thing.case_id for thing in things if not isinstance(thing, Case) and id(thing) not in known}
    return {case.id: case for case in kept if case.id not in more}


def _forget(session: Session) -> None:
    session.info.pop(_CHANGED, None)
    session.info.pop(_BORN, None)
