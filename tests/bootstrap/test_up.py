"""`feedback up`: one command starts a whole trial, and everything ends with it."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.engines.folders import short_folder
from tests.engines.patience import wait_until
from tests.engines.trial import Trial, alive, running_trial


@pytest.fixture(scope="module")
def trial() -> Iterator[Trial]:
    with short_folder("up-") as folder, running_trial(folder) as running:
        running.until_told()
        yield running


def test_one_command_starts_pages_workers_vault_mailbox_and_queue(trial: Trial) -> None:
    assert trial.get("/livez") == 200
    assert trial.get("/") == 200
    assert len(trial.doing("-m workers")) >= 2
    for name in ("valkey-server", "vault serve", "mailbox", "gunicorn"):
        assert trial.doing(name), name


def test_nothing_listens_beyond_loopback_and_only_known_hosts_are_answered(trial: Trial) -> None:
    listening = {
        connection.laddr.ip
        for process in trial.descendants()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    assert trial.get("/", host="evil.example") == 400


def test_data_and_keys_are_for_their_owner_alone(trial: Trial) -> None:
    for folder in ("var", "keys", "var/mailbox", "var/valkey", "var/log"):
        assert (trial.folder / folder).stat().st_mode & 0o777 == 0o700, folder


def test_another_trial_in_the_same_folder_is_refused(trial: Trial) -> None:
    second = Trial(trial.folder)
    errors = second.process.communicate(timeout=30)[1]
    assert second.process.returncode == 1
    assert f"in use by process {trial.process.pid}; stop that one first" in errors
    assert trial.get("/livez") == 200


def test_a_killed_worker_or_web_server_comes_back(trial: Trial) -> None:
    for words in ("-m workers", "gunicorn"):
        victim = min(trial.doing(words), key=lambda process: process.create_time())
        victim.kill()
        wait_until(lambda victim=victim: not alive([victim]))
    wait_until(lambda: len(alive(trial.doing("-m workers"))) >= 2, seconds=20)

    def answers() -> bool:
        try:
            return trial.get("/livez") == 200
        except OSError:
            return False

    wait_until(answers, seconds=20)


def test_ctrl_c_ends_everything_within_three_seconds() -> None:
    with short_folder("up-") as folder, running_trial(folder) as trial:
        trial.until_told()
        family = trial.descendants()
        before = time.monotonic()
        trial.process.send_signal(signal.SIGINT)
        assert trial.process.wait(10) == 0
        assert time.monotonic() - before < 3
        assert not alive(family)
        with running_trial(folder) as again:  # and it can be started again
            again.until_told()
            again.process.terminate()
            assert again.process.wait(10) == 0


def test_the_first_start_makes_the_sample_people_and_the_second_finds_them() -> None:
    with short_folder("up-") as folder:
        with running_trial(folder, FEEDBACK_SAMPLE="1") as first:
            said = first.until_told()
            assert "Making the sample data" in said
            assert "ha.dieu-phoi@mau.example" in said
            first.process.terminate()
            assert first.process.wait(10) == 0
        with running_trial(folder, FEEDBACK_SAMPLE="1") as second:
            again = second.until_told()
        assert "Making" not in again
        assert again.partition("Sample accounts")[2] == said.partition("Sample accounts")[2]


def test_killing_the_parent_ends_everything() -> None:
    with short_folder("up-") as folder, running_trial(folder) as trial:
        trial.until_told()
        family = trial.descendants()
        trial.process.kill()
        assert len(family) >= 8  # queue, mailbox, vault, two workers, the web server and its two processes
        wait_until(lambda: not alive(family), seconds=15)


def test_stopping_while_it_starts_leaves_nothing_behind() -> None:
    with short_folder("up-") as folder, running_trial(folder) as trial:
        wait_until(lambda: trial.doing("db upgrade"))
        family = trial.descendants()
        trial.process.terminate()
        assert trial.process.wait(10) == 0
        assert not alive(family)


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with running_trial(tmp_path, FEEDBACK_PORT=str(port)) as trial:
            errors = trial.process.communicate(timeout=30)[1]
    assert trial.process.returncode == 1
    assert f"Cổng {port} đang có chương trình khác dùng" in errors
    assert f"Port {port} is in use; set FEEDBACK_PORT to another number" in errors
    assert list(tmp_path.iterdir()) == []


def test_data_without_keys_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "feedback.db").touch()
    with running_trial(tmp_path) as trial:
        errors = trial.process.communicate(timeout=30)[1]
    assert trial.process.returncode == 1
    assert "bring the keys folder back, or delete var" in errors


@pytest.mark.skipif(not os.path.ismount("/sys"), reason="needs a folder that nobody can write, not even root")
def test_a_data_folder_that_cannot_be_written_is_named() -> None:
    with running_trial(Path("/sys")) as trial:
        errors = trial.process.communicate(timeout=30)[1]
    assert trial.process.returncode == 1
    assert "The data folder cannot be written" in errors
