"""``feedback calendar due`` counts with the calendar that the administrator keeps."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from feedback import clock
from feedback.cli.installed_calendar import calendar
from feedback.extensions import db, writing
from feedback.models.deadlines import CalendarDay, CalendarVersion

DUE = ["due", "--received", "2026-03-02", "--days", "1"]


@pytest.fixture
def installed(app, monkeypatch, tmp_path):
    """The settings of the test's database in the environment, as an operator has them."""
    settings = app.extensions["settings"]
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key,
                        "PEPPER": settings.pepper, "DATA": str(settings.data), "KEYS": str(settings.keys)}.items():
        monkeypatch.setenv(f"FEEDBACK_{name}", value)


def test_a_day_off_that_was_added_moves_the_date_at_once(app, installed):
    assert CliRunner().invoke(calendar, DUE).stdout == "2026-03-03\n"
    with app.app_context(), writing():
        years = db.session.query(CalendarVersion).one().years
        db.session.add(CalendarDay(day=date(2026, 3, 3), kind="off", name_vi="Nghỉ bão", name_en="Storm",
                                   source="Công văn mẫu", to_confirm=False))
        db.session.add(CalendarVersion(at=clock.now() + timedelta(seconds=1), note="bão", years=years))
    told = CliRunner().invoke(calendar, [*DUE, "--explain"])
    assert told.stdout.startswith("2026-03-04\n")
    assert "Nghỉ bão (Công văn mẫu)" in told.stdout


def test_without_an_installation_the_shipped_calendar_counts(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FEEDBACK_DATA", raising=False)
    told = CliRunner().invoke(calendar, ["due", "--received", "2026-02-13", "--days", "5", "--unit", "working"])
    assert (told.exit_code, told.stdout) == (0, "2026-02-27\n")
