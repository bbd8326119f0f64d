"""Files that come with a complaint: taken in, given to the case, shared with the agency, dropped.

A file is taken in two steps, because checking it takes seconds and a write must not: ``prepare`` checks it, cleans
it and keeps both copies in the storage, outside of any transaction; ``receive`` writes the row inside the
caller's. When ``receive`` does not happen, ``discard`` takes the bytes away; what even that misses, the nightly
sweep finds.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from feedback import clock
from feedback.adapters import file_seals, storage, vault_keys
from feedback.adapters.file_check import bounded
from feedback.domain.errors import OutOfReach
from feedback.domain.files import (
    FileRefused,
    FileType,
    Origin,
    Refusal,
    demand_room,
    demand_size,
    is_disk_low,
    type_of_name,
)
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.attachments import Attachment
from feedback.models.cases import Case
from feedback.models.drafts import ComplaintDraft
from feedback.queries.files import taken
from feedback.services import history

LONGEST_NAME = 255
CLEAN, ORIGINAL = ".clean", ".original"
"""Endings of a token: the two objects of one file in the storage."""


@dataclass(frozen=True)
class Prepared:
    """A file that was checked and lies in the storage, but belongs to nobody yet."""

    token: str
    type: FileType
    size: int
    sha256: str
    clean_size: int
    name_sealed: bytes


def has_room() -> bool:
    """Whether files are taken at all now: the disk they lie on is not nearly full."""
    found = storage.room()
    return found is None or not is_disk_low(free=found[0], total=found[1])


def prepare(name: str, data: bytes) -> Prepared:
    """Check a file, clean it, and keep the cleaned copy and the sealed original. ``name``: as the sender's device
    calls it; it is sealed too. Takes seconds: never call it inside ``writing()``.
    Raises FileRefused (nothing is kept then), StorageUnavailable, KeysUnsafe."""
    type_ = type_of_name(name)
    demand_size(len(data))
    if not has_room():
        raise FileRefused(Refusal.DISK)
    clean = bounded.clean(type_, data)
    token = secrets.token_hex(16)
    public = vault_keys.load_public(current_app.extensions["settings"].keys)
    prepared = Prepared(
        token=token, type=type_, size=len(data), sha256=hashlib.sha256(data).hexdigest(), clean_size=len(clean),
        name_sealed=file_seals.seal_name(public, token, name[:LONGEST_NAME]))
    try:
        storage.keep(token + ORIGINAL, file_seals.seal_original(public, token, data))
        storage.keep(token + CLEAN, clean)
    except BaseException:
        discard(prepared)
        raise
    return prepared


def discard(prepared: Prepared) -> None:
    """Take away a prepared file that no row came to own. Raises StorageUnavailable."""
    forget_objects(prepared.token)


def forget_objects(token: str) -> None:
    """Delete the bytes of a file whose row is gone."""
    storage.forget(token + CLEAN)
    storage.forget(token + ORIGINAL)


def receive(prepared: Prepared, *, actor: Actor, role: Role | None = None, draft_id: int | None = None,
            case: Case | None = None) -> Attachment:
    """Write the row of a prepared file: for a draft (nobody's event), or for a case, where the event keeps the
    SHA-256 of the original. Exactly one of ``draft_id`` and ``case``. ``role``: in which a member of staff acts.
    Raises FileRefused when there are too many by now, or the draft is gone."""
    if (draft_id is None) == (case is None):
        raise ValueError("a file belongs to a draft or to a case")
    _lock(draft_id, case)
    files, bytes_ = taken(draft_id=draft_id, case_id=case.id if case else None)
    demand_room(files=files, bytes_=bytes_, size=prepared.size)
    staff = actor.person_id is not None
    row = Attachment(
        token=prepared.token, case_id=case.id if case else None, draft_id=draft_id,
        origin=(Origin.STAFF if staff else Origin.SENDER).value, added_by_id=actor.person_id, added_at=clock.now(),
        name_sealed=prepared.name_sealed, type=prepared.type.value, size=prepared.size, sha256=prepared.sha256,
        clean_size=prepared.clean_size, shared=False)
    db.session.add(row)
    if case is not None:
        db.session.flush()  # the event names the row's id
        _record(case, [row], actor=actor, role=role)
    return row


def adopt(draft_id: int, case: Case, *, actor: Actor) -> int:
    """The complaint of this draft was sent: its files are the case's from now on, in the same transaction as
    ``cases.submit``. One event with the SHA-256 of each. How many there were; 0 when called twice."""
    rows = list(db.session.scalars(
        select(Attachment).where(Attachment.draft_id == draft_id).order_by(Attachment.id)))
    for row in rows:
        row.draft_id, row.case_id = None, case.id
    if rows:
        _record(case, rows, actor=actor, role=Role.COMPLAINANT if actor.person_id is None else None)
    return len(rows)


def remove(draft_id: int, token: str) -> str:
    """Take a file back while the complaint is not sent. Returns the token, whose bytes the caller forgets with
    ``forget_objects`` once this is committed. Raises OutOfReach when the draft has no such file."""
    row = db.session.scalar(
        select(Attachment).where(Attachment.draft_id == draft_id, Attachment.token == token))
    if row is None:
        raise OutOfReach(token)
    db.session.delete(row)
    return row.token


def drop(draft_ids: Collection[int]) -> list[str]:
    """The rows of all files of these drafts, for whoever deletes the drafts: call it in the same transaction,
    before the drafts go. Returns the tokens; ``forget_objects`` each after the commit (the nightly sweep finds
    what was left)."""
    rows = list(db.session.scalars(select(Attachment).where(Attachment.draft_id.in_(list(draft_ids)))))
    for row in rows:
        db.session.delete(row)
    db.session.flush()  # the drafts' rows go next, and these name them
    return [row.token for row in rows]


def share(case: Case, tokens: Collection[str], *, actor: Actor, role: Role | None = None) -> bool:
    """Let the handling agency have exactly these files of the case, and no other. False when nothing changed.
    Raises OutOfReach for a token that is not one of the case's."""
    rows = list(db.session.scalars(
        select(Attachment).where(Attachment.case_id == case.id).order_by(Attachment.id)))
    if set(tokens) - {row.token for row in rows}:
        raise OutOfReach("no such file in this case")
    before = {row.id for row in rows if row.shared}
    for row in rows:
        row.shared = row.token in tokens
    after = {row.id for row in rows if row.shared}
    if before == after:
        return False
    history.record(
        chain=f"case:{case.id}", type="files_shared", actor=actor, role=role, agency_id=actor.agency_id,
        payload={"shared": ",".join(map(str, sorted(after))), "files": len(after)})
    return True


def read(row: Attachment) -> bytes:
    """The cleaned copy. Who may have it was asked before (``queries.files.one``). Raises NotKept when the storage
    has lost it, StorageUnavailable."""
    return storage.fetch(row.token + CLEAN)


def _lock(draft_id: int | None, case: Case | None) -> None:
    """Two files at the same time are counted one after the other."""
    if draft_id is None:
        assert case is not None
        db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())
    elif db.session.scalar(
            select(ComplaintDraft.id).where(ComplaintDraft.id == draft_id).with_for_update()) is None:
        raise FileRefused(Refusal.NOT_NOW)


def _record(case: Case, rows: list[Attachment], *, actor: Actor, role: Role | None) -> None:
    payload: dict[str, int | str] = {"files": len(rows)}
    for n, row in enumerate(rows, start=1):
        payload |= {f"file_{n}": row.id, f"sha256_{n}": row.sha256}
    history.record(chain=f"case:{case.id}", type="files_added", actor=actor, role=role,
                   agency_id=actor.agency_id, payload=payload)
