"""Commands beside a trial: they act on it without being told its settings, and on nothing else."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from feedback.cli.trial.joining import follow_note, leave_note


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    leave_note(folder, {"FEEDBACK_DATA": str(folder), "FEEDBACK_PORT": "8123", "PATH": "/bin",
                        "FEEDBACK_SECRET_KEY_FILE": str(tmp_path / "keys/secret_key")})
    return folder


def test_a_command_finds_the_settings_of_the_trial(data: Path) -> None:
    environ = {"FEEDBACK_DATA": str(data), "FEEDBACK_PORT": "9000"}
    assert follow_note(environ) == data
    assert environ["FEEDBACK_SECRET_KEY_FILE"].endswith("keys/secret_key")
    assert environ["FEEDBACK_PORT"] == "9000"
    assert "PATH" not in environ


@pytest.mark.parametrize("name", ["FEEDBACK_SECRET_KEY", "FEEDBACK_PEPPER_FILE"])
def test_settings_of_another_system_are_left_alone(data: Path, name: str) -> None:
    environ = {"FEEDBACK_DATA": str(data), name: "given"}
    assert follow_note(environ) is None
    assert len(environ) == 2


def test_a_copied_data_folder_does_not_lead_back_to_the_first(data: Path, tmp_path: Path) -> None:
    data.rename(tmp_path / "copy")
    assert follow_note({"FEEDBACK_DATA": str(tmp_path / "copy")}) is None


def test_the_note_holds_no_secret_and_is_its_owners_alone(data: Path) -> None:
    assert stat.S_IMODE((data / "trial.json").stat().st_mode) == 0o600
    leave_note(data, {"FEEDBACK_DATA": str(data), "FEEDBACK_SECRET_KEY": "s" * 40})
    assert not (data / "trial.json").exists()


@pytest.mark.parametrize("words", [("audit", "verify"), ("clock", "status"), ("run-job", "overdue"), ("worker",)])
def test_a_missing_setting_is_one_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    done = subprocess.run([sys.executable, "-m", "feedback", *words], text=True, capture_output=True, check=False,
                          env={**clean, "FEEDBACK_DATA": str(tmp_path / "var")})
    assert done.returncode == 1
    assert "FEEDBACK_SECRET_KEY is missing" in done.stderr
    assert "Traceback" not in done.stderr
