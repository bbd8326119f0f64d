"""Where bytes lie: a folder by default, an S3-compatible store in production. Everything is encrypted before it
gets there (XSalsa20-Poly1305), with a key of its own for each name: a copied folder or bucket shows sizes and
nothing else, and an object put under another name does not open.

The master key comes from FEEDBACK_SECRET_KEY: whoever changes that setting can no longer read what was kept
before.
"""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from feedback.domain.errors import NotKept, StorageUnavailable

NAME = re.compile(r"[0-9a-f]{32}(\.[a-z]{1,12})?")
"""Names are 128 random bits as hex, with an ending where one row has several objects. Never a word."""
SECONDS = 20
"""Longest time for one object to or from a store on another machine."""

_used_in: int | None = None


@dataclass(frozen=True)
class Kept:
    """One object that lies in the store: its name and when it was put there (UTC)."""

    name: str
    at: datetime


def keep(name: str, data: bytes) -> None:
    """Put ``data`` under ``name``, over what was there; on disk before it returns. Raises StorageUnavailable."""
    sealed = bytes(_box(name).encrypt(data))
    with _faults():
        _store().put(name, sealed)
    if (folder := _folder()) is not None:
        _sync(folder, name)


def fetch(name: str) -> bytes:
    """What was kept under ``name``. Raises NotKept; StorageUnavailable when it was changed, too."""
    box = _box(name)
    try:
        with _faults():
            sealed = bytes(_store().get(name).bytes())
    except FileNotFoundError:
        raise NotKept(name) from None
    try:
        return box.decrypt(sealed)
    except (CryptoError, ValueError):
        raise StorageUnavailable("the object was changed, or kept with another secret key") from None


def has(name: str) -> bool:
    """Whether something lies under ``name``. Raises StorageUnavailable."""
    _demand(name)
    try:
        with _faults():
            _store().head(name)
    except FileNotFoundError:
        return False
    return True


def forget(name: str) -> None:
    """Delete what lies under ``name``; nothing happens when there is nothing. Raises StorageUnavailable."""
    _demand(name)
    with contextlib.suppress(FileNotFoundError), _faults():
        _store().delete(name)


def names() -> Iterator[Kept]:
    """All objects, in no order. Raises StorageUnavailable."""
    with _faults():
        for batch in _store().list():
            for found in batch:
                if NAME.fullmatch(found["path"]):
                    yield Kept(found["path"], found["last_modified"])


def room() -> tuple[int, int] | None:
    """Free and all bytes of the disk that files lie on; None where a bucket holds them, which has no floor."""
    folder = _folder()
    if folder is None:
        return None
    while not folder.exists():
        folder = folder.parent
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize


def _box(name: str) -> SecretBox:
    _demand(name)
    secret = current_app.extensions["settings"].secret_key.encode()
    master = hashlib.blake2b(secret, digest_size=32, person=b"hoi am files").digest()
    return SecretBox(hashlib.blake2b(name.encode(), digest_size=32, key=master).digest())


def _demand(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ValueError("not the name of an object")


def _store() -> Any:
    """The store of this app. Its threads do not live through a fork: used before one, it would hang after it."""
    global _used_in
    if _used_in not in (None, os.getpid()):
        raise RuntimeError("the storage was used before this process was forked")
    _used_in = os.getpid()
    url = current_app.extensions["settings"].storage_url
    known = current_app.extensions.get("storage")
    if known is None or known[0] != url:
        known = current_app.extensions["storage"] = (url, _connect(url))
    return known[1]


def _connect(url: str) -> Any:
    from obstore.store import LocalStore, S3Store

    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return LocalStore(folder)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    more: dict[str, Any] = {name: value for name, value in (
        ("endpoint", asked.get("endpoint")), ("region", asked.get("region")),
        ("access_key_id", unquote(parts.username or "")), ("secret_access_key", unquote(parts.password or "")),
    ) if value}
    plain = asked.get("endpoint", "").startswith("http://")  # config.py lets that through on loopback only
    return S3Store(parts.hostname, prefix=parts.path.strip("/") or None, **more,
                   client_options={"timeout": f"{SECONDS}s", "allow_http": plain},
                   retry_config={"max_retries": 2})


def _folder() -> Path | None:
    parts = urlsplit(current_app.extensions["settings"].storage_url)
    return Path(unquote(parts.path)) if parts.scheme == "file" else None


def _sync(folder: Path, name: str) -> None:
    """A file that was acknowledged survives a power cut."""
    for path in (folder / name, folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as fault:
        raise StorageUnavailable(type(fault).__name__) from None  # the text of the fault names paths and addresses
