"""The timeline of a case: its events and the words that go with them, rendered as one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Note
from feedback.models.events import Event
from feedback.models.people import Person


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened to a case. ``type`` is an action or another event code; ``note`` the words that
    go with it, None when there are none, they were erased, or the reader may not see them."""

    n: int
    at: datetime
    type: str
    actor_type: str
    role: str | None
    who: str | None
    agency_vi: str | None
    agency_en: str | None
    payload: Mapping[str, Any]
    note: str | None


def timeline(case_id: int, *, for_sender: bool = False) -> list[TimelineEntry]:
    """What happened to a case, oldest first, in two statements. The sender is told roles and agencies, no names
    of staff, and only those notes that were written for the sender."""
    notes = {
        row.id: row.body
        for row in db.session.execute(select(Note.id, Note.body, Note.told_sender).where(Note.case_id == case_id))
        if row.told_sender or not for_sender
    }
    rows = db.session.execute(
        select(Event, Person.display_name, Agency.name_vi, Agency.name_en)
        .outerjoin(Person, Person.id == Event.actor_id).outerjoin(Agency, Agency.id == Event.agency_id)
        .where(Event.chain == f"case:{case_id}").order_by(Event.n))
    return [_entry(event, None if for_sender else name, vi, en, notes) for event, name, vi, en in rows]


def _entry(event: Event, name: str | None, vi: str | None, en: str | None, notes: dict[int, str]) -> TimelineEntry:
    payload = json.loads(event.payload)
    return TimelineEntry(
        n=event.n, at=event.at, type=event.type, actor_type=event.actor_type, role=event.role, who=name,
        agency_vi=vi, agency_en=en, payload=payload, note=notes.get(payload.get("note")) or None)
