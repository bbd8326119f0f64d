"""Short temporary folders: a unix socket's path must stay under 104 bytes whatever TMPDIR says."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ROOM_FOR_SOCKET_NAME = 30


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """A new folder of our own (0700), short enough to hold sockets, removed at the end."""
    parent = tempfile.gettempdir()
    if len(parent) + len(prefix) + 10 + _ROOM_FOR_SOCKET_NAME > 103:
        parent = "/tmp"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
