"""A complaint without an account, from the first page to the receipt."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session, selectinload

from feedback.domain.references import ALPHABET, check_key
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.web.public import complain
from tests import factories
from tests.fixtures.application import SqlLog
from tests.fixtures.client import Client, Reply

STORY = ("Ngày 3/11/2026 tôi nộp hồ sơ xin giấy phép xây dựng. Vì sao tôi phải nộp thêm bản sao hộ khẩu? "
         "Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả.")
CONTACT = {"name": "Nguyễn Văn An", "email": "an@thu.example"}


def to_points(client: Client, story: str = STORY, **fields: Any) -> Reply:
    return client.submit(client.get("/complain"), narrative=story, go="next", status=200, **fields)


def to_who(client: Client, **fields: Any) -> Reply:
    return client.submit(to_points(client, **fields), go="next", status=200)


def to_check(client: Client, who: dict[str, Any] | None = None, **fields: Any) -> Reply:
    return client.submit(to_who(client, **fields), go="next", status=200, **(CONTACT if who is None else who))


def send(client: Client, **fields: Any) -> Reply:
    return client.submit(to_check(client, **fields), go="send")


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
    check = to_check(client)
    sql_log.clear()
    client.submit(check, go="send", follow=False)
    assert sql_log.commits == 1


def test_an_anonymous_complaint_leaves_nothing_about_the_sender(
        client: Client, db_session: scoped_session[Session]) -> None:
    send(client, who={"mode": "anonymous"})
    assert cases(db_session)[0].identity_mode == "anonymous"
    assert db_session.scalar(select(func.count()).select_from(SealedIdentity)) == 0


def test_an_english_complaint_is_answered_in_english(client: Client, db_session: scoped_session[Session]) -> None:
    receipt = send(client.in_english(), story="They asked for one more paper. Why do I need it?")
    assert "working days left" in receipt.text
    assert cases(db_session)[0].language == "en"


def test_a_complaint_about_money_on_the_side_is_for_its_own_desk(
        client: Client, db_session: scoped_session[Session]) -> None:
    send(client, category="unofficial_cost")
    assert cases(db_session)[0].restricted


def test_the_procedure_may_be_unknown_or_chosen_from_the_list(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    with complain.writing():
        procedure_id = factories.procedure("Đăng ký khai sinh")
    first = client.get("/complain").page.by_id["procedure"].walk()
    assert [o.text for o in first if o.tag == "option"] == ["Tôi không biết", "Đăng ký khai sinh"]
    check = to_check(client, procedure=str(procedure_id))
    assert "Đăng ký khai sinh" in check.text
    client.submit(check, go="send")
    assert cases(db_session)[0].procedure_id == procedure_id


def test_the_points_are_proposed_and_the_sender_has_the_last_word(
        client: Client, db_session: scoped_session[Session]) -> None:
    page = to_points(client)
    assert page.page.form().values["points-0"] == ["Vì sao tôi phải nộp thêm bản sao hộ khẩu?"]
    who = client.submit(page, go="next", status=200, **{"points-0": "Giấy này lấy ở đâu ra?", "points-1": "  "})
    client.submit(client.submit(who, go="next", status=200, **CONTACT), go="send")
    assert [p.text for p in cases(db_session)[0].points] == ["Giấy này lấy ở đâu ra?"]


def test_points_are_added_and_removed_without_script(client: Client) -> None:
    page = to_points(client)
    page = client.submit(page, add_point="1", status=200)
    assert {"points-0", "points-1", "points-2"} <= page.page.form().names
    page = client.submit(page, remove_point="0", status=200, **{"points-2": "Ai chịu trách nhiệm?"})
    values = page.page.form().values
    assert values["points-0"] == ["Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả."]
    assert values["points-1"] == ["Ai chịu trách nhiệm?"]
    assert "points-2" not in values


def test_ten_points_are_the_most(client: Client) -> None:
    page = to_points(client, story="Chuyện dài lắm")
    for _ in range(12):
        page = client.submit(page, add_point="1", status=200)
    assert "points-9" in page.page.form().names
    assert "points-10" not in page.page.form().names


def test_a_story_without_a_question_gets_an_empty_box_or_itself(client: Client) -> None:
    long = to_points(client, story="chuyện " * 1000)
    assert long.page.form().values["points-0"] == [""]
    short = to_points(client, story="Tôi bị đuổi về ba lần")
    assert short.page.form().values["points-0"] == ["Tôi bị đuổi về ba lần"]


def test_going_back_loses_no_word(client: Client) -> None:
    check = to_check(client, category="late_result")
    for step in ("what", "points", "who"):
        values = client.submit(check, go=step, status=200).page.form().values
        assert values["narrative"] == [STORY]
        assert values["category"] == ["late_result"]
        assert values["points-1"] == ["Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả."]
        assert values["email"] == ["an@thu.example"]


def test_nothing_is_asked_about_the_person_before_it_is_said_who_sees_it(client: Client) -> None:
    assert not {"name", "email"} & {e.get("name") for e in client.get("/complain").page.all("input", type="text")}
    text = to_who(client).text
    assert text.index("ai không bao giờ thấy") < text.index("Họ và tên")


def test_the_same_form_sent_twice_makes_one_case(client: Client, db_session: scoped_session[Session]) -> None:
    check = to_check(client)
    first, second = (client.submit(check, go="send") for _ in range(2))
    assert len(cases(db_session)) == 1
    assert key_on(first) == key_on(second)
    assert "không tạo thêm hồ sơ" in second.text
    assert "không tạo thêm hồ sơ" not in first.text


def test_the_same_form_sent_at_the_same_moment_makes_one_case(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    form = to_check(client).page.form()
    cookie = client._browser.get_cookie("visit")
    assert cookie is not None

    def press(_: int) -> int:
        browser = app.test_client()
        browser.set_cookie("visit", cookie.value)
        return browser.post("/complain", data={**form.values, "go": "send"}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(press, range(4))) == [303] * 4
    assert len(cases(db_session)) == 1


def test_a_lost_race_for_the_nonce_ends_with_the_winners_receipt(
        client: Client, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch) -> None:
    check = to_check(client)
    real, tries = complain.cases.submit, []

    def slow(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise complain.IntegrityError("insert", {}, Exception("nonce_hash"))
        return real(*args, **kwargs)

    monkeypatch.setattr(complain.cases, "submit", slow)
    assert check_key(key_on(client.submit(check, go="send"))) is None
    assert len(cases(db_session)) == 1


def test_the_receipt_can_be_reloaded_here_and_opened_nowhere_else(
        client: Client, new_client: Callable[[], Client]) -> None:
    check = to_check(client)
    answer = client.submit(check, go="send", follow=False)
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


@pytest.mark.parametrize(("step", "fields", "field"), [
    ("what", {"narrative": ""}, "narrative"),
    ("what", {"narrative": " \t\r\n "}, "narrative"),
    ("what", {"narrative": "\u200b\u202e\u00ad"}, "narrative"),
    ("what", {"narrative": "a" * 20_001}, "narrative"),
    ("what", {"narrative": "Chuyện", "procedure": "999999"}, "procedure"),
    ("what", {"narrative": "Chuyện", "procedure": "'; DROP TABLE case_file; --"}, "procedure"),
    ("what", {"narrative": "Chuyện", "category": "²"}, "category"),
    ("what", {"narrative": "Chuyện", "kind": "\ufffd"}, "kind"),
    ("points", {"points-0": "", "points-1": " "}, "points"),
    ("points", {"points-0": "x" * 2_001}, "points-0"),
    ("who", {"mode": "confidential"}, "email"),
    ("who", {"mode": "confidential", "name": "An"}, "email"),
    ("who", {"mode": "named", "phone": "0912 345 678"}, "name"),
    ("who", {"mode": "anonymous", "phone": "0912 345 678"}, "phone"),
    ("who", {"mode": "", "phone": "0912 345 678"}, "mode"),
    ("who", {"mode": "everybody", "phone": "0912 345 678"}, "mode"),
    ("who", {"email": "an@"}, "email"),
    ("who", {"email": "an@thu.example\r\nBcc: x@y.z"}, "email"),
    ("who", {"phone": "12"}, "phone"),
    ("who", {"phone": "٠٩١٢٣٤٥٦٧٨"}, "phone"),
    ("who", {"name": "n" * 201, "phone": "0912 345 678"}, "name"),
    ("who", {"address": "n" * 301}, "address"),
])
def test_bad_input_is_told_beside_its_field_and_kept(
        client: Client, db_session: scoped_session[Session], step: str, fields: dict[str, str],
        field: str) -> None:
    pages = {"what": lambda: client.get("/complain"), "points": lambda: to_points(client),
             "who": lambda: to_who(client)}
    refused = client.submit(pages[step](), go="next", status=422, **fields)
    assert f"#{field}" in refused.page.links
    assert refused.page.by_id.get(f"{field}-error") is not None or field == "points"
    assert "vẫn còn nguyên" in refused.text
    values = refused.page.form().values
    for name, value in fields.items():
        if name in ("narrative", "address", "points-0"):
            assert values[name] == [value.replace("\r\n", "\n")] or not value.strip()
    assert cases(db_session) == []


def test_what_a_browser_could_never_send_is_refused_without_a_crash(
        client: Client, db_session: scoped_session[Session]) -> None:
    form = to_check(client).page.form()
    for odd in ({"points-²": "x"}, {"points-" + "9" * 5000: "x"}, {"points--1": "x"}, {"nonce": "zz"},
                {"nonce": ""}, {"step": "nowhere"}, {"go": "check"}, {"mode": "x"}, {"narrative": "a\x00b"},
                {"procedure": "9" * 400}, {f"points-{n}": "x" for n in range(40)}):
        reply = client.post("/complain", {**form.values, "go": "send", **odd}, status=(200, 303, 400, 422))
        assert reply.status < 500
    client.post("/complain", {**form.values, "narrative": "a" * 1_100_000}, status=413)
    client.post("/complain", {"csrf_token": form.values["csrf_token"]}, status=422)


def test_half_characters_do_not_break_the_form(client: Client) -> None:
    token = client.get("/complain").page.form().values["csrf_token"][0]
    reply = client.open("POST", "/complain", status=(200, 400, 422),
                        data=f"csrf_token={token}&narrative=%ED%A0%80",
                        content_type="application/x-www-form-urlencoded")
    assert reply.status < 500


def test_a_form_with_a_nonce_that_is_not_ours_is_shown_again_with_a_new_one(
        client: Client, db_session: scoped_session[Session]) -> None:
    form = to_check(client).page.form()
    again = client.post("/complain", {**form.values, "go": "send", "nonce": "deadbeef"}, status=200)
    assert cases(db_session) == []
    client.submit(again, go="send")
    assert len(cases(db_session)) == 1


def test_too_many_complaints_from_one_network_are_never_dropped_silently(
        client: Client, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch) -> None:
    check = to_check(client)
    monkeypatch.setattr(complain, "submission_allowed", lambda: False)
    refused = client.submit(check, go="send", status=429)
    assert "chưa được gửi" in refused.text
    assert STORY.split(".")[0] in refused.text
    monkeypatch.setattr(complain, "submission_allowed", lambda: True)
    client.submit(refused, go="send")
    assert len(cases(db_session)) == 1


def test_a_later_page_cannot_be_reached_past_a_fault(client: Client, db_session: scoped_session[Session]) -> None:
    form = to_check(client).page.form()
    refused = client.post("/complain", {**form.values, "go": "send", "narrative": ""}, status=422)
    assert refused.page.h1 == "Chuyện gì đã xảy ra?"
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
