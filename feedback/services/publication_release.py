"""The last step: an approved copy becomes a row that everyone may read, if a last scan finds nothing; and back."""

import hashlib
import logging
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.errors import MoveNotAllowed, NotPermitted, ReasonMissing
from feedback.domain.permissions import GRANTS, SYSTEM, Actor, Permission
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.publications import (
    Publication,
    PublicationDraft,
    PublicationPoint,
    PublicationPromise,
    PublicationTokens,
)
from feedback.services import (
    history,
    publication,
    publication_body,
    publication_copy,
    publication_promises,
    publication_scan,
    publication_way,
    register_index,
)
from feedback.services.publication_body import Body

COPIED = ("reference", "title", "summary", "language", "agency_code", "agency_vi", "agency_en", "procedure_vi",
          "procedure_en", "kind", "category", "outcome", "found", "done", "owner", "ground", "next_step",
          "received_month", "working_days", "late_days", "times_returned", "times_passed_on", "historical")
NEWER = {"procedure_code": None, "times_objected": 0}
"""Copied too, with what stands for it in bodies that were made before it was kept."""
PARTS = tuple(selectinload(getattr(Publication, name)) for name in ("points", "promises", "holders", "steps"))

log = logging.getLogger("feedback.publication")


def due(now: datetime, *, limit: int = 200) -> list[int]:
    """Ids of approved drafts whose time has come, those that waited longest first."""
    return list(db.session.scalars(
        select(PublicationDraft.id).where(PublicationDraft.status == publication.APPROVED,
                                          PublicationDraft.publish_after <= now)
        .order_by(PublicationDraft.publish_after, PublicationDraft.id).limit(limit)))


def publish_all_due(now: datetime) -> int:
    """Publish what is due, each draft behind a savepoint of its own; how many became public."""
    published = 0
    for draft_id in due(now):
        try:
            with db.session.begin_nested():
                published += publish_one(draft_id, now)
        except Exception as problem:  # one bad draft stops nobody; it stays approved and is tried again
            log.error("publication_failed", extra={"draft": draft_id, "fault": type(problem).__name__})
    return published


def publish_one(draft_id: int, now: datetime) -> bool:
    """Publish one approved draft whose time has come; True when it became public, False when it was not due or
    is held now: the case was reopened, or the last scan of all that will be shown still found something. Raises
    VaultUnavailable, and then nothing was changed."""
    draft = db.session.scalar(
        select(PublicationDraft).where(PublicationDraft.id == draft_id).with_for_update())
    if draft is None or draft.status != publication.APPROVED or draft.publish_after is None:
        return False
    if draft.publish_after > now:
        return False
    case = db.session.get_one(Case, draft.case_id)
    body = publication_body.load(draft.body)
    answer = publication_copy.released_answer(case)
    if not publication_copy.may_be_public(case, answer) or answer is None or answer.id != body["answer_id"]:
        publication.hold_by_house(draft, publication.REOPENED)
        return False
    as_shown = Publication(reference=draft.reference)
    _fill(as_shown, draft, body, publication_promises.rows(body, case), on=clock.local_date(now))
    found = publication_scan.left_public(
        as_shown, case_id=None if body["historical"] else case.id, allowed=body["allowed"])
    if found:
        publication.hold_by_house(draft, publication.SCAN_HIT, hits=len(found))
        return False
    _show(draft, body, case, on=clock.local_date(now))
    return True


def unpublish(shown: Publication, *, actor: Actor, reason: str) -> None:
    """Take a case out of the page, the lists and the search at once. The row and the reason stay, the words go.

    Raises NotPermitted, ReasonMissing, MoveNotAllowed when it is not public.
    """
    role = next((r for r in Role if r in actor.roles
                 and Permission.PUBLICATION_APPROVE in GRANTS[r]), None)
    if role is None or actor.person_id is None:
        raise NotPermitted("publication is for publishers")
    if not reason.strip():
        raise ReasonMissing("unpublish")
    if shown.status != "published":
        raise MoveNotAllowed(action="unpublish", state=shown.status)
    case_id = _take_out(shown, reason.strip()[:1_000])
    _record("unpublished", shown, case_id=case_id, actor=actor, role=role)


def unpublish_by_house(shown: Publication, code: str, *, hits: int) -> None:
    """The house itself takes a public case out at once; ``code`` is one of ``publication.HELD_BY_HOUSE``, ``hits``
    how many places were found."""
    case_id = _take_out(shown, code, hits=hits)
    _record("unpublished", shown, case_id=case_id, actor=SYSTEM, role=Role.SYSTEM, why=code, hits=hits)


def _take_out(shown: Publication, reason: str, *, hits: int = 0) -> int | None:
    """The words go, the row and the reason stay; the case it was a copy of."""
    shown.status, shown.unpublished_at = "unpublished", clock.now()
    shown.unpublished_reason = reason
    for name in ("title", "summary", *publication_body.WORDS):
        setattr(shown, name, "")
    for part in (shown.points, shown.promises, shown.holders, shown.steps):
        part.clear()
    shown.etag, shown.changed_at = "", shown.unpublished_at
    db.session.execute(delete(PublicationTokens).where(PublicationTokens.publication_id == shown.id))
    draft = db.session.scalar(select(PublicationDraft).where(PublicationDraft.reference == shown.reference))
    if draft is not None:
        draft.status, draft.held_reason, draft.hits = publication.HELD, reason, hits
    return draft.case_id if draft else None


def published(reference: str) -> Publication | None:
    """The public row of a reference with all its parts, or None; for whoever wants to take it out."""
    return db.session.scalar(select(Publication).where(
        Publication.reference == reference, Publication.status == "published").options(*PARTS))


def _show(draft: PublicationDraft, body: Body, case: Case, *, on: date) -> None:
    promised = publication_promises.rows(body, case)
    shown = db.session.scalar(
        select(Publication).where(Publication.reference == draft.reference).options(*PARTS))
    if shown is None:
        shown = Publication(reference=draft.reference)
        db.session.add(shown)
    _fill(shown, draft, body, promised, on=on)
    db.session.flush()  # the index row needs the id
    register_index.index(shown, register_index.agencies_above())
    draft.status = publication.PUBLISHED
    _record("published", shown, case_id=case.id, actor=SYSTEM, role=Role.SYSTEM)


def _fill(shown: Publication, draft: PublicationDraft, body: Body, promised: list[PublicationPromise], *,
          on: date) -> None:
    """The row as everyone will read it, with all its parts."""
    facts = {**body, "reference": draft.reference}
    for name in COPIED:
        setattr(shown, name, facts[name])
    for name, otherwise in NEWER.items():
        setattr(shown, name, facts.get(name, otherwise))
    shown.due_on = date.fromisoformat(body["due_on"]) if body["due_on"] else None
    shown.status, shown.published_on, shown.changed_at = "published", on, clock.now()
    shown.unpublished_reason = None  # when it was taken out stays: files that were made before hold its old words
    shown.etag = hashlib.sha256(draft.body.encode()).hexdigest()[:32]
    shown.points = [PublicationPoint(n=p["n"], question=p["question"], answer=p["answer"]) for p in body["points"]]
    shown.promises = promised
    shown.holders, shown.steps = publication_way.holder_rows(body), publication_way.step_rows(body)


def _record(type_: str, shown: Publication, *, case_id: int | None, actor: Actor, role: Role,
            **told: str | int) -> None:
    chains = [publication.CHAIN, *([f"case:{case_id}"] if case_id is not None else [])]
    for chain in chains:
        history.record(chain=chain, type=type_, actor=actor, role=role, payload={"publication": shown.id, **told})
