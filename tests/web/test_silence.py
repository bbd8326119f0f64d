"""No answer by the due date is "not answered" by the clock: on the pages, in the figures, and without reading."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.domain.answers.taxonomy import Flag, Level
from feedback.domain.lifecycle import Action
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.queries.silence import by_the_clock, level_by_the_clock, silent
from feedback.services.month_counts import month_counts
from tests.factories import Member
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.stage import bring
from workers import schedule

WORDS = "Không trả lời, tính theo đồng hồ"


def test_a_case_past_its_due_date_counts_as_not_answered_without_reading_a_word(
        app: Flask, cast: Cast, frozen: Clock, sign_in: Callable[[Member], Client],
        monkeypatch: pytest.MonkeyPatch) -> None:
    late, answered = bring(app, cast, Action.APPROVE), bring(app, cast, Action.RELEASE)
    assert WORDS not in sign_in(cast.chi).get(f"/desk/cases/{late.reference}").text
    frozen.stand_at("2026-12-09")

    def unread(*_: object, **__: object) -> None:
        raise AssertionError("no word has to be read")

    monkeypatch.setattr("feedback.domain.answers.sentences.read", unread)
    monkeypatch.setattr("feedback.domain.answers.verdict.read_answer", unread)
    assert WORDS in sign_in(cast.chi).get(f"/desk/cases/{late.reference}").text
    assert WORDS not in sign_in(cast.chi).get(f"/desk/cases/{answered.reference}").text
    with app.app_context():
        assert list(db.session.scalars(select(Case.id).where(silent()))) == [late.case_id]
        clocks = {row.case_id: row for row in db.session.scalars(select(Deadline).where(Deadline.kind == "total"))}
        assert (by_the_clock(clocks[late.case_id]), level_by_the_clock(clocks[late.case_id])) == (
            Flag.NONE, Level.NOT_ANSWERED)
        assert (by_the_clock(clocks[answered.case_id]), level_by_the_clock(None)) == (None, None)
        db.session.rollback()


def test_the_overview_and_the_public_figures_say_how_many(
        app: Flask, cast: Cast, frozen: Clock, client: Client, sign_in: Callable[[Member], Client]) -> None:
    bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-09")
    with app.app_context():
        schedule.run_by_hand("counts")
    assert "1 hồ sơ đang mở đã quá hạn: theo đồng hồ, tính là không trả lời." in sign_in(cast.ha).get(
        "/supervision/").text
    told = client.get("/statistics").text
    assert "Hạn trả lời trong tháng đã qua mà chưa có câu trả lời" in told
    with app.app_context():
        assert month_counts()["month.2026-12.silent"] == 1
        db.session.rollback()
