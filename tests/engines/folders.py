"""Short temporary folders: a unix socket's path must stay under 104 bytes whatever TMPDIR says."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOM_FOR_SOCKET_NAME = 30
_MEMORY, _MEMORY_NEEDED = Path("/dev/shm"), 512 * 1024 * 1024


@contextmanager
def short_folder(prefix: str, *, in_memory: bool = False) -> Iterator[Path]:
    """A new folder of our own (0700), short enough to hold sockets, removed at the end. ``in_memory``: on a disk
    that is memory, where there is one with 512 MB left and TMPDIR names no other place."""
    parent = str(_MEMORY) if in_memory and _memory_has_room() else tempfile.gettempdir()
    if len(parent) + len(prefix) + 10 + _ROOM_FOR_SOCKET_NAME > 103:
        parent = "/tmp"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory_has_room() -> bool:
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK):
        return False
    return shutil.disk_usage(_MEMORY).free > _MEMORY_NEEDED
