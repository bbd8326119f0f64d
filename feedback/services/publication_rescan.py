"""Every night all published cases are read again, with the newest scanner and the vault of today: a pattern that
nobody knew when a case became public takes it out, at once, and the publishers are told.

A round begins with each day of Viet Nam and goes on in batches, a run of the sweep each, so that no clock has to
wait for it. Where it stands is kept beside the counts.
"""

from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import VaultUnavailable
from feedback.domain.notices import Notice
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.people import Person, RoleGrant
from feedback.models.publications import Publication, PublicationDraft, RegisterCount
from feedback.services import (
    outbox,
    publication,
    publication_body,
    publication_release,
    publication_scan,
)
from feedback.services.watchdog import Tally

BATCH = 200
"""Cases read in one run; with a run a minute 288,000 a day."""
DAY, AFTER, READ, FOUND = "rescan_day", "rescan_after", "rescan_read", "rescan_taken_out"
KEPT = (DAY, AFTER, READ, FOUND)
"""Names among the counts: the day of the round (its ordinal), the id it has come to (0: nothing yet), how many
cases were read in it, and how many were ever taken out."""
_DONE = -1


def sweep_rescan() -> Tally:
    """Read the next batch of today's round. ``acted``: cases taken out. Without the vault the round waits where it
    is."""
    today = clock.today()
    after = _place(today)
    if after == _DONE:
        return Tally()
    references = _next(after)
    tally = Tally()
    for publication_id, reference in references:
        try:
            with writing():
                tally.acted += take_out_if_named(reference)
        except VaultUnavailable as fault:
            tally.failed, tally.fault = tally.failed + 1, type(fault).__name__
            break
        tally.seen += 1
        after = publication_id
    with writing():
        finished = not tally.failed and len(references) < BATCH
        _note(today, _DONE if finished else after, tally)
        if tally.acted:
            _tell(today)
    return tally


def take_out_if_named(reference: str) -> bool:
    """Read one public case again, in the caller's transaction; True when something was found and it was taken out.
    Raises VaultUnavailable."""
    shown = publication_release.published(reference)
    if shown is None:
        return False
    draft = db.session.scalar(select(PublicationDraft).where(PublicationDraft.reference == reference))
    body = publication_body.load(draft.body) if draft is not None else {"allowed": []}
    known_to_vault = draft.case_id if draft is not None and not shown.historical else None
    found = publication_scan.left_public(shown, case_id=known_to_vault, allowed=body["allowed"])
    if found:
        publication_release.unpublish_by_house(shown, publication.TAKEN_OUT, hits=len(found))
    return bool(found)


def _place(today: date) -> int:
    """The id after which today's round goes on."""
    kept = {row.name: row.value for row in db.session.scalars(
        select(RegisterCount).where(RegisterCount.name.in_((DAY, AFTER))))}
    return kept.get(AFTER, 0) if kept.get(DAY) == today.toordinal() else 0


def _next(after: int) -> list[tuple[int, str]]:
    rows = db.session.execute(
        select(Publication.id, Publication.reference)
        .where(Publication.status == "published", Publication.id > after)
        .order_by(Publication.id).limit(BATCH)).all()
    db.session.rollback()
    return [(row.id, row.reference) for row in rows]


def _note(today: date, after: int, tally: Tally) -> None:
    kept = {row.name: row.value for row in db.session.scalars(
        select(RegisterCount).where(RegisterCount.name.in_(KEPT)))}
    begun = kept.get(DAY) == today.toordinal()
    values = {DAY: today.toordinal(), AFTER: after, READ: (kept.get(READ, 0) if begun else 0) + tally.seen,
              FOUND: kept.get(FOUND, 0) + tally.acted}
    for name, value in sorted(values.items()):
        db.session.merge(RegisterCount(name=name, value=value, computed_at=clock.now()))


def _tell(today: date) -> None:
    """One mail a publisher and day, however many cases."""
    people = db.session.scalars(
        select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.PUBLISHER.value, RoleGrant.revoked_at.is_(None),
               Person.disabled_at.is_(None)).distinct().order_by(Person.id))
    for person_id in people.all():
        outbox.owe(notice=Notice.PUBLICATION_TAKEN_OUT, person_id=person_id,
                   dedupe=f"publication-taken-out.d{today:%Y%m%d}.p{person_id}")
