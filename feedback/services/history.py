"""Writing history: one event, chained to the one before it, in the caller's transaction."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

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
    told = Told(chain=chain, type=type, actor=actor, role=role, payload=payload, agency_id=agency_id)
    told.check()
    event = Event(**_linked(told, *_take_head(chain), at=clock.now()))
    db.session.add(event)
    db.session.execute(update(ChainHead).where(ChainHead.chain == chain).values(n=event.n, hash=event.hash))
    return event


@dataclass(frozen=True)
class Told:
    """One event before it is written; the fields are those of ``record``."""

    chain: str
    type: str
    actor: Actor
    role: Role | None
    payload: Mapping[str, Value]
    agency_id: int | None = None

    def check(self) -> None:
        """Raises NotACode."""
        for name, value in self.payload.items():
            _demand_code(name, value)


def record_all(events: Sequence[Told], *, waits: bool = True) -> None:
    """``record`` for many events, in their order, with a few statements for all of them. ``waits``: whether to
    wait where somebody else holds a chain; without it that raises OperationalError, so that who holds much waits
    for nobody. Raises NotACode before anything is written."""
    if not events:
        return
    for told in events:
        told.check()
    db.session.flush()  # an event that waits in the session came before these
    heads = _take_heads(sorted({told.chain for told in events}), waits=waits)
    at, rows = clock.now(), []
    for told in events:
        row = _linked(told, *heads[told.chain], at=at)
        rows.append(row)
        heads[told.chain] = row["n"], row["hash"]
    connection = db.session.connection()
    connection.execute(_NEW_EVENT, rows)
    connection.execute(_heads(connection.dialect.name, moved=True), [
        {"chain": chain, "n": n, "hash": last} for chain, (n, last) in heads.items()])


def open_chain(told: Told) -> None:
    """``record`` for the first event of a chain that nobody else can know of yet, of a row made in this very
    transaction: nothing is looked for, and nothing can be waited for. Raises NotACode, and IntegrityError when the
    chain is there."""
    told.check()
    connection = db.session.connection()
    row = _linked(told, 0, GENESIS, at=clock.now())
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE_CUT)
    connection.execute(_NEW_HEAD, {"chain": told.chain, "n": row["n"], "hash": row["hash"]})
    connection.execute(_NEW_EVENT, row)


# Put together once: they are asked for with every event.
_HEADS = ChainHead.__table__
_NEW_HEAD, _NEW_EVENT = insert(_HEADS), insert(Event.__table__)
_SHARE_CUT = select(func.pg_advisory_xact_lock_shared(CUT_LOCK))


@cache
def _heads(dialect: str, *, moved: bool) -> Any:
    """Heads as one statement for all of them: made where there are none (and those returned), or ``moved``."""
    new = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect](_HEADS)
    if moved:  # an UPDATE would be one statement for each
        return new.on_conflict_do_update(
            index_elements=["chain"], set_={"n": new.excluded.n, "hash": new.excluded.hash})
    return new.on_conflict_do_nothing().returning(_HEADS.c.chain)


def _linked(told: Told, n: int, previous: str, *, at: datetime) -> dict[str, Any]:
    """The columns of the event that follows number ``n`` with the hash ``previous``."""
    actor_type, role = _actor_type(told.actor), told.role.value if told.role else None
    return {
        "chain": told.chain, "n": n + 1, "at": at, "actor_type": actor_type, "actor_id": told.actor.person_id,
        "role": role, "agency_id": told.agency_id, "type": told.type,
        "payload": canonical_json(told.payload).decode(), "prev_hash": previous,
        "hash": event_hash(EVENT_VERSION, previous, told.chain, n + 1, at, actor_type,
                           id_text(told.actor.person_id), role, id_text(told.agency_id), told.type, told.payload)}


def id_text(row_id: int | None) -> str | None:
    """An id as it is hashed."""
    return None if row_id is None else str(row_id)


def _take_head(chain: str) -> tuple[int, str]:
    """Lock the head of this chain, made if there is none, and return its number and hash."""
    return _take_heads([chain], waits=True)[chain]


def _take_heads(chains: Sequence[str], *, waits: bool) -> dict[str, tuple[int, str]]:
    """The same for several chains."""
    heads = _locked_heads(chains, waits=waits)
    if missing := set(chains) - heads.keys():
        made = _made_heads(sorted(missing))
        heads |= dict.fromkeys(made, (0, GENESIS))
        if theirs := missing - made:
            heads |= _locked_heads(sorted(theirs), waits=waits)
    return heads


def _locked_heads(chains: Sequence[str], *, waits: bool) -> dict[str, tuple[int, str]]:
    postgres = _dialect() == "postgresql"
    shared = func.pg_advisory_xact_lock_shared(CUT_LOCK) if postgres else literal(None)
    heads = select(ChainHead.chain, ChainHead.n, ChainHead.hash, shared).with_for_update(nowait=not waits)
    if len(chains) == 1:
        heads = heads.where(ChainHead.chain == chains[0])
    else:  # in one order, so that two who take many wait for each other and not in a ring
        heads = heads.where(ChainHead.chain.in_(chains)).order_by(ChainHead.chain)
    return {row.chain: (row.n, row.hash) for row in db.session.execute(heads)}


def _made_heads(chains: Sequence[str]) -> set[str]:
    """Of these chains those whose head we made, and hold. Two first events of one chain at the same time: the
    second waits for the first and finds its head."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_SHARE_CUT)
    return set(connection.scalars(_heads(connection.dialect.name, moved=False), [
        {"chain": chain, "n": 0, "hash": GENESIS} for chain in chains]))


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
