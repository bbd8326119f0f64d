"""The history that nobody can rewrite unseen: one hash chain a case, and what is wrong with a chain.

Each event's hash covers the hash before it, so an edit, an insertion or a deletion shows; the head (number
and hash of the last event, kept apart) shows a cut tail. A whole chain rewritten together with its head is
found only by an older anchored root (see ``merkle``). Events hold no personal data, only ids, codes, counts.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

EVENT_VERSION = 1
GENESIS = "0" * 64
"""The previous hash of the first event of a chain, whose number is 1."""


class NotCanonical(ValueError):
    """The value has no single way to be written down, so it cannot be hashed (floats, bytes, dates, …)."""


class FaultKind(StrEnum):
    """What verifying found. A fault names where the chain stops being believable, not who did it."""

    EDITED = "edited"
    BROKEN_LINK = "broken_link"
    MISSING = "missing"
    REPEATED = "repeated"
    REORDERED = "reordered"
    FOREIGN = "foreign"
    CUT_TAIL = "cut_tail"
    BEYOND_HEAD = "beyond_head"
    HEAD_CHANGED = "head_changed"
    NO_HEAD = "no_head"


class Head(NamedTuple):
    """The end of a chain as kept beside it: number and hash of the last event (0 and GENESIS when empty)."""

    chain: str
    n: int
    hash: str


class EventRow(NamedTuple):
    """One event as stored. ``at`` is an aware instant; ``payload`` holds str, int, bool, None, list and dict
    only; ``chain`` is the case's id or a system chain such as ``sys:auth``; ``n`` counts from 1."""

    chain: str
    n: int
    at: datetime
    actor_type: str
    actor_id: str | None
    role: str | None
    agency: str | None
    type: str
    payload: Mapping[str, Any]
    prev_hash: str
    hash: str
    version: int = EVENT_VERSION


class Fault(NamedTuple):
    """One finding: the chain, the number of the event at which it shows, the kind, and a plain detail."""

    chain: str
    n: int
    kind: FaultKind
    detail: str


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_AS_IT_IS = frozenset({type(None), int, bool})
"""Nothing in them can be written in two ways."""


def _clean(value: Any) -> Any:
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, str):
        return _nfc(value)
    if isinstance(value, Mapping):
        cleaned = {}
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonical(f"a key must be text, not {type(key).__name__}")
            kind = type(inner)
            plain = kind in _AS_IT_IS or (kind is str and inner.isascii())
            cleaned[key if key.isascii() else _nfc(key)] = inner if plain else _clean(inner)
        if len(cleaned) != len(value):
            raise NotCanonical("two keys are the same text written differently")
        return cleaned
    if isinstance(value, (list, tuple)):
        return [inner if type(inner) in _AS_IT_IS else _clean(inner) for inner in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def canonical_json(value: Any) -> bytes:
    """The one way to write a value: keys sorted, no spaces, text in NFC, UTF-8.

    Only str, int, bool, None, and lists and dicts of them. Raises NotCanonical (a ValueError) for anything
    else, floats above all, because two machines may print the same float differently.
    """
    try:
        return _encode(_clean(value)).encode()
    except UnicodeEncodeError as broken:
        raise NotCanonical("text with half a character") from broken


def instant_text(at: datetime) -> str:
    """The aware instant in UTC as hashed: always microseconds, always ``Z``. ValueError when naive."""
    if at.tzinfo is None:
        raise ValueError("an event needs an instant with a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event_hash(
    version: int,
    prev_hash: str,
    chain: str,
    n: int,
    at: datetime,
    actor_type: str,
    actor_id: str | None,
    role: str | None,
    agency: str | None,
    type: str,
    payload: Mapping[str, Any],
) -> str:
    """SHA-256 in hex over the event and the hash before it.

    Raises NotCanonical for a payload that cannot be written in one way, ValueError for a naive instant.
    """
    fields = [
        version, prev_hash, chain, n, instant_text(at), actor_type, actor_id, role, agency, type, payload,
    ]
    return hashlib.sha256(canonical_json(fields)).hexdigest()


def row_hash(row: EventRow) -> str:
    """The hash this row ought to have. Raises as ``event_hash`` does."""
    return event_hash(row.version, row.prev_hash, row.chain, row.n, row.at, row.actor_type, row.actor_id,
                      row.role, row.agency, row.type, row.payload)


def _content_fault(row: EventRow) -> Fault | None:
    try:
        right = row_hash(row) == row.hash
    except ValueError as broken:
        return Fault(row.chain, row.n, FaultKind.EDITED, f"cannot be hashed: {broken}")
    return None if right else Fault(row.chain, row.n, FaultKind.EDITED, "the hash does not fit the contents")


def _place_fault(chain: str, n: int, expected: int) -> Fault | None:
    if n == expected:
        return None
    if n > expected:
        detail = f"events {expected} to {n - 1} are not there"
        return Fault(chain, expected, FaultKind.MISSING, detail)
    if n == expected - 1:
        return Fault(chain, n, FaultKind.REPEATED, f"event {n} stands here twice")
    return Fault(chain, n, FaultKind.REORDERED, f"event {n} stands after event {expected - 1}")


def _head_faults(chain: str, last: int, last_hash: str, head: Head | None) -> list[Fault]:
    if head is None:
        return [Fault(chain, last, FaultKind.NO_HEAD, "the chain has events but no head")] if last else []
    if head.n > last:
        detail = f"the head says {head.n} events, {last} are there"
        return [Fault(chain, last + 1, FaultKind.CUT_TAIL, detail)]
    if head.n < last:
        detail = f"events after {head.n} are not known to the head"
        return [Fault(chain, head.n + 1, FaultKind.BEYOND_HEAD, detail)]
    if head.hash != last_hash:
        return [Fault(chain, last, FaultKind.HEAD_CHANGED, "the head has another hash than the last event")]
    return []


def verify_chain(rows: Iterable[EventRow], head: Head | None) -> list[Fault]:
    """Everything wrong with one chain; an empty list means that it is whole.

    ``rows`` come in the order of ``n`` as the database gives them; ``head`` is the chain's head, None if
    there is none. A finding does not stop the reading: what follows is checked against what stands there.
    """
    faults: list[Fault] = []
    chain = head.chain if head else None
    last, last_hash = 0, GENESIS
    for row in rows:
        chain = row.chain if chain is None else chain
        if row.chain != chain:
            faults.append(Fault(chain, row.n, FaultKind.FOREIGN, f"belongs to chain {row.chain}"))
            continue
        misplaced = _place_fault(chain, row.n, last + 1)
        if misplaced:
            faults.append(misplaced)
        elif row.prev_hash != last_hash:
            faults.append(Fault(chain, row.n, FaultKind.BROKEN_LINK, "does not follow the event before it"))
        wrong = _content_fault(row)
        if wrong:
            faults.append(wrong)
        last, last_hash = max(last, row.n), row.hash
    return faults + (_head_faults(chain, last, last_hash, head) if chain is not None else [])
