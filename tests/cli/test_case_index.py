"""``feedback case index`` puts older cases into the index of staff search, and changes nothing when run again."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from feedback.cli import cases
from feedback.extensions import db, writing
from feedback.models.search import CaseTokens
from tests import factories

pytestmark = pytest.mark.both_engines  # each engine has its own full-text search


def rows(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(CaseTokens)) or 0


def test_older_cases_are_put_in_batch_by_batch(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: app)
    monkeypatch.setattr(cases, "BATCH", 2)
    with app.app_context(), writing():
        for _ in range(5):
            factories.complaint()
    with app.app_context(), writing():
        db.session.execute(CaseTokens.__table__.delete())
    for _turn in range(2):
        answer = CliRunner().invoke(cases.index, [])
        assert answer.exit_code == 0, answer.output
        assert "Cases indexed: 5" in answer.output
        assert rows(app) == 10
