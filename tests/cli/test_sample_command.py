"""``feedback sample``: only in a trial, and the accounts are shown to its owner alone."""

import re
from collections import Counter
from pathlib import Path

from click.testing import CliRunner

from feedback.cli import sample as command
from feedback.cli import up
from feedback.services.samples import data

ENVIRONMENT = {"FEEDBACK_SECRET_KEY": "s" * 40, "FEEDBACK_PEPPER": "p" * 40,
               "FEEDBACK_BASE_URL": "http://127.0.0.1:8000"}


def run(tmp_path, *arguments, **more):
    return CliRunner().invoke(command.sample, list(arguments), env={
        **ENVIRONMENT, "FEEDBACK_DATA": str(tmp_path / "var"), "FEEDBACK_KEYS": str(tmp_path / "keys"), **more})


def test_it_refuses_outside_a_trial(tmp_path):
    done = run(tmp_path, "--accounts", FEEDBACK_TRIAL="")
    assert done.exit_code == 1
    assert "in a trial only" in done.output
    assert "mau-" not in done.output


def test_it_shows_who_can_sign_in(tmp_path):
    (tmp_path / "var").mkdir()
    done = run(tmp_path, "--accounts", FEEDBACK_TRIAL="1")
    assert done.exit_code == 0, done.output
    assert "ha.dieu-phoi@mau.example" in done.output
    assert "coordinator" in done.output


def test_the_list_is_readable_by_its_owner_alone(tmp_path):
    file = tmp_path / "accounts.txt"
    command._write(file, "x")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.txt"]


def test_everybody_whom_the_tour_names_is_printed_at_the_start():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    tour = readme.split("### A tour", 1)[1].split("\n## ", 1)[0]
    printed = "\n".join(command._listed("x").splitlines()[:up._ACCOUNT_LINES])
    named = set(re.findall(r"`([a-z]+\.[a-z.-]+)`", tour))
    assert len(named) >= 10
    assert [name for name in sorted(named) if f"{name}@mau.example" not in printed] == []


def test_whoever_needs_a_second_person_finds_one_in_the_trial():
    people = Counter(role for row in data.rows("accounts") for role in row["roles"])
    for role in ("coordinator", "intake", "restricted_desk", "publisher", "administrator"):
        assert people[role] >= 2, role
