"""``feedback sample``: only in a trial, and the accounts are shown to its owner alone."""

from click.testing import CliRunner

from feedback.cli import sample as command

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
