"""``feedback publication index`` writes the register's index anew, batch by batch, and may be run again."""

from datetime import date

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from feedback.cli import importing
from feedback.extensions import db, writing
from feedback.models.publications import Publication, PublicationTokens
from feedback.queries import register
from feedback.services import register_index

pytestmark = pytest.mark.both_engines  # each engine has its own full-text search


def test_cases_without_a_row_are_found_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: app)
    monkeypatch.setattr(register_index.after, "__kwdefaults__", {"most": 2})
    with app.app_context(), writing():
        db.session.add_all(Publication(
            reference=f"T{n:03d}", status="published", title=f"Hồ sơ đất đai số {n}", summary="", language="vi",
            agency_code="H1", agency_vi="Sở", agency_en="Office", kind="behaviour", category="late_result",
            outcome="resolved", found="", done="", owner="", ground="", next_step="", etag="",
            published_on=date(2026, 11, 2)) for n in range(5))
    for _turn in range(2):
        answer = CliRunner().invoke(importing.publication, ["index"])
        assert answer.exit_code == 0, answer.output
        assert "Published cases indexed: 5" in answer.output
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(PublicationTokens)) == 5
            assert register.newest(text="dat dai").total == 5
