"""Debian's nginx for the tests: found, or unpacked from Debian's packages without installing anything.

An installed nginx would start at once and take port 80; so its package is only fetched and unpacked into .venv.
`python -m tests.engines.nginx` finds or fetches it; where that cannot be done it says why, and the tests that need
it are skipped.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PLACE = Path(sys.prefix) / "nginx-of-debian"
"""Inside .venv: it goes with it."""
_PACKAGES = ("nginx", "nginx-common")


def find() -> Path | None:
    """An nginx on this machine (TEST_NGINX first), or the one that was unpacked; None without one."""
    if given := os.environ.get("TEST_NGINX"):
        return Path(given)
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found:
        return Path(found)
    unpacked = PLACE / "usr" / "sbin" / "nginx"
    return unpacked if unpacked.exists() else None


def ensure() -> Path:
    """An nginx, fetched when there is none. Raises LookupError with a sentence in Vietnamese and in English."""
    found = find()
    if found is not None:
        return found
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise LookupError(
            "Chưa có nginx, và máy này không phải Debian: các phép thử nginx được bỏ qua; hãy cài nginx hoặc đặt "
            "TEST_NGINX.\n"
            "There is no nginx and this is no Debian: the tests of nginx are skipped; install nginx or set "
            "TEST_NGINX."
        )
    print("· Tải nginx, không cài vào máy · Fetching nginx, without installing it …", flush=True)
    try:
        with tempfile.TemporaryDirectory(dir=PLACE.parent, prefix="nginx-") as folder:
            _unpack(Path(folder))
            os.replace(Path(folder) / "root", PLACE)
    except (OSError, subprocess.CalledProcessError) as fault:
        said = getattr(fault, "stdout", None) or str(fault)
        raise LookupError(
            "Không tải được nginx từ kho của Debian: các phép thử nginx được bỏ qua.\n"
            f"nginx could not be fetched from Debian: the tests of nginx are skipped.\n{said.strip()[-500:]}"
        ) from None
    return PLACE / "usr" / "sbin" / "nginx"


def surroundings(program: Path) -> dict[str, str]:
    """The environment in which the program runs: unpacked libraries are found only through it."""
    if PLACE not in program.parents:
        return dict(os.environ)
    triplet = f"{platform.machine()}-linux-gnu"
    folders = (PLACE / "lib" / triplet, PLACE / "usr" / "lib" / triplet)
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(str(one) for one in folders if one.exists())}


def _unpack(folder: Path) -> None:
    root, lists = folder / "root", folder / "lists"
    root.mkdir()
    options: list[str] = []
    try:
        _run("apt-get", "download", *_PACKAGES, cwd=folder)
    except subprocess.CalledProcessError:  # a bare system has no lists of packages: they are fetched to our folder
        (lists / "partial").mkdir(parents=True)
        for option in (f"Dir::State::Lists={lists}", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache="):
            options += ["-o", option]
        _run("apt-get", *options, "update", cwd=folder)
        _run("apt-get", *options, "download", *_PACKAGES, cwd=folder)
    (package,) = folder.glob("nginx_*.deb")
    needed = _run("dpkg-deb", "-f", str(package), "Depends", cwd=folder)
    for one in folder.glob("*.deb"):
        _run("dpkg-deb", "-x", str(one), str(root), cwd=folder)
    if "not found" in _run("ldd", str(root / "usr" / "sbin" / "nginx"), cwd=folder):
        libraries = [name for name in re.findall(r"(?:lib|zlib)[a-z0-9.+-]+", needed) if name != "libc6"]
        _run("apt-get", *options, "download", *libraries, cwd=folder)
        for name in libraries:
            for one in folder.glob(f"{name}_*.deb"):
                _run("dpkg-deb", "-x", str(one), str(root), cwd=folder)


def _run(*command: str, cwd: Path) -> str:
    quiet = ("-qq", "-o", "APT::Sandbox::User=root") if command[0] == "apt-get" else ()
    return subprocess.run(
        [command[0], *quiet, *command[1:]], cwd=cwd, check=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "LC_ALL": "C"},
    ).stdout  # fmt: skip


def main() -> int:
    """Find or fetch. Always 0: without nginx its tests are skipped and say so."""
    try:
        print(f"· nginx: {ensure()}", flush=True)
    except LookupError as problem:
        print(problem, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
