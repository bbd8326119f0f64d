"""The vault's keys as files: ``vault.key`` opens, ``vault.pub`` only seals.

The folder is 0700 and the private key 0600, and both are refused when anybody else could read them. A web
machine of its own holds a folder with ``vault.pub`` alone: it can write identities and never read one.
Retired keys stay in ``retired/`` until no row is sealed to them (``feedback vault rotate``).
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from nacl.public import PrivateKey, PublicKey

PRIVATE, PUBLIC, RETIRED = "vault.key", "vault.pub", "retired"


class KeysUnsafe(Exception):
    """The keys are missing, damaged or open to others. The text is one sentence with the remedy."""


@dataclass(frozen=True)
class Keyring:
    """The private keys by key id; ``current`` is the id that new seals are made to. Only the vault process
    ever holds one."""

    current: str
    private: dict[str, PrivateKey]

    def __repr__(self) -> str:  # never the keys, whoever prints it
        return f"Keyring(current={self.current!r}, {len(self.private)} keys)"


def key_id(public: PublicKey) -> str:
    """The name of a key pair: the first 16 hex digits of the SHA-256 of its public half."""
    return hashlib.sha256(bytes(public)).hexdigest()[:16]


def ensure_keys(folder: Path) -> str:
    """Make the folder and the key pair if they are not there; return the current key's id.

    Also mends a ``vault.pub`` that does not belong to ``vault.key`` (a rotation that was killed half way).
    Raises KeysUnsafe when the folder or a private key can be read by others, and when only ``vault.pub`` is
    there: a new private key would make everything sealed so far unreadable.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_open(folder)
    if not (folder / PRIVATE).exists():
        if (folder / PUBLIC).exists():
            raise KeysUnsafe(
                f"{folder / PRIVATE} is missing although {PUBLIC} is there. Bring the private key back from "
                f"its safe copy; if nothing was ever sealed, delete {PUBLIC} and start again.")
        write_private(folder / PRIVATE, PrivateKey.generate())
    public = load_private(folder / PRIVATE).public_key
    if not (folder / PUBLIC).exists() or bytes(load_public(folder)) != bytes(public):
        write_public(folder / PUBLIC, public)
    return key_id(public)


def load_public(folder: Path) -> PublicKey:
    """The key that seals. Raises KeysUnsafe when it is missing, damaged, or others could replace it."""
    path = folder / PUBLIC
    try:
        if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise KeysUnsafe(f"{path} can be changed by others. Run: chmod 644 {path}")
        return PublicKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except FileNotFoundError:
        raise KeysUnsafe(f"{path} is missing. Run: feedback vault init-keys") from None
    except (ValueError, TypeError):
        raise KeysUnsafe(f"{path} is damaged. Run: feedback vault init-keys") from None


def load_private(path: Path) -> PrivateKey:
    """The key that opens. Raises KeysUnsafe when it is missing, damaged or readable by others."""
    if not path.exists():
        raise KeysUnsafe(f"{path} is missing. Run: feedback vault init-keys")
    refuse_open(path)
    try:
        return PrivateKey(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except (ValueError, TypeError):
        raise KeysUnsafe(f"{path} is damaged. Bring the private key back from its safe copy.") from None


def load_keyring(folder: Path) -> Keyring:
    """All private keys, the current one and the retired. Raises KeysUnsafe as ``load_private`` does."""
    refuse_open(folder)
    current = load_private(folder / PRIVATE)
    retired = [load_private(path) for path in sorted((folder / RETIRED).glob("*.key"))]
    return Keyring(current=key_id(current.public_key),
                   private={key_id(key.public_key): key for key in [*retired, current]})


def begin_rotation(folder: Path) -> Keyring:
    """Put the current key among the retired and make a new one; return both in one keyring.

    Each step is one atomic rename, the old key first: killed anywhere, every row can still be opened.
    """
    old = load_private(folder / PRIVATE)
    (folder / RETIRED).mkdir(mode=0o700, exist_ok=True)
    write_private(folder / RETIRED / f"{key_id(old.public_key)}.key", old)
    new = PrivateKey.generate()
    write_private(folder / PRIVATE, new)
    write_public(folder / PUBLIC, new.public_key)
    return load_keyring(folder)


def drop_retired(folder: Path, still_used: set[str]) -> int:
    """Delete the retired keys to which nothing is sealed any more; return how many went."""
    gone = [p for p in (folder / RETIRED).glob("*.key") if p.stem not in still_used]
    for path in gone:
        path.unlink()
    return len(gone)


def refuse_open(path: Path) -> None:
    """Raise KeysUnsafe when the group or others may do anything with the path."""
    if path.stat().st_mode & 0o077:
        mode = "700" if path.is_dir() else "600"
        raise KeysUnsafe(f"{path} can be read by others than its owner. Run: chmod {mode} {path}")


def write_private(path: Path, key: PrivateKey) -> None:
    """Write a private key, mode 0600, whole or not at all."""
    _write(path, bytes(key).hex(), 0o600)


def write_public(path: Path, key: PublicKey) -> None:
    """Write a public key, mode 0644, whole or not at all."""
    _write(path, bytes(key).hex(), 0o644)


def _write(path: Path, text: str, mode: int) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        os.fchmod(out.fileno(), mode)
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    os.replace(partial, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a key that is in use must survive a power cut
    finally:
        os.close(folder)
