"""Unfinished complaints, sealed with a value that only the writer's browser has (design §13.9).

The browser's cookie holds 256 random bits, the token. The key of the box is derived from it, and the row is found
by a keyed hash of it: who has the database, or the office itself, can open no draft.
"""

import hashlib
import hmac
import json
import re
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from sqlalchemy import Select, select

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.extensions import db
from feedback.models.drafts import ComplaintDraft
from feedback.services import attachments

KEPT = timedelta(days=7)
"""How long a draft waits for its writer after the last save; the page says so."""
MOST_BYTES = 100_000
"""Of the fields as JSON. A complaint with every box full stays below."""

_ROUND_TO = 2048
_TOKEN = re.compile(r"[0-9a-f]{64}")
_SENT = "sent"

Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Draft:
    """An opened draft. ``sent``: the complaint went out; then ``fields`` holds the nonce of its form and its
    reference alone, so that a reply lost on the way can be given again."""

    id: int
    fields: dict[str, list[str]]
    saved_at: datetime
    sent: bool


def save(token: str | None, fields: Fields) -> str:
    """Seal the fields and keep them for 7 days from now; the token to hand to the browser.

    Without a token, or with one whose draft is gone, a new draft and token are made. What was sent is not saved
    again: a save that arrives late changes nothing. Raises BadInput('draft', 'too_long') above 100 kB.
    """
    row = _row(token, to_write=True)
    if row is None:
        token = secrets.token_hex(32)
        row = ComplaintDraft(token_hash=_hash(token))
        db.session.add(row)
    elif token is not None and _opened(row, token).sent:
        return token
    assert token is not None  # either it has a row, or it was made a moment ago
    _put(row, token, fields, sent=False)
    return token


def load(token: str | None) -> dict[str, list[str]] | None:
    """The fields of a draft, or None when there is none (any more), or nothing that opens with this token."""
    draft = find(token)
    return None if draft is None else draft.fields


def find(token: str | None) -> Draft | None:
    """The draft of this token with its id and when it was saved, or None as ``load``."""
    row = _row(token)
    if row is None or token is None or row.expires_at <= clock.now():
        return None
    try:
        return _opened(row, token)
    except (CryptoError, ValueError, zlib.error):
        return None  # damaged: the writer begins again, and the sweep takes the row away


def mark_sent(token: str | None, *, nonce: str, reference: str) -> None:
    """The complaint went out, in this same transaction: its words go, the nonce stays for a day."""
    row = _row(token, to_write=True)
    if row is not None and token is not None:
        _put(row, token, {"nonce": [nonce], "reference": [reference]}, sent=True)
        row.expires_at = clock.now() + timedelta(days=1)


def forget(token: str | None) -> list[str]:
    """Delete the draft with the rows of its files. Returns the files' tokens, whose bytes the caller forgets with
    ``attachments.forget_objects`` once this is committed."""
    row = _row(token, to_write=True)
    return [] if row is None else _delete(row)


def expired(now: datetime) -> Select[tuple[int]]:
    """The question for the ids of the drafts whose time is over, the oldest first."""
    return select(ComplaintDraft.id).where(ComplaintDraft.expires_at <= now).order_by(ComplaintDraft.id)


def drop(draft_id: int, *, now: datetime) -> list[str] | None:
    """Delete an expired draft, as ``forget``; None when its writer has come back meanwhile, or it is gone."""
    row = db.session.scalar(select(ComplaintDraft).where(
        ComplaintDraft.id == draft_id, ComplaintDraft.expires_at <= now).with_for_update())
    return None if row is None else _delete(row)


def _delete(row: ComplaintDraft) -> list[str]:
    tokens = attachments.drop([row.id])
    db.session.delete(row)
    return tokens


def _put(row: ComplaintDraft, token: str, fields: Fields, *, sent: bool) -> None:
    plain = json.dumps({_SENT: sent, "fields": {name: list(values) for name, values in fields.items()}},
                       ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > MOST_BYTES:
        raise BadInput("draft", "too_long")
    packed = zlib.compress(plain)
    # The length before the padding; the size of a row then tells little about what is in it.
    padded = (len(packed).to_bytes(4, "big") + packed).ljust(-(-(len(packed) + 4) // _ROUND_TO) * _ROUND_TO, b"\0")
    row.sealed = bytes(SecretBox(_key(token)).encrypt(padded))
    row.saved_at = clock.now()
    row.expires_at = row.saved_at + KEPT


def _opened(row: ComplaintDraft, token: str) -> Draft:
    padded = SecretBox(_key(token)).decrypt(row.sealed)
    held = json.loads(zlib.decompress(padded[4:4 + int.from_bytes(padded[:4], "big")]))
    return Draft(id=row.id, fields=held["fields"], saved_at=row.saved_at, sent=held[_SENT])


def _row(token: str | None, *, to_write: bool = False) -> ComplaintDraft | None:
    if token is None or not _TOKEN.fullmatch(token):
        return None
    query = select(ComplaintDraft).where(ComplaintDraft.token_hash == _hash(token))
    return db.session.scalar(query.with_for_update() if to_write else query)


def _hash(token: str) -> str:
    pepper: str = current_app.extensions["settings"].pepper
    return hmac.new(pepper.encode(), b"draft\x00" + token.encode(), hashlib.sha256).hexdigest()


def _key(token: str) -> bytes:
    return hashlib.blake2b(
        bytes.fromhex(token), digest_size=SecretBox.KEY_SIZE, person=b"complaint draft").digest()
