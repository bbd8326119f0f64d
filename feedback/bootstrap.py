"""All the set-up there is: makes .venv, installs the locked wheels, becomes the program. Standard library only.

Run by ./run and ./test as a script, by whatever python3 the machine has: the syntax stays at Python 3.6, so that
an old one can still read the sentence that tells what is missing.

`./test` runs the short form of the tests on two cores, `./test --rest` exactly what that leaves out
(tests/fixtures/short_form.py); other arguments go to pytest.
"""

import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

# As a script this file's own folder comes first on the path, where our modules would hide the library's.
_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _HERE]

ROOT = os.path.dirname(_HERE)
OLDEST, NEWEST = (3, 11), (3, 14)
OLDEST_GLIBC = (2, 28)
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}
ROOM_BYTES = {"run": 300 * 1024 * 1024, "test": 700 * 1024 * 1024}
# A worker takes file after file, in the order in which they were collected: the longest first.
WHOLE_RUN = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
UNFINISHED, FINISHED = "hoiam-unfinished", "hoiam-installed.json"


class Problem(Exception):
    """Something a person has to do first: one sentence in Vietnamese, the same in English, perhaps a detail."""

    def __init__(self, vietnamese: str, english: str, detail: str = "") -> None:
        super().__init__("\n".join(line for line in (vietnamese, english, detail) if line))


def main(arguments: "list[str]") -> int:
    """`run` or `test`, and what to hand on; after `test` perhaps `--rest` first. Replaces this process; returns an
    exit code only when it cannot."""
    what, rest = arguments[0], arguments[1:]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without Vietnamese letters must not stop us
    os.chdir(ROOT)
    try:
        check_python(arguments)
        check_platform()
        venv = os.path.join(ROOT, ".venv")
        with only_one():
            if not installed(venv, what):
                install(venv, what)
        python = os.path.join(venv, "bin", "python")
        if what == "run":
            become(python, ["-m", "feedback", "up"] + rest)
        for name in [name for name in os.environ if name.startswith("FEEDBACK_")]:
            del os.environ[name]  # the tests bring their own settings
        if subprocess.call([python, "-m", "tests.engines.chromium"]) != 0:
            return 1
        subprocess.call([python, "-m", "tests.engines.nginx"])  # without it, its tests are skipped and say why
        if rest[:1] == ["--rest"]:
            os.environ["HOIAM_REST"], rest = "1", rest[1:]
        become(python, ["-m", "pytest"] + (rest or WHOLE_RUN))
    except Problem as problem:
        print(problem, file=sys.stderr)
    except KeyboardInterrupt:
        print("\nĐã dừng. · Stopped.", file=sys.stderr)
        return 130
    return 1


def become(python: str, words: "list[str]") -> None:
    """Replace this process by the installed Python."""
    sys.stdout.flush()
    os.execv(python, [python] + words)


def check_python(arguments: "list[str]") -> None:
    """Use another installed Python when this one is too old or too new; raises Problem when there is none."""
    if sys.implementation.name == "cpython" and OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, os.path.abspath(__file__)] + arguments)
    here = platform.python_version()
    raise Problem(
        f"Cần Python từ 3.11 đến 3.14, máy này có {here}; hãy cài python3.11 rồi chạy lại.",
        f"Python 3.11 to 3.14 is needed, this is {here}; install python3.11 and run this again.",
    )


def check_platform() -> None:
    """Raise Problem where the locked wheels do not run (Windows, Alpine, old systems, other processors)."""
    wrong = wrong_platform(sys.platform, platform.machine(), glibc())
    if wrong:
        raise Problem(
            f"Chưa chạy được trên {wrong}; hãy dùng Linux (glibc 2.28 trở lên) hoặc macOS, x86-64 hoặc ARM 64.",
            f"This does not run on {wrong}; use Linux (glibc 2.28 or newer) or macOS, on x86-64 or 64-bit ARM.",
        )


def wrong_platform(system: str, machine: str, libc: "tuple[int, int] | None") -> "str | None":
    """What is unsupported about this platform, or None. `libc`: glibc's version as numbers; None: another one."""
    if system not in ("linux", "darwin"):
        return system
    if machine.lower() not in ("x86_64", "amd64", "aarch64", "arm64"):
        return f"{system} ({machine})"
    if system == "linux" and libc is None:
        return "Linux (musl)"
    if system == "linux" and libc < OLDEST_GLIBC:
        return f"Linux (glibc {libc[0]}.{libc[1]})"
    return None


def glibc() -> "tuple[int, int] | None":
    """This system's glibc as (2, 36), or None when its C library is another."""
    try:
        numbers = re.findall(r"\d+", os.confstr("CS_GNU_LIBC_VERSION") or "")
    except (ValueError, OSError, AttributeError):
        return None
    return (int(numbers[0]), int(numbers[1])) if len(numbers) >= 2 else None


class only_one:
    """A lock on the folder itself: a second start waits for the first one's installation."""

    def __enter__(self) -> None:
        self.folder = os.open(ROOT, os.O_RDONLY)
        try:
            fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as refused:
            if refused.errno in (errno.EWOULDBLOCK, errno.EACCES):
                say("Đợi một lần cài đặt khác …", "Waiting for another installation …")
                fcntl.flock(self.folder, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        os.close(self.folder)


def installed(venv: str, what: str) -> bool:
    """Whether .venv holds what the lock says, for this Python and this folder."""
    try:
        with open(os.path.join(venv, FINISHED), encoding="utf-8") as file:
            found = json.load(file)
    except (OSError, ValueError):
        return False
    alive = os.access(os.path.join(venv, "bin", "python"), os.X_OK)
    return alive and found.get("place") == place() and found.get(LOCKS[what]) == digest(LOCKS[what])


def place() -> "list[str]":
    """What an installation belongs to: the folder (its paths are written into it) and the Python."""
    return [ROOT, ".".join(map(str, sys.version_info[:2]))]


def digest(lock: str) -> str:
    """A lock file's SHA-256."""
    with open(os.path.join(ROOT, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def install(venv: str, what: str) -> None:
    """Bring .venv to what the lock says. A half-made .venv is never left behind. Raises Problem."""
    check_writable(what)
    finished, unfinished = os.path.join(venv, FINISHED), os.path.join(venv, UNFINISHED)
    if os.path.exists(unfinished) or not usable(venv):
        shutil.rmtree(venv, ignore_errors=True)
    fresh = not os.path.exists(venv)
    ours = fresh or os.path.exists(finished)
    try:
        if fresh:
            make_venv(venv, unfinished)
        elif ours:
            os.rename(finished, unfinished)
        install_wheels(venv, LOCKS[what])
        install_ourselves(venv)
        marks = {"place": place(), LOCKS[what]: digest(LOCKS[what])}
        if what == "test":  # the longer lock holds the shorter one, at the same versions
            marks[LOCKS["run"]] = digest(LOCKS["run"])
        with open(finished, "w", encoding="utf-8") as file:
            json.dump(marks, file)
        if ours:
            os.unlink(unfinished)
    except BaseException as error:
        if ours:
            shutil.rmtree(venv, ignore_errors=True)
        if isinstance(error, OSError):
            raise disk_problem(error) from None
        raise
    say("Đã cài xong.", "Installed.")


def usable(venv: str) -> bool:
    """Whether .venv is there and its Python runs and is the one that it was made with."""
    try:
        said = subprocess.check_output(
            [os.path.join(venv, "bin", "python"), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"],
            stderr=subprocess.DEVNULL,
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return said.decode().strip() == place()[1]


def check_writable(what: str) -> None:
    """Raise Problem when nothing can be written here, or too little."""
    try:
        with tempfile.TemporaryFile(dir=ROOT):
            pass
    except OSError as error:
        raise disk_problem(error) from None
    if not os.path.exists(os.path.join(ROOT, ".venv")) and shutil.disk_usage(ROOT).free < ROOM_BYTES[what]:
        raise disk_problem(OSError(errno.ENOSPC, ""))


def disk_problem(error: OSError) -> Problem:
    """The sentence for a folder that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            "Ổ đĩa đã đầy; hãy giải phóng ít nhất 700 MB rồi chạy lại.",
            "The disk is full; free at least 700 MB and run this again.",
        )
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Problem(
            f"Thư mục {ROOT} không ghi được; hãy chép sang một thư mục của bạn rồi chạy lại ở đó.",
            f"The folder {ROOT} cannot be written; copy it to a folder of your own and run it there.",
        )
    return Problem(f"Không cài được: {error}.", f"The installation failed: {error}.")


def make_venv(venv: str, unfinished: str) -> None:
    """Make the virtual environment. Raises Problem when this Python cannot."""
    say("Tạo .venv …", "Making .venv …")
    complete = all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))
    os.mkdir(venv)
    open(unfinished, "w").close()
    made = complete and subprocess.run(
        [sys.executable, "-m", "venv", venv], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if not made or made.returncode:
        raise Problem(
            "Python của máy này thiếu phần tạo môi trường; hãy chạy “apt-get install python3-venv” rồi chạy lại.",
            "This Python cannot make environments; run “apt-get install python3-venv” and run this again.",
            made.stdout.decode(errors="replace").strip()[-300:] if made else "",
        )


def install_wheels(venv: str, lock: str) -> None:
    """Install the lock's wheels with pip, telling how far it is. Raises Problem."""
    with open(os.path.join(ROOT, lock), encoding="utf-8") as file:
        total = sum("==" in line for line in file)
    pip = subprocess.Popen(
        [os.path.join(venv, "bin", "python"), "-m", "pip", "install", "--require-hashes", "--only-binary=:all:"]
        + ["--no-input", "--disable-pip-version-check", "--progress-bar=off", "--retries=2", "-r", lock],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
    )  # fmt: skip
    said, seen, progress = [], 0, Progress(total)
    try:
        for raw in pip.stdout:
            line = raw.decode(errors="replace").rstrip()
            said.append(line)
            if line.startswith(("Collecting ", "Processing ", "Requirement already satisfied: ")):
                seen += 1
                progress.show("Tải thư viện", "Downloading packages", seen)
            elif line.startswith("Installing collected packages"):
                progress.show("Cài thư viện …", "Installing packages …", None)
    except BaseException:
        pip.kill()
        raise
    finally:
        progress.end()
        pip.stdout.close()
        pip.wait()
    if pip.returncode:
        raise pip_problem("\n".join(said))


class Progress:
    """One line that grows on a terminal; every quarter of the way a line elsewhere (a log)."""

    def __init__(self, total: int) -> None:
        self.total, self.quarter, self.width = max(total, 1), 0, 0

    def show(self, vietnamese: str, english: str, count: "int | None") -> None:
        """Say the stage; `count` of the total, or None when it cannot be counted."""
        done = "" if count is None else f": {min(99, 100 * count // self.total)} %"
        if sys.stdout.isatty():
            text = f"· {vietnamese} · {english}{done}"
            print("\r" + text.ljust(self.width), end="", flush=True)
            self.width = len(text)
        elif count is None or 4 * count // self.total > self.quarter:
            self.quarter = self.quarter if count is None else 4 * count // self.total
            say(vietnamese, english + done)

    def end(self) -> None:
        """Leave the growing line."""
        if self.width:
            print(flush=True)


def pip_problem(said: str) -> Problem:
    """The sentence for what pip said."""
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    detail = "pip: " + (errors or said.splitlines() or [""])[-1][:300]
    if re.search(r"No space left|Disk quota exceeded|Errno 28\b", said):
        return disk_problem(OSError(errno.ENOSPC, ""))
    if re.search(r"Read-only file system|Permission denied", said):
        return disk_problem(OSError(errno.EACCES, ""))
    if "DO NOT MATCH THE HASHES" in said:
        return Problem(
            "Một thư viện tải về không đúng mã kiểm tra, có thể đã bị sửa; hãy thử một mạng khác.",
            "A downloaded package does not match its checksum and may have been altered; try another network.",
            detail,
        )
    if re.search(
        r"NewConnectionError|Name or service not known|name resolution|nodename nor servname|ConnectTimeout"
        r"|ReadTimeout|Network is unreach|Connection refused|Connection reset|ProxyError|SSLError|timed out",
        said,
    ):
        return Problem(
            "Không tải được thư viện: máy không vào được kho gói Python; hãy kiểm tra mạng rồi chạy lại.",
            "Packages could not be downloaded: the Python package index is out of reach; check the network "
            "and run this again.",
            detail,
        )
    return Problem(
        "Không cài được thư viện; hãy xem dòng dưới, sửa rồi chạy lại.",
        "The packages could not be installed; see the line below, mend it and run this again.",
        detail,
    )


def install_ourselves(venv: str) -> None:
    """Let .venv find this checkout from any folder, and give it the `feedback` command; nothing is downloaded."""
    python = os.path.join(venv, "bin", "python")
    packages = subprocess.check_output([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    with open(os.path.join(packages.decode().strip(), "hoiam-feedback.pth"), "w", encoding="utf-8") as file:
        file.write(ROOT + "\n")
    command = os.path.join(venv, "bin", "feedback")
    with open(command, "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\nexec "{python}" -m feedback "$@"\n')
    os.chmod(command, 0o755)


def say(vietnamese: str, english: str) -> None:
    """One short line of progress."""
    print(f"· {vietnamese} · {english}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
