"""Is the history still the one that the checkpoints saw, those in the database and those kept elsewhere?"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from feedback.domain.events import GENESIS, Head, canonical_json, instant_text
from feedback.domain.merkle import merkle_root
from feedback.extensions import db
from feedback.models.events import Checkpoint, Event

RECENT = 31
"""How many of the newest checkpoints are computed again besides those kept elsewhere: a month of days."""

BATCH = 2_000


class CheckpointFault(NamedTuple):
    """One finding: the number of the checkpoint and a plain detail."""

    number: int
    detail: str


class Kept(NamedTuple):
    """A checkpoint as it is kept outside the database."""

    number: int
    at: str
    last_seq: int
    chains: int
    root: str
    previous: str
    hash: str


def kept(row: Checkpoint) -> Kept:
    """The form of a checkpoint that is printed, mailed or written to a file."""
    return Kept(row.id, instant_text(row.at), row.last_seq, row.chains, row.root, row.previous, row.hash)


def read_kept(value: Mapping[str, Any]) -> Kept:
    """A kept checkpoint from its JSON object. Raises ValueError when it is none, or does not fit its own hash."""
    try:
        found = Kept(**{name: Kept.__annotations__[name](value[name]) for name in Kept._fields})
    except (KeyError, TypeError) as broken:
        raise ValueError(f"not a checkpoint: {broken}") from broken
    if _hash(found) != found.hash:
        raise ValueError(f"checkpoint {found.number} does not fit its own hash")
    return found


def checkpoint_hash(number: int, at: datetime, last_seq: int, chains: int, root: str, previous: str) -> str:
    """SHA-256 in hex over a checkpoint and the hash of the one before. ``at`` is an aware instant."""
    return _hash(Kept(number, instant_text(at), last_seq, chains, root, previous, ""))


def heads_up_to(last_seq: int) -> list[Head]:
    """The end of every chain as it stood when ``last_seq`` was the newest event."""
    return next(_heads_at([last_seq]))


def verify_checkpoints(elsewhere: Iterable[Kept] = ()) -> list[CheckpointFault]:
    """Every checkpoint must follow the one before, be the one that was kept elsewhere, and have the root that
    the events give today (computed again for the newest 31 and for all that were kept)."""
    rows = [kept(row) for row in db.session.scalars(select(Checkpoint).order_by(Checkpoint.id))]
    faults = _linked(rows)
    known = {row.number: row for row in rows}
    again = {row.number: row for row in rows[-RECENT:]}
    for outside in elsewhere:
        again[outside.number] = outside
        if outside.number not in known:
            faults.append(CheckpointFault(outside.number, "kept elsewhere, but gone from the database"))
        elif known[outside.number] != outside:
            faults.append(CheckpointFault(outside.number, "the database holds another one than was kept"))
    ordered = sorted(again.values(), key=lambda row: row.last_seq)
    for row, heads in zip(ordered, _heads_at([row.last_seq for row in ordered]), strict=True):
        if merkle_root(heads) != row.root:
            faults.append(CheckpointFault(
                row.number, f"the history up to then is not what it was: {row.chains} chains stood there, "
                            f"{len(heads)} are found"))
    return sorted(faults)


def _linked(rows: list[Kept]) -> list[CheckpointFault]:
    faults, previous = [], GENESIS
    for place, row in enumerate(rows, start=1):
        if row.number != place:
            return [*faults, CheckpointFault(place, "is missing")]
        if row.previous != previous:
            faults.append(CheckpointFault(row.number, "does not follow the one before it"))
        if _hash(row) != row.hash:
            faults.append(CheckpointFault(row.number, "the hash does not fit the contents"))
        previous = row.hash
    return faults


def _heads_at(cuts: list[int]) -> Iterator[list[Head]]:
    """The ends of all chains at each of these event numbers (ascending), in one pass over the events."""
    if not cuts:
        return
    rows = iter(db.session.execute(
        select(Event.seq, Event.chain, Event.n, Event.hash).where(Event.seq <= cuts[-1]).order_by(Event.seq)
        .execution_options(yield_per=BATCH)))
    heads: dict[str, Head] = {}
    waiting = next(rows, None)
    for cut in cuts:
        while waiting is not None and waiting.seq <= cut:
            heads[waiting.chain] = Head(waiting.chain, waiting.n, waiting.hash)
            waiting = next(rows, None)
        yield list(heads.values())


def _hash(row: Kept) -> str:
    return hashlib.sha256(canonical_json(["checkpoint", *row[:-1]])).hexdigest()
