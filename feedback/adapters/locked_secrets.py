"""Short secrets that the web process itself has to read again (the second step's), encrypted at rest.

The key comes from FEEDBACK_SECRET_KEY, which lies outside the database: a stolen dump shows nothing. Each text is
bound to what it belongs to, so that one row's secret cannot be copied into another row.
"""

import hashlib

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import Aead


def lock(text: str, *, about: str) -> bytes:
    """Encrypt ``text`` for the thing named ``about`` (such as ``person:7``)."""
    return bytes(_box().encrypt(text.encode(), about.encode()))


def unlock(locked: bytes, *, about: str) -> str | None:
    """The text again; None when the key has changed or the row is not the one it was written for."""
    try:
        return _box().decrypt(locked, about.encode()).decode()
    except (CryptoError, ValueError):
        return None


def _box() -> Aead:
    key = current_app.extensions["settings"].secret_key.encode()
    return Aead(hashlib.blake2b(key, digest_size=Aead.KEY_SIZE, person=b"hoiam secrets").digest())
