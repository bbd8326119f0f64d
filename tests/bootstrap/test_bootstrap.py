"""./run on a machine where something is missing says what to do; where nothing is, it installs once and starts."""

import errno
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from feedback.processes import free_port

_SCRIPT = Path(__file__).parents[2] / "feedback" / "bootstrap.py"
_SHELL = Path(__file__).parents[2] / "run"


@pytest.fixture
def bootstrap() -> ModuleType:
    """The script as a module, for its single sentences."""
    spec = importlib.util.spec_from_file_location("bootstrap_script", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    path = list(sys.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.path[:] = path
    return module


class Checkout:
    """A small checkout: the real scripts, a lock of one package from a folder, and a program that says it ran."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "thư mục có dấu cách"
        self.wheels = folder / "wheels"
        self.wheels.mkdir(parents=True)
        (self.folder / "feedback").mkdir(parents=True)
        shutil.copy(_SCRIPT, self.folder / "feedback")
        shutil.copy(_SHELL, self.folder)
        (self.folder / "feedback" / "__init__.py").touch()
        (self.folder / "feedback" / "__main__.py").write_text(
            "import sys, tiny; print('RAN', sys.argv[1:], tiny.VERSION)"
        )
        self.lock(self.wheel("1.0"))
        shutil.copy(self.folder / "requirements.lock", self.folder / "requirements-dev.lock")

    @property
    def venv(self) -> Path:
        return self.folder / ".venv"

    def wheel(self, version: str) -> Path:
        path = self.wheels / f"tiny-{version}-py3-none-any.whl"
        about = f"tiny-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("tiny.py", f"VERSION = {version!r}\n")
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
        return path

    def lock(self, wheel: Path, digest: str | None = None) -> None:
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        version = wheel.name.split("-")[1]
        (self.folder / "requirements.lock").write_text(f"tiny=={version} \\\n    --hash=sha256:{digest}\n")

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        pip = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}
        return subprocess.run(
            command or (str(self.folder / "run"), "--port", "1"), cwd="/", capture_output=True, text=True,
            env={**clean, **pip, "PATH": f"{Path(sys.executable).parent}:{clean['PATH']}", **environment},
        )  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_first_run_installs_the_second_only_starts_and_a_new_lock_installs_again(checkout: Checkout) -> None:
    first = checkout.run()
    assert first.returncode == 0, first.stderr
    assert "RAN ['up', '--port', '1'] 1.0" in first.stdout
    assert "Downloading packages" in first.stdout

    second = checkout.run()
    assert second.stdout == "RAN ['up', '--port', '1'] 1.0\n"

    command = checkout.run(str(checkout.venv / "bin" / "feedback"), "hello")
    assert command.stdout == "RAN ['hello'] 1.0\n"

    checkout.lock(checkout.wheel("2.0"))
    third = checkout.run()
    assert third.stdout.splitlines()[-1] == "RAN ['up', '--port', '1'] 2.0"

    moved = checkout.folder.rename(checkout.folder.with_name("moved"))
    checkout.folder = moved
    fourth = checkout.run()
    assert fourth.returncode == 0, fourth.stderr
    assert checkout.run(str(checkout.venv / "bin" / "feedback"), "hello").stdout == "RAN ['hello'] 2.0\n"


def test_a_start_that_was_killed_in_the_middle_is_made_again(checkout: Checkout) -> None:
    checkout.run()
    (checkout.venv / "hoiam-installed.json").rename(checkout.venv / "hoiam-unfinished")
    (checkout.venv / "lib" / "rubbish").touch()
    assert "RAN" in checkout.run().stdout
    assert not (checkout.venv / "lib" / "rubbish").exists()
    assert not (checkout.venv / "hoiam-unfinished").exists()
    assert set(json.loads((checkout.venv / "hoiam-installed.json").read_text())) == {"place", "requirements.lock"}


def test_without_the_network_it_says_so_and_leaves_nothing(checkout: Checkout) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/simple"
    done = checkout.run(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=nowhere)
    assert done.returncode == 1
    assert "hãy kiểm tra mạng" in done.stderr
    assert "check the network" in done.stderr
    assert not checkout.venv.exists()


def test_an_altered_package_is_refused(checkout: Checkout) -> None:
    checkout.lock(checkout.wheel("1.0"), digest="0" * 64)
    done = checkout.run()
    assert done.returncode == 1
    assert "does not match its checksum" in done.stderr
    assert not checkout.venv.exists()


def test_without_ensurepip_it_names_the_package_to_install(checkout: Checkout) -> None:
    debian = "import runpy, sys; sys.modules['ensurepip'] = None; sys.argv[:] = sys.argv[1:]; "
    script = str(checkout.folder / "feedback" / "bootstrap.py")
    run = "runpy.run_path(sys.argv[0], run_name='__main__')"
    done = checkout.run(sys.executable, "-c", debian + run, script, "run")
    assert done.returncode == 1
    assert done.stderr.splitlines()[1].endswith("run “apt-get install python3-venv” and run this again.")
    assert not checkout.venv.exists()


@pytest.mark.skipif(not os.path.ismount("/sys"), reason="needs a folder that nobody can write, not even root")
def test_a_folder_that_cannot_be_written_is_named(bootstrap: ModuleType) -> None:
    bootstrap.ROOT = "/sys"
    with pytest.raises(bootstrap.Problem, match="/sys cannot be written; copy it to a folder of your own"):
        bootstrap.check_writable("run")


def test_a_full_disk_is_named_before_and_during(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bootstrap.ROOT = str(tmp_path)
    little = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda folder: little)
    with pytest.raises(bootstrap.Problem, match="The disk is full"):
        bootstrap.check_writable("run")
    said = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
    assert "The disk is full" in str(bootstrap.pip_problem(said))
    assert "The disk is full" in str(bootstrap.disk_problem(OSError(errno.ENOSPC, "")))


@pytest.mark.parametrize(
    ("system", "machine", "libc", "said"),
    [
        ("linux", "x86_64", (2, 36), None),
        ("linux", "aarch64", (2, 28), None),
        ("darwin", "arm64", None, None),
        ("linux", "x86_64", None, "Linux (musl)"),
        ("linux", "x86_64", (2, 17), "Linux (glibc 2.17)"),
        ("linux", "riscv64", (2, 36), "linux (riscv64)"),
        ("win32", "AMD64", None, "win32"),
    ],
)
def test_where_it_does_not_run_it_says_so(
    bootstrap: ModuleType, system: str, machine: str, libc: tuple[int, int] | None, said: str | None
) -> None:
    assert bootstrap.wrong_platform(system, machine, libc) == said


@pytest.mark.parametrize("version", [(3, 8, 10), (3, 15, 0)])
def test_a_python_that_is_too_old_or_too_new_is_told_which_it_should_be(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.Problem, match=r"Python 3\.11 to 3\.14 is needed"):
        bootstrap.check_python(["run"])


def test_an_old_python_can_still_read_the_script() -> None:
    import ast

    ast.parse(_SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


def test_the_lock_files_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (_SCRIPT.parents[1] / name).read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") > text.count("==") > 20


def test_the_longer_lock_holds_the_shorter_one() -> None:
    short, long = (
        {line for line in (_SCRIPT.parents[1] / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert short < long


@pytest.mark.parametrize(("given", "wanted", "handed_on"), [
    ((), None, ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]),
    (("--rest",), "1", ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]),
    (("--rest", "tests/web"), "1", ["tests/web"]),
    (("tests/web", "-x"), None, ["tests/web", "-x"]),
])
def test_test_runs_the_short_form_and_with_rest_what_that_leaves_out(
        bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], wanted: str | None,
        handed_on: list[str]) -> None:
    became: list[list[str]] = []
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOIAM_", "FEED"))}
    monkeypatch.chdir(Path.cwd())
    monkeypatch.setattr(bootstrap.os, "environ", environment)
    monkeypatch.setattr(bootstrap, "installed", lambda *_: True)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda *_: 0)
    monkeypatch.setattr(bootstrap, "become", lambda _python, words: became.append(words))
    bootstrap.main(["test", *given])
    assert became == [["-m", "pytest", *handed_on]]
    assert environment.get("HOIAM_REST") == wanted
