"""One parent, its children, and what becomes of them."""

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from feedback.cli.trial import home
from tests.engines.patience import wait_until

_PARENT = """
import os, sys
from pathlib import Path
from feedback.cli.trial import children, home
from feedback.cli.trial.children import Child, Family
from feedback.cli.trial.guard import KernelGuard, PipeGuard

folder = Path(sys.argv[1])
children._FIRST_PAUSE = 0.01
guard = KernelGuard()
if "macos" in sys.argv:
    children.dies_with_parent = lambda: None
    guard = PipeGuard()

def python(name, code, **more):
    own = "import os, signal, sys, time; from pathlib import Path; "
    own += f"(Path({str(folder)!r}) / ({name!r} + '.pid')).write_text(str(os.getpid())); "
    return Child(name, [sys.executable, "-c", own + code], **more)

def say(vietnamese, english):
    print(english, flush=True)

STAY = "time.sleep(600)"
with home.lock(folder) as held:
    family = Family(environment=os.environ, logs=folder, say=say, guard=guard, keep_open=[held])
"""


@contextmanager
def _parent(folder: Path, body: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    script = _PARENT + textwrap.indent(textwrap.dedent(body), "    ")
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder), *arguments], stdout=subprocess.PIPE, text=True
    ) as parent:
        try:
            yield parent
        finally:
            parent.kill()
            for path in folder.glob("*.pid"):
                if _alive(int(path.read_text() or 0)):
                    os.kill(int(path.read_text()), signal.SIGKILL)


def _alive(pid: int) -> bool:
    """Running, and not merely waiting to be reaped."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _pid(folder: Path, name: str) -> int:
    path = folder / f"{name}.pid"
    wait_until(lambda: path.exists() and path.read_text(), what=f"for {name}")
    return int(path.read_text())


_TWO = """
    family.start(python("server", STAY, leaned_on=True))
    family.start(python("page", STAY))
    family.tend()
    family.close()
    print("closed", flush=True)
"""


@pytest.mark.parametrize("system", ["linux", "macos"])
def test_children_die_when_the_parent_is_killed(tmp_path: Path, system: str) -> None:
    with _parent(tmp_path, _TWO, system) as parent:
        children = [_pid(tmp_path, name) for name in ("server", "page")]
        parent.kill()
        wait_until(lambda: not any(map(_alive, children)), what="for the children to die")


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_children_and_then_the_parent(tmp_path: Path, sig: signal.Signals) -> None:
    with _parent(tmp_path, _TWO) as parent:
        children = [_pid(tmp_path, name) for name in ("server", "page")]
        parent.send_signal(sig)
        assert parent.communicate(timeout=5)[0] == "closed\n"
        assert parent.returncode == 0
        assert not any(map(_alive, children))


def test_even_stubborn_children_and_their_children_end_within_three_seconds(tmp_path: Path) -> None:
    stubborn = """
        family.start(python("server", "signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1); " + STAY,
                            leaned_on=True))
        family.start(python("page", "signal.signal(signal.SIGTERM, signal.SIG_IGN); pid = os.fork(); "
                            f"pid or Path({str(folder / 'grandchild.pid')!r}).write_text(str(os.getpid())); "
                            + STAY))
        family.tend()
        family.close()
    """
    with _parent(tmp_path, stubborn) as parent:
        family = [_pid(tmp_path, name) for name in ("server", "page", "grandchild")]
        before = time.monotonic()
        parent.terminate()
        parent.wait(10)
        assert time.monotonic() - before < 3
        wait_until(lambda: not any(map(_alive, family)))


def test_what_the_others_lean_on_ends_last(tmp_path: Path) -> None:
    ending = """
        bye = "def bye(*_): open({!r}, 'a').write({!r}); os._exit(0)"
        for name, leaned_on in (("server", True), ("page", False)):
            definition = bye.format(str(folder / "order"), name + " ")
            code = f"exec({definition!r}); signal.signal(signal.SIGTERM, bye); "
            code += f"Path({str(folder / name)!r}).touch(); " + STAY
            family.start(python(name, code, leaned_on=leaned_on))
        family.wait(lambda: all((folder / name).exists() for name in ("server", "page")), 10)
        family.close()
    """
    with _parent(tmp_path, ending) as parent:
        parent.wait(10)
    assert (tmp_path / "order").read_text() == "page server "


def test_a_child_that_dies_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    with _parent(tmp_path, _TWO) as parent:
        first = _pid(tmp_path, "page")
        (tmp_path / "page.pid").unlink()
        os.kill(first, signal.SIGKILL)
        assert parent.stdout is not None
        log = tmp_path / "page.log"
        assert parent.stdout.readline() == f"page ended (code -9), starting it again in 0.01 s; see {log}\n"
        second = _pid(tmp_path, "page")
        assert second != first
        (tmp_path / "page.pid").unlink()
        os.kill(second, signal.SIGKILL)
        assert "again in 0.02 s" in parent.stdout.readline()


def test_a_child_that_cannot_live_ends_the_waiting(tmp_path: Path) -> None:
    hopeless = """
        family.start(python("page", "print('no such table'); sys.exit(3)"))
        print(family.wait(lambda: False, 30), family.failing().name, family.last_words(family.failing()))
        family.close()
    """
    with _parent(tmp_path, hopeless) as parent:
        assert parent.communicate(timeout=10)[0].splitlines()[-3:] == [
            "False page no such table",
            "no such table",
            "no such table",
        ]


def test_tasks_run_side_by_side_and_the_failed_one_is_named(tmp_path: Path) -> None:
    tasks = """
        good, bad = python("good", "sys.exit(0)"), python("bad", "sys.exit(1)")
        print(family.run(good), family.run(good, bad).name)
        family.close()
    """
    with _parent(tmp_path, tasks) as parent:
        assert parent.communicate(timeout=10)[0] == "None bad\n"


def test_the_folder_is_locked_until_the_last_child_of_a_killed_parent_has_gone(tmp_path: Path) -> None:
    stubborn = """
        family.start(python("page", "signal.signal(signal.SIGTERM, signal.SIG_IGN); " + STAY))
        family.wait(lambda: (folder / "page.pid").exists() and (folder / "page.pid").read_text(), 10)
        print("up", flush=True)
        family.tend()
    """
    with _parent(tmp_path, stubborn) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"
        wait_until(lambda: _ignores_sigterm(_pid(tmp_path, "page")))
        parent.kill()
        parent.wait()
        with (tmp_path / "up.lock").open() as file:
            with pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.kill(_pid(tmp_path, "page"), signal.SIGKILL)
            wait_until(lambda: _locked(file.fileno()))


def _ignores_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    ignored = next(line for line in status.splitlines() if line.startswith("SigIgn"))
    return bool(int(ignored.split()[1], 16) & (1 << (signal.SIGTERM - 1)))


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def test_a_second_trial_in_the_same_folder_is_told_who_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "_LOCK_SECONDS", 0.1)
    with home.lock(tmp_path), pytest.raises(home.Occupied, match=str(os.getpid())), home.lock(tmp_path):
        pass
    with home.lock(tmp_path):
        pass


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    keys = home.private_folder(tmp_path / "keys")
    first = {name: path.read_text() for name, path in home.secret_files(keys, data_exists=False).items()}
    assert first.keys() == {"secret_key", "pepper"}
    assert len(set(first.values())) == 2
    assert all(len(secret) >= 32 for secret in first.values())
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert keys.stat().st_mode & 0o777 == 0o700
    again = {name: path.read_text() for name, path in home.secret_files(keys, data_exists=True).items()}
    assert again == first


def test_data_without_its_keys_is_not_started_with_new_ones(tmp_path: Path) -> None:
    with pytest.raises(home.KeysMissing):
        home.secret_files(tmp_path, data_exists=True)
    assert list(tmp_path.iterdir()) == []


def test_long_logs_are_set_aside_and_short_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "_LONG_LOG_BYTES", 10)
    (tmp_path / "web.log").write_text("much too long a log")
    (tmp_path / "vault.log").write_text("short")
    home.set_aside_long_logs(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"web.log.1", "vault.log"}


def test_sockets_go_to_a_short_folder_when_the_data_folders_path_is_too_long(tmp_path: Path) -> None:
    deep = tmp_path / ("đường dẫn rất dài " * 5)
    deep.mkdir()
    with home.socket_folder(deep) as folder:
        assert len(os.fsencode(folder / "valkey.sock")) <= 103
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()
