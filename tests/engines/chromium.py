"""A Chromium for the browser tests: found, or on Debian installed when we are root.

Playwright's own browsers come from outside the package registries, so they are not used. Its driver is a Node
that needs libatomic1, which a bare Debian lacks. `python -m tests.engines.chromium` finds or installs both,
or says what to do.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_PACKAGES = ("chromium", "libatomic1")

LAUNCH_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find() -> str | None:
    """The path of a Chromium or Chrome on this machine (TEST_CHROMIUM first), or None."""
    if given := os.environ.get("TEST_CHROMIUM"):
        return given
    for name in _NAMES:
        if found := shutil.which(name):
            return found
    return str(_MAC) if _MAC.exists() else None


def ensure() -> str:
    """The path of a Chromium, installed with apt-get if it is missing and may be.

    Raises LookupError with a sentence in Vietnamese and in English when somebody has to do something first.
    """
    found = find()
    if found and (sys.platform != "linux" or _has_libatomic()):
        return found
    remedy = f"apt-get install --no-install-recommends {' '.join(_PACKAGES)}"
    if not shutil.which("apt-get"):
        raise LookupError(
            "Chưa có Chromium để thử trang: hãy cài Chromium hoặc Chrome rồi chạy lại.\n"
            "There is no Chromium for the browser tests: install Chromium or Chrome and run this again."
        )
    if os.geteuid() != 0:
        raise LookupError(
            f"Chưa có Chromium để thử trang: hãy chạy “sudo {remedy}” rồi chạy lại.\n"
            f"There is no Chromium for the browser tests: run “sudo {remedy}” and run this again."
        )
    print("· Cài Chromium · Installing Chromium …", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *_PACKAGES]):
        done = subprocess.run(
            ["apt-get", *words], env=quiet, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if done.returncode:
            raise LookupError(
                f"Không cài được Chromium; hãy thử “{remedy}”.\n"
                f"Chromium could not be installed; try “{remedy}”.\n{done.stdout.strip()[-500:]}"
            )
    installed = find()
    if installed is None:
        raise LookupError(f"Không tìm thấy Chromium sau khi cài.\nNo Chromium after “{remedy}”.")
    return installed


def _has_libatomic() -> bool:
    """Whether the library that Playwright's driver needs can be loaded."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return False
    return True


def main() -> int:
    """Find or install; 0 when there is one, 1 after saying why not."""
    try:
        print(f"· Chromium: {ensure()}", flush=True)
    except LookupError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
