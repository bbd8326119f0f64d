"""Whether all that is written in the history still stands as it was written."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Row, String, cast, exists, literal, select

from feedback.domain.events import EventRow, Fault, FaultKind, Head, canonical_json, verify_chain
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.events import ChainHead, Event

BATCH = 2_000
"""Rows fetched at a time while everything is verified."""

_HEADS = select(ChainHead.chain, ChainHead.n, ChainHead.hash)
_EVENTS = (
    select(Event.chain, Event.n, Event.at, Event.actor_type, Event.actor_id, Event.role, Event.agency_id,
           Event.type, Event.payload, Event.prev_hash, Event.hash,
           ChainHead.n.label("head_n"), ChainHead.hash.label("head_hash"))
    .outerjoin(ChainHead, ChainHead.chain == Event.chain)
    .order_by(Event.chain, Event.n, Event.seq)
)
_CHAIN_OF_CASE = literal("case:", String) + cast(Case.id, String)


@dataclass
class Verification:
    """What verifying found: how much was read, and the first fault of each chain that is not whole."""

    chains: int = 0
    events: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify_all() -> Verification:
    """Read every chain in one pass, ``BATCH`` rows in memory at a time, and report each one's first fault.

    Also finds heads without events and cases without any history. A case that was deleted together with its
    history is found only by a checkpoint (``queries.checkpoints``).
    """
    found = Verification()
    # One statement is one snapshot: what is written meanwhile cannot look like a fault.
    rows = db.session.execute(_EVENTS.execution_options(yield_per=BATCH))
    for chain, group in groupby(rows, key=lambda row: row.chain):
        _verify_group(found, chain, group)
    headless = _HEADS.where(~exists().where(Event.chain == ChainHead.chain))
    for row in db.session.execute(headless).all():
        _verify_one(found, row.chain, Head(*row), [])
    without = (select(_CHAIN_OF_CASE).where(~exists().where(Event.chain == _CHAIN_OF_CASE))
               .where(~exists().where(ChainHead.chain == _CHAIN_OF_CASE)))
    for chain in db.session.scalars(without).all():
        _verify_one(found, chain, None, [])
    return found


def verify_case(case_id: int) -> Verification:
    """The same for one case alone."""
    chain = f"case:{case_id}"
    found = Verification()
    rows = db.session.execute(_EVENTS.where(Event.chain == chain)).all()
    if rows:
        _verify_group(found, chain, rows)
    else:
        head = db.session.execute(_HEADS.where(ChainHead.chain == chain)).one_or_none()
        _verify_one(found, chain, Head(*head) if head else None, [])
    return found


def _verify_group(found: Verification, chain: str, rows: Iterable[Row[Any]]) -> None:
    """One chain, its head taken from the rows, which all carry the same one."""
    events, head = [], None
    for row in rows:
        head = None if row.head_n is None else Head(chain, row.head_n, row.head_hash)
        events.append(_event_row(row))
    _verify_one(found, chain, head, events)


def _verify_one(found: Verification, chain: str, head: Head | None, events: list[EventRow]) -> None:
    found.chains += 1
    found.events += len(events)
    if head is None and not events:
        found.faults.append(Fault(chain, 0, FaultKind.MISSING, "the case has no history"))
        return
    found.faults.extend(verify_chain(events, head)[:1])


def _event_row(row: Row[Any]) -> EventRow:
    return EventRow(
        chain=row.chain, n=row.n, at=row.at, actor_type=row.actor_type,
        actor_id=None if row.actor_id is None else str(row.actor_id), role=row.role,
        agency=None if row.agency_id is None else str(row.agency_id), type=row.type,
        payload=_payload(row.payload), prev_hash=row.prev_hash, hash=row.hash)


def _payload(text: str) -> dict[str, Any]:
    """The payload as it was hashed. A text that is not the canonical one cannot have been written by us: it
    comes back as something whose hash will not fit."""
    try:
        value = json.loads(text)
        if isinstance(value, dict) and canonical_json(value).decode() == text:
            return value
    except ValueError:
        pass
    return {"not canonical": text}
