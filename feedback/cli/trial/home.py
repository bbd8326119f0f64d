"""The folders of a trial: `var/` for data, `keys/` beside it, for their owner alone; one trial at a time."""

import fcntl
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from feedback.processes import LONGEST_SOCKET_PATH

_LONGEST_SOCKET_NAME = "valkey.sock"
_SECRETS = ("secret_key", "pepper")
_LONG_LOG_BYTES = 10 * 1024 * 1024
_LOCK_SECONDS = 4.0  # the children of a parent that was killed need a moment to go


class Occupied(Exception):
    """Another `feedback up` uses this folder; the text names its process."""


class KeysMissing(Exception):
    """There is data but the secrets that it was sealed with are gone."""


def private_folder(folder: Path) -> Path:
    """Make the folder (and what stands above it) if it is missing, and let nobody else in: 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


@contextmanager
def lock(data: Path) -> Iterator[int]:
    """Hold the folder until the block and every process that inherited the yielded descriptor have ended.

    Raises Occupied when somebody else holds it for longer than dying children do.
    """
    path = data / "up.lock"
    with path.open("a+", encoding="ascii") as file:
        give_up = time.monotonic() + _LOCK_SECONDS
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    file.seek(0)
                    raise Occupied(file.read().strip() or "?") from None
                time.sleep(0.1)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def secret_files(keys: Path, *, data_exists: bool) -> dict[str, Path]:
    """The files of the trial's secrets in `keys`, by name; made on the first start, 0600, 48 random bytes each.

    Raises KeysMissing when there is data but a secret is gone: a new one would make the data unreadable.
    """
    files = {name: keys / name for name in _SECRETS}
    for name, path in files.items():
        if path.exists():
            continue
        if data_exists:
            raise KeysMissing(name)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    return files


def set_aside_long_logs(folder: Path) -> None:
    """Rename logs over 10 MB to `.log.1`, replacing the one before: a trial must not fill the disk."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > _LONG_LOG_BYTES:
            log.replace(log.with_name(log.name + ".1"))


@contextmanager
def socket_folder(data: Path) -> Iterator[Path]:
    """Where sockets fit: `data`, or a short temporary folder (0700) when the path of `data` is too long."""
    if len(os.fsencode(data / _LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="hoiam-", dir="/tmp", ignore_cleanup_errors=True) as short:
        yield Path(short)
