"""The two sample publishers at work: drafts of the oldest closed cases, confirmed, approved, published."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.errors import VaultUnavailable
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.publications import PublicationDraft
from feedback.queries.calendar import load_calendar
from feedback.services import publication, publication_body, publication_release
from feedback.services.samples.cast import Cast, load

Transaction = Callable[[], AbstractContextManager[None]]


def publish_all(closed: list[tuple[datetime, int]], *, transaction: Transaction) -> int:
    """Publish these cases, the first closed first, so that the register's order is that of the days. Returns how
    many are public now. Without the vault none is: nothing is copied that could name somebody."""
    with transaction():
        cast, calendar = load(), load_calendar()
    public = 0
    for ended, case_id in sorted(closed):
        read_on = calendar.next_working_day(clock.local_date(ended))
        read_at = datetime.combine(read_on, time(10), clock.VIETNAM)
        try:
            with transaction():
                public += _publish(case_id, cast, min(read_at, clock.now()))
        except VaultUnavailable:
            return public
    return public


def _publish(case_id: int, cast: Cast, read_at: datetime) -> bool:
    with clock.travelling(read_at):
        case = db.session.scalars(
            select(Case).where(Case.id == case_id).options(selectinload(Case.points))).one()
        draft = publication.draft_for(case)
        if draft is None:
            return False
        if draft.status == publication.PROPOSED:
            publication.confirm(draft, actor=cast.publishers[0], body=publication_body.load(draft.body))
        if draft.status == publication.CONFIRMED:
            publication.approve(draft, actor=cast.publishers[1], seen=publication_body.digest(draft.body))
    return draft.status == publication.PUBLISHED or _release(draft)


def _release(draft: PublicationDraft) -> bool:
    """Its day has come when it lies in the past; else it waits for the sweep."""
    if draft.publish_after is None or draft.publish_after > clock.now():
        return False
    with clock.travelling(draft.publish_after + timedelta(hours=8)):
        return publication_release.publish_one(draft.id, clock.now())
