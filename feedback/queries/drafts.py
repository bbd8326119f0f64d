"""Questions of the publishers' desk: which drafts wait, and for whom."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case, Conflict
from feedback.models.publications import Publication, PublicationDraft

STATUSES = ("proposed", "confirmed", "approved", "published", "held")
BATCH_PAGE = 20
LIST_PAGE = 50


@dataclass(frozen=True)
class Counts:
    """Drafts by status as (imported, of cases handled here), and what the register shows."""

    by_status: dict[str, tuple[int, int]]
    published: int
    unpublished: int


def counts() -> Counts:
    """Exact numbers for the command and the publishers; two statements over small tables' indexes."""
    rows = db.session.execute(
        select(PublicationDraft.status, Case.historical, func.count())
        .join(Case, Case.id == PublicationDraft.case_id).group_by(PublicationDraft.status, Case.historical))
    found = {(status, historical): number for status, historical, number in rows}
    shown: dict[str, int] = dict(db.session.execute(
        select(Publication.status, func.count()).group_by(Publication.status)).all())
    return Counts(
        by_status={status: (found.get((status, True), 0), found.get((status, False), 0)) for status in STATUSES},
        published=shown.get("published", 0), unpublished=shown.get("unpublished", 0))


def listed(actor: Actor, *, status: str, before: int | None = None, historical: bool = False,
           ) -> list[PublicationDraft]:
    """Drafts of this status that the actor may know of, newest first, one more than a page. ``before``: an id."""
    chosen = _drafts(actor, status=status, historical=historical).order_by(PublicationDraft.id.desc())
    if before is not None:
        chosen = chosen.where(PublicationDraft.id < before)
    return list(db.session.scalars(chosen.limit(LIST_PAGE + 1)))


def batch(actor: Actor, *, status: str, after: int = 0) -> list[PublicationDraft]:
    """A page of imported drafts of this status in the order of the import, one more than ``BATCH_PAGE``;
    ``after`` is an id. Those that wait for approval leave out what the actor confirmed."""
    chosen = _drafts(actor, status=status, historical=True).where(PublicationDraft.id > after)
    if status == "confirmed":
        chosen = chosen.where(PublicationDraft.confirmed_by_id != actor.person_id)
    return list(db.session.scalars(chosen.order_by(PublicationDraft.id).limit(BATCH_PAGE + 1)))


def draft(actor: Actor, draft_id: int) -> PublicationDraft | None:
    """One draft, or None when there is none, a conflict of interest hides it, or its case is restricted now."""
    return db.session.scalar(
        select(PublicationDraft).where(PublicationDraft.id == draft_id, ~_hidden(actor)))


def _drafts(actor: Actor, *, status: str, historical: bool) -> Select[tuple[PublicationDraft]]:
    return (select(PublicationDraft).join(Case, Case.id == PublicationDraft.case_id)
            .where(PublicationDraft.status == status, Case.historical.is_(historical), ~_hidden(actor)))


def _hidden(actor: Actor) -> ColumnElement[bool]:
    """A conflict of interest; or the case was restricted after its copy was made: that is for its own desk
    alone. What is published already stays in sight, so that it can be taken out."""
    conflict = select(Conflict.id).where(
        Conflict.case_id == PublicationDraft.case_id, Conflict.person_id == actor.person_id)
    restricted = select(Case.id).where(Case.id == PublicationDraft.case_id, Case.restricted.is_(True))
    return or_(conflict.correlate(PublicationDraft).exists(),
               and_(PublicationDraft.status != "published", restricted.correlate(PublicationDraft).exists()))
