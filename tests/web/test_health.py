"""Is the house well? Load balancers, people and alarms are told, and nobody else learns anything from it."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from feedback.adapters.mail import Letter, compose
from feedback.domain.sweeps import SWEEPS
from feedback.extensions import db
from feedback.services.watchdog import Tally
from tests.engines.smtp import Sink
from tests.fixtures.application import assemble
from tests.fixtures.time import Clock
from workers import schedule


@pytest.fixture
def plain(app: Flask) -> FlaskClient:
    """A client without the page checks: these answers are for machines."""
    return app.test_client()


@pytest.fixture
def swept(app: Flask, frozen: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every sweep has just run."""
    monkeypatch.setattr(schedule, "DEEDS", dict.fromkeys(SWEEPS, Tally))
    monkeypatch.setattr("feedback.services.watchdog.database_clock", lambda: None)
    with app.app_context():
        schedule.tick()
        db.session.remove()


def test_a_living_house_says_so(plain: FlaskClient) -> None:
    answer = plain.get("/livez")
    assert (answer.status_code, answer.json) == (200, {"ok": True})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_house_whose_database_is_gone_says_so(app: Flask, plain: FlaskClient,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> bool:
        raise OperationalError("select", {}, Exception("secret of the connection"))

    monkeypatch.setattr("feedback.queries.health.database_answers", gone)
    monkeypatch.setattr("feedback.queries.health.report", lambda **_: gone())
    assert plain.get("/livez").status_code == 503
    answer = plain.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["faults"] == ["database"]
    assert b"secret" not in answer.data


def test_a_healthy_house_answers_200(swept: None, queued: str, post: Sink, plain: FlaskClient) -> None:
    answer = plain.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"faults": [], "ok": True, "words": []})


def test_what_is_wrong_is_named_in_words_and_codes(swept: None, plain: FlaskClient, frozen: Clock) -> None:
    frozen.go_on(minutes=8)
    answer = plain.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["faults"][0] == "sweep_late:overdue"
    assert answer.json["faults"][-2:] == ["vault", "queue"]
    assert answer.json["words"][-1] == "Hàng đợi không phản hồi. Công việc vẫn tiếp tục, nhưng chậm hơn."
    assert plain.get("/en/healthz").json["words"][-1] == "The queue does not answer. Work goes on, more slowly."


def test_the_trials_pages_exist_in_a_trial_only(app: Flask, plain: FlaskClient) -> None:
    assert not app.extensions["settings"].trial
    assert plain.get("/trial/mailbox").status_code == 404
    assert plain.get("/trial/components").status_code == 404


def test_the_mailbox_of_a_trial_shows_what_was_sent(app: Flask, tmp_path: Path) -> None:
    trial_settings = replace(app.extensions["settings"], trial=True, data=tmp_path)
    folder = trial_settings.data / "mailbox"
    folder.mkdir()
    letter = Letter(subject="Có tin mới", text=f"Kính gửi,\n\n{trial_settings.base_url}/\n", html="<p>x</p>",
                    language="vi")
    (folder / "20261121T000000.eml").write_bytes(
        compose(letter, to="an@thu.example", mail_from="a@b.vn", dedupe="t").as_bytes())
    client = assemble(trial_settings).test_client()
    page = client.get("/trial/mailbox").get_data(as_text=True)
    assert "Có tin mới" in page
    assert "an@thu.example" in page
    assert f'<a href="{trial_settings.base_url}/">' in page
    assert "The newest" not in page
    assert client.get("/trial/components").status_code == 200
    assert client.get("/en/trial/mailbox").status_code == 200


def test_a_proxy_that_nobody_counted_is_said_aloud(swept: None, queued: str, post: Sink,
                                                   plain: FlaskClient) -> None:
    answer = plain.get("/healthz", headers={"X-Forwarded-For": "203.0.113.7"})
    assert (answer.status_code, answer.json["faults"]) == (503, ["proxy"])
