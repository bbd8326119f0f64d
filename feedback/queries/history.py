"""The timeline of a case: its events and the words that go with them, rendered as one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from feedback.models.agencies import Agency
from feedback.models.cases import Note
from feedback.models.events import Event
from feedback.models.people import Person
from feedback.queries.plain_rows import plain_rows


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


_NOTES = select(Note.id, Note.body, Note.told_sender).where(Note.case_id == bindparam("case_id"))
_EVENTS = (
    select(Event.n, Event.at, Event.type, Event.actor_type, Event.role, Event.payload, Person.display_name,
           Agency.name_vi, Agency.name_en)
    .outerjoin(Person, Person.id == Event.actor_id).outerjoin(Agency, Agency.id == Event.agency_id)
    .where(Event.chain == bindparam("chain")).order_by(Event.n))
"""Put together once: putting a question together costs more than asking it."""


def timeline(case_id: int, *, for_sender: bool = False) -> list[TimelineEntry]:
    """What happened to a case, oldest first, in two statements. The sender is told roles and agencies, no names
    of staff, and only those notes that were written for the sender."""
    return timeline_and_loose(case_id, for_sender=for_sender)[0]


def timeline_and_loose(case_id: int, *, for_sender: bool = False) -> tuple[list[TimelineEntry], set[int]]:
    """The same, and the ids of the notes of which no event of the case speaks."""
    notes = {row.id: row.body for row in plain_rows(_NOTES, {"case_id": case_id})
             if row.told_sender or not for_sender}
    entries = [_entry(row, notes, for_sender=for_sender)
               for row in plain_rows(_EVENTS, {"chain": f"case:{case_id}"})]
    return entries, notes.keys() - {entry.payload.get("note") for entry in entries}


def _entry(row: Row[Any], notes: Mapping[int, str], *, for_sender: bool) -> TimelineEntry:
    payload = json.loads(row.payload)
    return TimelineEntry(
        n=row.n, at=row.at, type=row.type, actor_type=row.actor_type, role=row.role,
        who=None if for_sender else row.display_name, agency_vi=row.name_vi, agency_en=row.name_en,
        payload=payload, note=notes.get(payload.get("note")) or None)
