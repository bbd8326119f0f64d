"""Keys with which other systems may hand in complaints: made and revoked by an administrator, shown once."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import BadInput, OutOfReach
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.publications import ApiKey
from feedback.services import registers

NAME_LONGEST = 100
"""Characters of the name of a system."""
USED = timedelta(minutes=10)
"""How exactly the last use is known; more would be a write for each request."""


def keys() -> list[ApiKey]:
    """All keys, revoked ones too, newest first."""
    return list(db.session.scalars(select(ApiKey).order_by(ApiKey.id.desc())))


def make(name: str, *, actor: Actor) -> str:
    """A new key for a system of this name; the key itself, of which only a hash is kept. 256 random bits need no
    slow hash. Raises BadInput for an empty or a too long name."""
    name = " ".join(name.split())
    if not name or len(name) > NAME_LONGEST:
        raise BadInput("name", "missing" if not name else "too_long")
    key = secrets.token_urlsafe(32)
    row = ApiKey(name=name, key_hash=_hash(key), made_at=clock.now(), made_by_id=actor.person_id)
    db.session.add(row)
    db.session.flush()  # the history names the id
    registers.noted("api_key_made", actor=actor, key=row.id)
    return key


def revoke(key_id: int, *, actor: Actor) -> None:
    """From now on the key opens nothing. Raises OutOfReach for one that does not exist; a second time changes
    nothing."""
    row = db.session.get(ApiKey, key_id)
    if row is None:
        raise OutOfReach("no such key")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        registers.noted("api_key_revoked", actor=actor, key=row.id)


def living(key: str) -> ApiKey | None:
    """The row of a key that is given and not revoked, or None. By its hash: how long it takes tells nothing."""
    return db.session.scalar(select(ApiKey).where(ApiKey.key_hash == _hash(key), ApiKey.revoked_at.is_(None)))


def used(row: ApiKey) -> None:
    """Remember that the key was used, to ten minutes."""
    now = clock.now()
    if row.last_used_at is None or now - row.last_used_at >= USED:
        row.last_used_at = now


def _hash(key: str) -> str:
    return hashlib.sha256(b"api key " + key.encode("utf-8", "replace")).hexdigest()
