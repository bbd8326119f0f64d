"""The parent's side: one child for one file, with bounds on time and memory, killed afterwards whatever it says.

The child gets the type and the bytes through a pipe and answers through another one. It inherits nothing: no
environment, no sockets, no open files. What it answers is only believed as far as it is looked at again here.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import filetype

from feedback.adapters.file_check import clamd
from feedback.domain.files import KINDS, MOST_CLEAN_BYTES, FileRefused, FileType, Refusal

SECONDS = 30.0
"""Wall clock of one check; then the child is killed."""
AT_ONCE = 2
"""Children of one web process at the same time."""
WAITING = 1
"""Files that wait for their turn in one web process; the next ones are asked to come again at once. A process has
four threads, and one has to stay free for everybody who brings no file."""
PATIENCE = 20.0
"""Seconds that a file waits for its turn."""
LONGEST_HEADER = 200

log = logging.getLogger("feedback.files")
_turns = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
_ROOT = str(Path(__file__).parents[3])
_START = ("import sys; sys.path.insert(0, sys.argv[1]); "
          "from feedback.adapters.file_check.child import main; main()")


def clean(type_: FileType, data: bytes, *, seconds: float = SECONDS) -> bytes:
    """The cleaned copy of a file that claims to be of this type. Raises FileRefused with the reason; UNCHECKED
    when the check broke off or took longer than ``seconds``, BUSY when its turn did not come."""
    if not _places.acquire(blocking=False):
        raise FileRefused(Refusal.BUSY)
    try:
        clamd.look_through(data)
        if not _turns.acquire(timeout=PATIENCE):
            raise FileRefused(Refusal.BUSY)
        try:
            answered = _ask_child(type_, data, seconds)
        finally:
            _turns.release()
    finally:
        _places.release()
    return _believed(type_, answered)


def _ask_child(type_: FileType, data: bytes, seconds: float) -> bytes:
    """Everything that the child wrote; nothing when it had to be killed or did not end well."""
    child = subprocess.Popen(
        [sys.executable, "-I", "-B", "-c", _START, _ROOT], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env={}, cwd="/", close_fds=True, start_new_session=True)
    stop = threading.Timer(seconds, _kill, [child])
    feed = threading.Thread(target=_feed, args=(child, type_.value.encode() + b"\n" + data), daemon=True)
    stop.start()
    feed.start()
    try:
        assert child.stdout is not None
        most = LONGEST_HEADER + MOST_CLEAN_BYTES
        answered = child.stdout.read(most + 1)
        if len(answered) > most:
            return b""
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        answered = b""
    finally:
        _kill(child)
        stop.cancel()
        child.wait()
        feed.join()
        child.stdout.close()  # type: ignore[union-attr]
    if child.returncode != 0:
        log.warning("a file could not be checked", extra={"exit_code": child.returncode, "verb": type_.value})
        return b""
    return answered


def _feed(child: subprocess.Popen[bytes], message: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(message)
        child.stdin.close()
    except OSError:
        pass  # it ended before it had read everything: what it answered says why


def _kill(child: subprocess.Popen[bytes]) -> None:
    """The child and whatever it may have started."""
    if child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _believed(type_: FileType, answered: bytes) -> bytes:
    """The copy in the answer, if everything about it holds. Raises FileRefused."""
    line, _, clean_ = answered[:LONGEST_HEADER].partition(b"\n")
    clean_ = answered[len(line) + 1:]
    try:
        header = json.loads(line)
        refused = header.get("refused")
    except (ValueError, AttributeError):
        raise FileRefused(Refusal.UNCHECKED) from None
    if refused is not None:
        raise FileRefused(Refusal(refused) if refused in list(Refusal) else Refusal.UNCHECKED)
    found = filetype.guess_mime(clean_[:8192])
    if header.get("size") != len(clean_) or not clean_ or found not in (KINDS[type_].mime, "application/zip") or (
            found == "application/zip" and type_ is not FileType.DOCX):
        raise FileRefused(Refusal.UNCHECKED)
    return clean_
