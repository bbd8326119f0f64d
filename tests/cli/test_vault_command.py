"""``feedback vault`` as people and ``feedback up`` call it: real processes, real keys."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from feedback.adapters import vault_keys
from feedback.cli.vault import vault
from feedback.config import Settings
from feedback.extensions import db
from feedback.models.identity import SealedIdentity
from feedback.services import opening
from tests.engines.patience import wait_until
from tests.fixtures.cast import Citizen

# The commands are the same on both databases; what they read is proven on both in tests/adapters/test_vault.py.
pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def env(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a process of this house. Commands called in this process use the test's own app, whose
    connections are closed before the next test."""
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: app)
    return {
        "FEEDBACK_DATABASE_URL": settings.database_url, "FEEDBACK_DATA": str(settings.data),
        "FEEDBACK_KEYS": str(settings.keys), "FEEDBACK_SECRET_KEY": settings.secret_key,
        "FEEDBACK_PEPPER": settings.pepper, "FEEDBACK_BASE_URL": settings.base_url,
        "FEEDBACK_VAULT_SOCKET": str(settings.data / "cli.sock")}


@pytest.fixture
def process(env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A vault process that answers."""
    Path(env["FEEDBACK_VAULT_SOCKET"]).unlink(missing_ok=True)  # left by the one that was killed before
    started = subprocess.Popen([sys.executable, "-m", "feedback", "vault", "serve"],
                               env={**os.environ, **env}, stderr=subprocess.PIPE)
    path = Path(env["FEEDBACK_VAULT_SOCKET"])
    try:
        wait_until(lambda: path.exists() or started.poll() is not None, seconds=30, what="for the vault")
        yield started
    finally:
        started.kill()
        started.communicate()


def test_the_process_answers_and_leaves_nothing_behind_when_told_to_stop(
        process: subprocess.Popen[bytes], env: dict[str, str]) -> None:
    path = Path(env["FEEDBACK_VAULT_SOCKET"])
    answer = subprocess.run([sys.executable, "-m", "feedback", "vault", "check"], env={**os.environ, **env},
                            capture_output=True, text=True, timeout=30, check=False)
    assert answer.returncode == 0, answer.stderr
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=3) == 0
    assert not path.exists()


def test_without_a_vault_the_check_says_so(env: dict[str, str]) -> None:
    answer = CliRunner().invoke(vault, ["check"], env=env)
    assert answer.exit_code == 1
    assert "does not answer" in answer.output


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_process_leaves_no_core_dump_and_no_other_may_look_into_it(process: subprocess.Popen[bytes]) -> None:
    assert resource.prlimit(process.pid, resource.RLIMIT_CORE) == (0, 0)
    # a process that may not be dumped belongs to root in /proc, whoever runs it
    assert os.stat(f"/proc/{process.pid}/environ").st_uid == 0


def test_a_second_vault_is_refused_with_one_sentence(
        process: subprocess.Popen[bytes], env: dict[str, str]) -> None:
    second = subprocess.run([sys.executable, "-m", "feedback", "vault", "serve"], env={**os.environ, **env},
                            capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert "already answers" in second.stderr
    assert "Traceback" not in second.stderr


def test_keys_that_others_can_read_stop_the_vault_with_the_remedy(
        env: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    vault_keys.ensure_keys(folder)
    (folder / "vault.key").chmod(0o644)
    for command in ("init-keys", "serve"):
        answer = CliRunner().invoke(vault, [command], env={**env, "FEEDBACK_KEYS": str(folder)})
        assert answer.exit_code == 1
        assert "chmod 600" in answer.output


def test_making_keys_twice_keeps_the_first(env: dict[str, str], tmp_path: Path) -> None:
    asked = {**env, "FEEDBACK_KEYS": str(tmp_path / "new")}
    first = CliRunner().invoke(vault, ["init-keys"], env=asked)
    assert first.exit_code == 0
    assert CliRunner().invoke(vault, ["init-keys"], env=asked).output == first.output


def test_a_rotation_seals_every_row_to_a_new_key_and_goes_on_after_being_killed(
        app: Flask, env: dict[str, str], an: Citizen, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts = [an.complains() for _ in range(3)]
    old = vault_keys.load_keyring(settings.keys).current
    with monkeypatch.context() as killed:  # after the new key was made, before the first row
        killed.setattr(opening, "reseal", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
        assert CliRunner().invoke(vault, ["rotate"], env=env).exit_code == 1
    new = vault_keys.load_keyring(settings.keys).current
    assert new != old
    answer = CliRunner().invoke(vault, ["rotate"], env=env)
    assert answer.exit_code == 0, answer.output
    assert "12 rows" in answer.output
    ring = vault_keys.load_keyring(settings.keys)
    assert ring.current == new
    with app.app_context():
        assert set(db.session.scalars(select(SealedIdentity.key_id))) == {new}
        for receipt in receipts:
            assert opening.read(receipt.case_id, find_key={new: ring.private[new]}.__getitem__) == an.identity


def test_the_old_key_goes_an_hour_after_nothing_needs_it(env: dict[str, str], settings: Settings) -> None:
    assert CliRunner().invoke(vault, ["rotate"], env=env).exit_code == 0
    retired = list((settings.keys / "retired").glob("*.key"))
    assert retired
    for path in retired:
        os.utime(path, (time.time() - 4000,) * 2)
    assert CliRunner().invoke(vault, ["rotate"], env=env).exit_code == 0
    assert not any(path.exists() for path in retired)
