"""``feedback create-admin`` on an empty system, and never again."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from feedback.cli.accounts import create_admin
from feedback.config import Settings
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.people import Person, RoleGrant
from feedback.services import accounts
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture
def env(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of the command, which uses the test's own app."""
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: app)
    return {"FEEDBACK_DATABASE_URL": settings.database_url, "FEEDBACK_DATA": str(settings.data),
            "FEEDBACK_KEYS": str(settings.keys), "FEEDBACK_SECRET_KEY": settings.secret_key,
            "FEEDBACK_PEPPER": settings.pepper}


def people(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        return [tuple(row) for row in db.session.execute(
            select(Person.email, RoleGrant.role).join(RoleGrant, RoleGrant.person_id == Person.id))]


def test_the_first_administrator_is_made_from_prompts_and_the_second_refused(
        app: Flask, env: dict[str, str]) -> None:
    typed = f"Quan@Tinh.example\nĐỗ Minh Quân\n{PASSWORD}\n{PASSWORD}\n"
    answer = CliRunner().invoke(create_admin, [], input=typed, env=env)
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    assert people(app) == [("quan@tinh.example", "administrator")]
    again = CliRunner().invoke(create_admin, [], input="khac@tinh.example\nAi Khác\n", env=env)
    assert again.exit_code == 1
    assert "Password" not in again.output  # refused before anything secret is asked
    assert "administrator already" in again.output
    assert len(people(app)) == 1


def test_a_second_one_is_made_where_a_single_one_is_left_of_two(app: Flask, env: dict[str, str]) -> None:
    """A single administrator who once had a colleague may appoint nobody alone: the machine's owner helps."""
    with app.app_context(), writing():
        quan, minh = (factories.member(name, Role.ADMINISTRATOR) for name in ("Đỗ Minh Quân", "Lê Công Minh"))
    typed = f"khac@tinh.example\nAi Khác\n{PASSWORD}\n{PASSWORD}\n"
    assert CliRunner().invoke(create_admin, [], input=typed, env=env).exit_code == 1
    with app.app_context(), writing():
        accounts.disable(db.session.get_one(Person, minh.id), actor=factories.actor_of(quan))
    answer = CliRunner().invoke(create_admin, [], input=typed, env=env)
    assert answer.exit_code == 0, answer.output
    assert ("khac@tinh.example", "administrator") in people(app)


def test_a_password_may_come_from_a_file(app: Flask, env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "password").write_text(PASSWORD + "\r\n", encoding="utf-8")
    answer = CliRunner().invoke(create_admin, ["--email", "quan@tinh.example", "--name", "Quân",
                                               "--password-file", str(tmp_path / "password")], env=env)
    assert answer.exit_code == 0, answer.output
    assert len(people(app)) == 1


@pytest.mark.parametrize(("password", "words"), [("", "15 characters"), ("quá ngắn", "15 characters"),
                                                 ("a" * 20, "repeats itself")])
def test_a_weak_password_is_refused_in_words(
        app: Flask, env: dict[str, str], tmp_path: Path, password: str, words: str) -> None:
    (tmp_path / "password").write_text(password, encoding="utf-8")
    answer = CliRunner().invoke(create_admin, ["--email", "quan@tinh.example", "--name", "Quân",
                                               "--password-file", str(tmp_path / "password")], env=env)
    assert answer.exit_code == 1
    assert words in answer.output
    assert people(app) == []
