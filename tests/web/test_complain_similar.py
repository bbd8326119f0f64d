"""Settled cases are shown before a complaint is sent: once, with enough to judge, one button from going on."""

from flask import Flask
from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.cases import Case
from tests.fixtures.client import Client, Reply
from tests.queries.test_register import put
from tests.web.complaining import CONTACT, FORM, back, onward, step_of, to

SETTLED = "Xin giấy phép xây dựng, bị yêu cầu nộp thêm bản sao hộ khẩu"


def settle(app: Flask) -> None:
    with app.app_context():
        put(SETTLED, question="Vì sao phải nộp thêm bản sao hộ khẩu?",
            answer="Yêu cầu này sai, đã bỏ ngày 12/11/2026; không phải nộp thêm giấy.")


def after_who(client: Client) -> Reply:
    return onward(client, to(client, "who"), **CONTACT)


def test_a_settled_case_is_shown_with_question_and_answer_before_sending(app: Flask, client: Client) -> None:
    settle(app)
    page = after_who(client)
    assert step_of(page) == "similar"
    for words in (SETTLED, "Yêu cầu này sai, đã bỏ ngày 12/11/2026", "Đã giải quyết", "Cơ quan H1.23"):
        assert words in page.text
    assert not [e for e in page.page.elements if e.get("target")], "nothing opens another window"
    check = onward(client, page)
    assert step_of(check) == "check"
    client.submit(check, action=FORM, go="send")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Case)) == 1


def test_they_are_shown_once_and_never_when_there_are_none(app: Flask, client: Client) -> None:
    assert step_of(after_who(client)) == "check"
    settle(app)
    page = after_who(client)
    assert step_of(page) == "similar"
    check = onward(client, page)
    assert step_of(onward(client, back(client, check, "who"))) == "check"


def test_going_back_from_them_loses_nothing(app: Flask, client: Client) -> None:
    settle(app)
    page = back(client, after_who(client), "who")
    assert step_of(page) == "who"
    assert page.page.form(action=FORM).values["email"] == [CONTACT["email"]]


def test_a_busy_network_is_led_past_them(app: Flask, client: Client, monkeypatch) -> None:
    settle(app)
    monkeypatch.setattr("feedback.web.public.complain.search_allowed", lambda: False)
    assert step_of(after_who(client)) == "check"
