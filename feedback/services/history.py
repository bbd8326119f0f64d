"""Writing history: one event, chained to the one before it, in the caller's transaction."""

import re
from collections.abc import Mapping

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from feedback import clock
from feedback.domain.events import EVENT_VERSION, GENESIS, canonical_json, event_hash
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.events import ChainHead, Event

Value = int | str | bool | None

CUT_LOCK = 4_816_530_073
"""PostgreSQL advisory lock: writers of events share it; whoever looks for a clean cut holds it alone."""

MAX_CODE = 80
_CODE = re.compile(r"[A-Za-z0-9_.:,/+-]*")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MANY_DIGITS = re.compile(r"(?:[0-9][.-]?){9}")


class NotACode(ValueError):
    """Something in a payload looks like words or personal data. Events keep ids, codes and counts only: words
    go into an erasable note that the event names by its id (trust.md §4.1)."""


def record(*, chain: str, type: str, actor: Actor, role: Role | None, payload: Mapping[str, Value],
           agency_id: int | None = None) -> Event:
    """Append one event to ``chain`` (``case:<id>`` or ``sys:<subject>``) and move the chain's head.

    ``type`` is the action or another code; ``role`` the role in which the actor acted; ``payload`` holds ids,
    counts, flags and codes. The row is written with the change that it tells of, or not at all: call this inside
    the same transaction. Raises NotACode when the payload holds anything else.
    """
    for name, value in payload.items():
        _demand_code(name, value)
    n, previous = _take_head(chain)
    at = clock.now()
    event = Event(
        chain=chain, n=n + 1, at=at, actor_type=_actor_type(actor), actor_id=actor.person_id,
        role=role.value if role else None, agency_id=agency_id, type=type,
        payload=canonical_json(payload).decode(), prev_hash=previous, hash="")
    event.hash = event_hash(
        EVENT_VERSION, previous, chain, event.n, at, event.actor_type, id_text(event.actor_id), event.role,
        id_text(agency_id), type, payload)
    db.session.add(event)
    db.session.execute(update(ChainHead).where(ChainHead.chain == chain).values(n=event.n, hash=event.hash))
    return event


def id_text(row_id: int | None) -> str | None:
    """An id as it is hashed."""
    return None if row_id is None else str(row_id)


def _take_head(chain: str) -> tuple[int, str]:
    """Lock the head of this chain, made if there is none, and return its number and hash."""
    head = _locked_head(chain)
    if head is None:
        _insert_head(chain)
        head = _locked_head(chain)
    assert head is not None
    return head


def _locked_head(chain: str) -> tuple[int, str] | None:
    postgres = _dialect() == "postgresql"
    shared = func.pg_advisory_xact_lock_shared(CUT_LOCK) if postgres else literal(None)
    row = db.session.execute(
        select(ChainHead.n, ChainHead.hash, shared).where(ChainHead.chain == chain).with_for_update()
    ).one_or_none()
    return None if row is None else (row.n, row.hash)


def _insert_head(chain: str) -> None:
    """Two first events of one chain at the same time: the second waits for the first and finds its head."""
    dialect_insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}.get(_dialect(), insert)
    db.session.execute(
        dialect_insert(ChainHead).values(chain=chain, n=0, hash=GENESIS).on_conflict_do_nothing())


def _dialect() -> str:
    return db.session.get_bind().dialect.name


def _actor_type(actor: Actor) -> str:
    if actor.person_id is not None:
        return "person"
    return "complainant" if Role.COMPLAINANT in actor.roles else "system"


def _demand_code(name: str, value: Value) -> None:
    if value is None or isinstance(value, (bool, int)):
        return
    if not isinstance(value, str):
        raise NotACode(f"{name}: a {type(value).__name__} is no id, count, flag or code")
    if _DIGEST.fullmatch(value):
        return
    if len(value) > MAX_CODE or not _CODE.fullmatch(value) or _MANY_DIGITS.search(value):
        raise NotACode(f"{name}: this text is no code; write it as a note and name the note")
