"""The promises of a published answer: their lines go through the same hands as the answer; how each stands is told
as it happens, because it says nothing about anybody but the agency."""

from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.publications import Publication, PublicationDraft, PublicationPromise
from feedback.models.reader import Commitment
from feedback.queries.commitments import Standing, of_answer, watched
from feedback.services import publication_body
from feedback.services.publication_body import Body


def copied(answer_id: int) -> list[dict[str, Any]]:
    """The promises of an answer as a body keeps them, nothing hidden yet: number, line, day."""
    return [{"n": n, "line": row.line, "on": row.promised_on.isoformat()}
            for n, row in enumerate(of_answer(answer_id), start=1)]


def rows(body: Body, case: Case) -> list[PublicationPromise]:
    """The public rows of a body's promises, as they stand now. A body knows as many as its answer made."""
    now = _standings(case, body["answer_id"])
    made = dict(enumerate(of_answer(body["answer_id"]), start=1))
    return [PublicationPromise(n=one["n"], line=one["line"], promised_on=made[one["n"]].promised_on,
                               standing=now[made[one["n"]].id].value)
            for one in publication_body.promises(body) if one["n"] in made]


def refresh(case: Case) -> None:
    """Bring the public copy of this case, if it has one, up to what happened to its promises."""
    shown = db.session.scalar(
        select(Publication).where(Publication.reference == case.reference, Publication.status == "published")
        .options(selectinload(Publication.promises)))
    if shown is None or not shown.promises:
        return
    db.session.flush()  # how they stand is asked of the rows
    copied_from = publication_body.load(db.session.scalars(
        select(PublicationDraft.body).where(PublicationDraft.case_id == case.id)).one())["answer_id"]
    now = _standings(case, copied_from)
    made = of_answer(copied_from)
    for row in shown.promises:
        standing = now[made[row.n - 1].id].value
        if row.standing != standing:
            row.standing, shown.changed_at = standing, clock.now()


def all_kept(answer_id: int) -> bool:
    """Whether the answer promised something and every promise was kept."""
    found = of_answer(answer_id)
    return bool(found) and all(row.kept_at is not None and row.broken_at is None for row in found)


def has_kept() -> ColumnElement[bool]:
    """A condition on ``Case``: its answer of this round promised something and every promise was kept. Twin of
    ``all_kept``: a sweep that takes a few at a time must not meet again and again those that still wait."""
    made = exists().where(Commitment.case_id == Case.id, Commitment.answer_id == Answer.id,
                          Answer.round == Case.round)
    return made & ~made.where(Commitment.kept_at.is_(None) | Commitment.broken_at.is_not(None))


def _standings(case: Case, answer_id: int) -> dict[int, Standing]:
    return {one.id: one.standing for one in watched(case) if one.answer_id == answer_id}
