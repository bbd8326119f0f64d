"""A complaint without an account, from the first page to the receipt."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session, selectinload

from feedback.domain.references import ALPHABET, check_key
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.web.public import complain
from tests.fixtures.application import SqlLog
from tests.fixtures.client import Client, Reply
from tests.web.complaining import CONTACT, FORM, STORY, back, onward, send, step_of, to, values


def cases(session: scoped_session[Session]) -> list[Case]:
    return list(session.scalars(select(Case).options(selectinload(Case.points)).order_by(Case.id)))


def key_on(reply: Reply) -> str:
    return reply.page.all("p", class_="key__text")[0].text


def test_a_complaint_is_sent_without_an_account_and_gets_a_receipt(
        client: Client, db_session: scoped_session[Session], frozen: Any) -> None:
    receipt = send(client, category="extra_papers")
    (case,) = cases(db_session)
    assert (case.state, case.language, case.identity_mode) == ("submitted", "vi", "confidential")
    assert case.narrative == STORY
    assert [p.text for p in case.points] == [
        "Vì sao tôi phải nộp thêm bản sao hộ khẩu?", "Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả."]
    assert case.reference in receipt.text
    assert check_key(key_on(receipt)) is None
    assert "Hạn trả lời: thứ Ba 08/12/2026 — còn 15 ngày làm việc" in receipt.text
    assert "Nếu không ai trả lời" in receipt.text


def test_who_sent_it_is_sealed_and_stands_nowhere_readable(
        client: Client, db_session: scoped_session[Session]) -> None:
    send(client)
    sealed = list(db_session.scalars(select(SealedIdentity).order_by(SealedIdentity.field)))
    assert [row.field for row in sealed] == ["email", "name"]
    assert not any(b"an@thu.example" in row.sealed for row in sealed)
    assert "an@thu.example" not in client.get("/complain/receipt").text


def test_an_accepted_complaint_costs_one_commit(client: Client, sql_log: SqlLog) -> None:
    check = to(client, "check")
    sql_log.clear()
    client.submit(check, action=FORM, go="send", follow=False)
    assert sql_log.commits == 1


def test_an_anonymous_complaint_leaves_nothing_about_the_sender(
        client: Client, db_session: scoped_session[Session]) -> None:
    send(client, mode="anonymous")
    assert cases(db_session)[0].identity_mode == "anonymous"
    assert db_session.scalar(select(func.count()).select_from(SealedIdentity)) == 0


def test_an_english_complaint_is_answered_in_english(client: Client, db_session: scoped_session[Session]) -> None:
    receipt = send(client.in_english(), narrative="They asked for one more paper. Why do I need it?")
    assert "working days left" in receipt.text
    assert cases(db_session)[0].language == "en"


def test_a_complaint_about_money_on_the_side_is_for_its_own_desk(
        client: Client, db_session: scoped_session[Session]) -> None:
    send(client, category="unofficial_cost")
    assert cases(db_session)[0].restricted


def test_the_points_are_proposed_and_the_sender_has_the_last_word(
        client: Client, db_session: scoped_session[Session]) -> None:
    page = to(client, "points")
    assert values(page)["points-0"] == ["Vì sao tôi phải nộp thêm bản sao hộ khẩu?"]
    page = onward(client, page, **{"points-0": "Giấy này lấy ở đâu ra?", "points-1": "  "})
    while step_of(page) != "check":
        page = onward(client, page, **(CONTACT if step_of(page) == "who" else {}))
    client.submit(page, action=FORM, go="send")
    assert [p.text for p in cases(db_session)[0].points] == ["Giấy này lấy ở đâu ra?"]


def test_points_are_added_and_removed_without_script(client: Client) -> None:
    page = to(client, "points")
    page = client.submit(page, action=FORM, add_point="1", status=200)
    assert {"points-0", "points-1", "points-2"} <= set(values(page))
    page = client.submit(page, action=FORM, remove_point="0", status=200, **{"points-2": "Ai chịu trách nhiệm?"})
    assert values(page)["points-0"] == ["Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả."]
    assert values(page)["points-1"] == ["Ai chịu trách nhiệm?"]
    assert "points-2" not in values(page)


def test_ten_points_are_the_most(client: Client) -> None:
    page = to(client, "points", narrative="Chuyện dài lắm")
    for _ in range(12):
        page = client.submit(page, action=FORM, add_point="1", status=200)
    assert "points-9" in values(page)
    assert "points-10" not in values(page)


def test_a_story_without_a_question_gets_an_empty_box_or_itself(new_client: Callable[[], Client]) -> None:
    long = to(new_client(), "points", narrative="chuyện " * 1000)
    assert values(long)["points-0"] == [""]
    short = to(new_client(), "points", narrative="Tôi bị đuổi về ba lần")
    assert values(short)["points-0"] == ["Tôi bị đuổi về ba lần"]


def test_going_back_loses_no_word(client: Client) -> None:
    said = {"category": "late_result", "dossier_number": "H01-42", "dossier_shared": "y", "urgent": "yes",
            "hindrance": "Mai con tôi nhập học.", "sender": "several", "signers": "Hoàng Thị Bình\nLê Quang Tám"}
    check = to(client, "check", **said)
    for step in ("what", "wrong", "procedure", "agency", "dossier", "urgent", "points", "mode", "who"):
        kept = values(back(client, check, step))
        assert {name: kept[name] for name in said} == {name: [value] for name, value in said.items()}, step
        assert kept["narrative"] == [STORY]
        assert kept["points-1"] == ["Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả."]
        assert kept["email"] == ["an@thu.example"]


def test_the_browsers_own_back_button_asks_for_no_form_to_be_sent_again(client: Client) -> None:
    to(client, "check", category="late_result")
    for step in ("who", "points", "what", "check"):
        page = client.get(f"/complain?step={step}")
        assert step_of(page) == step
        assert values(page)["category"] == ["late_result"]


def test_who_changes_one_thing_at_the_end_comes_straight_back(
        client: Client, db_session: scoped_session[Session]) -> None:
    page = back(client, to(client, "check"), "urgent")
    page = onward(client, page, urgent="yes", hindrance="Mai con tôi nhập học.")
    assert step_of(page) == "check"
    assert "Mai con tôi nhập học." in page.text
    client.submit(page, action=FORM, go="send")
    assert cases(db_session)[0].urgent


def test_a_change_at_the_end_that_needs_more_leads_to_what_it_needs(client: Client) -> None:
    page = back(client, to(client, "check", mode="anonymous"), "mode")
    page = onward(client, page, mode="named")
    assert step_of(page) == "who"
    assert "#email" not in page.page.links, "it is asked, not held against them"
    assert step_of(onward(client, page, **CONTACT)) == "check"


def test_nothing_is_asked_before_it_is_said_who_sees_it(client: Client) -> None:
    start = client.get("/complain")
    visible = [e for tag in ("input", "textarea", "select") for e in start.page.all(tag)
               if e.get("type") != "hidden" and e.get("name") != "website"]
    assert visible == []
    for words in ("Giữ kín tên tôi", "Không để lại tên", "Cơ quan trả lời được biết tên tôi", "không bao giờ"):
        assert words in start.text
    assert "/privacy" in start.page.links
    mode = to(client, "mode").text
    assert mode.index("ai không bao giờ thấy") < mode.index("Giữ kín tên tôi")


def test_the_same_form_sent_twice_makes_one_case(client: Client, db_session: scoped_session[Session]) -> None:
    check = to(client, "check")
    first, second = (client.submit(check, action=FORM, go="send") for _ in range(2))
    assert len(cases(db_session)) == 1
    assert key_on(first) == key_on(second)
    assert "không tạo thêm hồ sơ" in second.text
    assert "không tạo thêm hồ sơ" not in first.text


def test_the_same_form_sent_at_the_same_moment_makes_one_case(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    form = to(client, "check").page.form(action=FORM)
    cookies = [client._browser.get_cookie(name) for name in ("visit", "draft")]

    def press(_: int) -> int:
        browser = app.test_client()
        for cookie in cookies:
            assert cookie is not None
            browser.set_cookie(cookie.key, cookie.value)
        return browser.post("/complain", data={**form.values, "go": "send"}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, range(4))) == [303] * 4
    assert len(cases(db_session)) == 1


def test_a_lost_race_for_the_nonce_ends_with_the_winners_receipt(
        client: Client, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch) -> None:
    check = to(client, "check")
    real, tries = complain.cases.submit, []

    def slow(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise complain.IntegrityError("insert", {}, Exception("nonce_hash"))
        return real(*args, **kwargs)

    monkeypatch.setattr(complain.cases, "submit", slow)
    assert check_key(key_on(client.submit(check, action=FORM, go="send"))) is None
    assert len(cases(db_session)) == 1


def test_the_receipt_can_be_reloaded_here_and_opened_nowhere_else(
        client: Client, new_client: Callable[[], Client]) -> None:
    check = to(client, "check")
    answer = client.submit(check, action=FORM, go="send", follow=False)
    assert answer.location.endswith("/complain/receipt")
    first, again = client.get("/complain/receipt"), client.get("/complain/receipt")
    assert key_on(first) == key_on(again)
    assert first.headers["Cache-Control"] == "no-store"
    assert new_client().get("/complain/receipt", status=303).location.endswith("/track")
    client.submit(first, action="/complain/leave")
    assert client.get("/complain/receipt", status=303).location.endswith("/track")


def test_the_key_stands_in_no_address_and_not_in_the_cookie(client: Client) -> None:
    receipt = send(client)
    key = key_on(receipt)
    assert not any(key in link for link in receipt.page.links)
    cookie = client._browser.get_cookie("visit")
    assert cookie is not None
    assert key not in cookie.value
    assert key.replace("-", "") not in cookie.value
    assert set(key) <= {*ALPHABET, "-"}
