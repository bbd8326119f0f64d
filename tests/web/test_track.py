"""Following a case with its tracking key: what the sender reads, and what the sender can do."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from feedback.domain.answers.structured import Outcome
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note, Point, Proposal
from feedback.services import answers, escalation, identity, lifecycle
from feedback.services.cases import Receipt
from tests import factories
from tests.factories import Member
from tests.fixtures.application import SqlLog
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client, Reply
from tests.fixtures.time import Clock

ASKED = "Xin bạn cho biết số biên nhận hồ sơ."


def opened(client: Client, receipt: Receipt) -> Reply:
    """The tracking page, reached as a person reaches it."""
    return client.submit(client.get("/track"), key=receipt.key)


def state(receipt: Receipt) -> str:
    db.session.rollback()
    return db.session.scalars(select(Case.state).where(Case.id == receipt.case_id)).one()


@pytest.fixture
def answered(cast: Cast, an: Citizen, db_session: scoped_session[Session], frozen: Clock) -> Receipt:
    """An's case, answered a week after it came in."""
    receipt = an.complains()
    frozen.go_on(days=7)
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    return receipt


@pytest.fixture
def asked(cast: Cast, an: Citizen, db_session: scoped_session[Session], frozen: Clock) -> Receipt:
    """An's case, in which intake asked for something the day after."""
    receipt = an.complains()
    frozen.go_on(days=1)
    with writing():
        lifecycle.advance(factories.case_of(receipt), Action.ASK_SUBMITTER, actor=factories.actor_of(cast.intake),
                          why=ASKED, tell_sender=True)
    return receipt


def test_the_key_opens_the_case_however_it_is_typed(an: Citizen, client: Client, frozen: Clock) -> None:
    receipt = an.complains()
    form = client.get("/track")
    for typed in (receipt.key, receipt.key.lower().replace("-", " "), f"  {receipt.key.replace('0', 'O')} "):
        page = client.submit(form, key=typed)
        assert receipt.reference in page.text
    assert page.page.h1 == "Đang chờ văn phòng đọc phản ánh của bạn (từ hôm nay)."
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("typed", "words"), [
    ("", "Hãy nhập mã theo dõi"),
    ("ABCDE", "Còn thiếu ký tự"),
    ("A" * 26, "Thừa ký tự"),
    ("7K3M-Q9XW", "Đây là mã hồ sơ"),
    ("ăâêôơ" * 5, "chữ không dấu"),
    ("!!!!!" * 5, "chỉ gồm chữ cái và chữ số"),
    ("A" * 201, "200 ký tự"),
])
def test_a_slip_of_the_finger_is_named_without_asking_the_database(
        client: Client, sql_log: SqlLog, typed: str, words: str) -> None:
    form = client.get("/track")
    sql_log.clear()
    refused = client.submit(form, key=typed, status=422)
    assert words in refused.text
    assert "#key" in refused.page.links
    assert sql_log.statements == []


def test_two_swapped_signs_are_a_slip_and_not_an_unknown_key(an: Citizen, client: Client, sql_log: SqlLog) -> None:
    key = an.complains().key.replace("-", "")
    i = next(i for i in range(24) if key[i] != key[i + 1])
    form = client.get("/track")
    sql_log.clear()
    assert "Mã gõ bị nhầm" in client.submit(
        form, key=key[:i] + key[i + 1] + key[i] + key[i + 2:], status=422).text
    assert sql_log.statements == []


def test_an_unknown_key_opens_nothing(an: Citizen, client: Client) -> None:
    an.complains()
    other = "00000-00000-00000-00000-00000"
    assert "không mở được hồ sơ nào" in client.submit(client.get("/track"), key=other, status=422).text
    client.get("/track/case", status=302)


def test_after_many_wrong_keys_the_page_says_so_and_keeps_the_case_safe(
        an: Citizen, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt = an.complains()
    monkeypatch.setattr("feedback.web.public.track.tracking_refused", lambda: True)
    assert "quá nhiều mã sai" in client.submit(client.get("/track"), key=receipt.key, status=429).text


def test_the_reference_alone_shows_nothing(an: Citizen, client: Client) -> None:
    receipt = an.complains()
    refused = client.submit(client.get("/track"), key=receipt.reference, status=422)
    assert "Đang chờ" not in refused.text
    client.get(f"/track/{receipt.reference}", status=404)


@pytest.mark.parametrize("path", ["/track/case", "/track/case/object", "/track/case/withdraw"])
def test_without_the_key_every_page_of_a_case_leads_to_the_front_of_tracking(client: Client, path: str) -> None:
    assert client.get(path, status=302).location.endswith("/track")


def test_binh_never_sees_ans_case(an: Citizen, binh: Citizen, new_client: Callable[[], Client]) -> None:
    mine, theirs = an.complains(), binh.complains(narrative="Chuyện của Bình.")
    page = opened(new_client(), theirs)
    assert theirs.reference in page.text
    assert "Chuyện của Bình." in page.text
    assert mine.reference not in page.text
    assert factories.NARRATIVE not in page.text


def test_the_page_says_who_has_the_case_and_for_how_long(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], frozen: Clock) -> None:
    receipt = an.complains()
    frozen.go_on(days=1)
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    frozen.go_on(days=3)  # Tuesday to Friday
    page = opened(client, receipt)
    assert page.page.h1 == "Đang chờ Sở Xây dựng trả lời (3 ngày làm việc)."
    assert "Hồ sơ được giao cho Sở Xây dựng" in page.text
    assert "Hồ sơ nằm ở Văn phòng UBND tỉnh 1 ngày làm việc." in page.text
    assert "Hồ sơ đã ở Sở Xây dựng 3 ngày làm việc." in page.text
    for member in (cast.chi, cast.intake, cast.chi_head):
        assert member.name not in page.text


def test_a_late_case_says_so_and_asks_nothing_of_the_sender(an: Citizen, client: Client, frozen: Clock) -> None:
    receipt = an.complains()
    frozen.go_on(days=28)
    page = opened(client, receipt)
    assert "Câu trả lời đã trễ" in page.text
    assert page.page.all("p", class_="due--late")


def test_the_due_date_explains_itself_day_by_day(an: Citizen, client: Client, frozen: Clock) -> None:
    page = opened(client, an.complains()).page
    days = page.all("li", class_="why__day")
    counted = [d for d in days if "why__day--off" not in d.get("class")]
    assert len(counted) == 15
    assert "ngày nhận, chưa tính" in days[0].text
    assert "08/12/2026" in days[-1].text
    assert "thứ Ba 08/12/2026 — còn 15 ngày làm việc" in page.text
    assert "Nghị định 20/2008/NĐ-CP" in page.text


def test_days_that_the_office_waited_for_the_sender_are_given_back_and_shown(
        asked: Receipt, client: Client, frozen: Clock) -> None:
    page = opened(client, asked)
    assert ASKED in page.text
    assert "thời hạn tạm dừng" in page.text
    frozen.go_on(days=2)
    page = client.submit(opened(client, asked), field="text", text="Số biên nhận 123.")
    days = page.page.all("li", class_="why__day")
    assert len([d for d in days if "tính bù" in d.text]) == 2
    assert "10/12/2026" in days[-1].text


def test_what_was_asked_can_be_handed_in_once(
        asked: Receipt, client: Client, db_session: scoped_session[Session]) -> None:
    page = opened(client, asked)
    refused = client.submit(page, field="text", text=" ", status=422)
    assert "#text" in refused.page.links
    assert state(asked) == "awaiting_submitter"
    done = client.submit(refused, field="text", text="Số biên nhận 123.")
    assert "Số biên nhận 123." in done.text
    assert state(asked) == "submitted"
    late = client.submit(refused, field="text", text="Thêm nữa.", status=409)
    assert "đã sang bước khác" in late.text
    assert "Thêm nữa." not in factories.case_of(asked).narrative


def test_the_answer_is_read_point_by_point(answered: Receipt, client: Client) -> None:
    page = opened(client, answered)
    assert page.page.h1 == "Phản ánh của bạn đã được trả lời."
    pairs = page.page.all("li", class_="pair")
    assert len(pairs) == 2
    assert "bao giờ có kết quả" in pairs[1].text
    assert "45/GPXD" in pairs[1].text
    assert "Ý 2 đã được trả lời chưa?" in pairs[1].text
    assert "đúng hạn" in page.text


def test_drafts_and_inner_reasons_are_not_shown(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    with writing():
        case = factories.walk(receipt, Action.APPROVE, hands=cast.hands)
        answers.return_answer(case, actor=factories.actor_of(cast.ha), why="Câu này viết cho có.", codes=[])
    page = opened(client, receipt)
    assert "trả câu trả lời về Sở Xây dựng để viết lại" in page.text
    assert "Câu này viết cho có" not in page.text
    assert "45/GPXD" not in page.text


def test_a_step_that_the_office_only_considers_is_not_told(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    with writing():
        lifecycle.propose(factories.case_of(receipt), Action.REFUSE, actor=factories.actor_of(cast.intake),
                          why="Không thuộc phạm vi.")
    page = opened(client, receipt)
    assert "Không thuộc phạm vi" not in page.text
    assert len(page.page.all("li", class_="timeline__entry")) == 1


def test_the_sender_says_which_points_were_answered(
        answered: Receipt, client: Client, db_session: scoped_session[Session]) -> None:
    page = opened(client, answered)
    page = client.submit(page, action="/said", **{"said-1": "yes", "said-2": "no"})
    assert page.page.form(action="/said").values["said-2"] == ["no"]
    said = list(db_session.scalars(
        select(Point.answered_by_sender).where(Point.case_id == answered.case_id).order_by(Point.n)))
    assert said == [True, False]
    token = page.page.form(action="/said").values["csrf_token"]
    client.post("/track/case/said", {"csrf_token": token, "said-²": "yes", "said-99": "no", "said-1": "perhaps"})


def test_opening_the_page_never_says_anything_in_the_senders_name(
        answered: Receipt, client: Client, db_session: scoped_session[Session]) -> None:
    opened(client, answered)
    for path in ("said", "close", "supplement"):
        client.get(f"/track/case/{path}", status=405)
    assert state(answered) == "answered"


def test_a_content_sender_closes_the_case_once(answered: Receipt, client: Client) -> None:
    page = opened(client, answered)
    done = client.submit(page, action="/close")
    assert done.page.h1 == "Hồ sơ của bạn đã khép lại."
    assert "Bạn đồng ý với câu trả lời" in done.text
    assert "đã sang bước khác" in client.submit(page, action="/close", status=409).text


def test_a_case_with_an_open_promise_cannot_be_closed(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], frozen: Clock) -> None:
    receipt = an.complains()
    promise = replace(factories.GOOD_ANSWER, outcome=Outcome.IN_PROGRESS, due_on=date(2026, 12, 4))
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=promise)
    page = opened(client, receipt)
    assert "thứ Sáu 04/12/2026" in page.text
    assert "tự được mở lại" in page.text
    assert not [f for f in page.page.forms() if f.action.endswith("/close")]
    token = page.page.form(action="/said").values["csrf_token"]
    assert "để mở đến ngày đó" in client.post("/track/case/close", {"csrf_token": token}, status=409).text


def test_an_objection_needs_a_reason_and_is_possible_once(
        answered: Receipt, cast: Cast, client: Client, db_session: scoped_session[Session]) -> None:
    opened(client, answered)
    page = client.get("/track/case/object")
    assert "#why" in client.submit(page, why="\u200b ", status=422).page.links
    done = client.submit(page, why="Ý 2 chưa có ngày trả kết quả.")
    assert "Bạn đã phản đối. Một người khác đang đọc lại hồ sơ." in done.text
    assert "Câu trả lời trước khi bạn phản đối" in done.text
    assert state(answered) == "assigned"
    with writing():
        case = factories.case_of(answered)
        case.officer_id = None
    assert "không có gì để phản đối" in client.get("/track/case/object").text
    client.submit(page, why="Lần nữa.", status=409)


def test_the_time_to_object_ends(answered: Receipt, client: Client, frozen: Clock) -> None:
    opened(client, answered)
    page = client.get("/track/case/object")
    assert "đến hết thứ Ba 08/12/2026" in page.text
    frozen.stand_at("2026-12-09 08:00")
    token = opened(client, answered).page.form(action="/leave").values["csrf_token"]
    assert "không có gì để phản đối" in client.get("/track/case/object").text
    again = client.post("/track/case/object", {"csrf_token": token, "why": "Trễ mất rồi."}, status=409)
    assert "Đã hết thời gian phản đối" in again.text
    assert state(answered) == "answered"


def test_withdrawing_asks_about_pressure_and_waits_for_the_office(
        an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    opened(client, receipt)
    page = client.get("/track/case/withdraw")
    refused = client.submit(page, why="Tôi rút.", status=422)
    assert "#pressed" in refused.page.links
    assert refused.page.form().values["why"] == ["Tôi rút."]
    done = client.submit(refused, pressed="yes", why="Tôi rút.")
    assert "Bạn đã xin rút phản ánh" in done.text
    assert state(receipt) == "submitted"
    assert db_session.execute(select(Note.body, Proposal.pressed).join(
        Proposal, Proposal.note_id == Note.id)).one() == ("Tôi rút.", True)
    assert "Hiện không có gì để rút" in client.get("/track/case/withdraw").text
    client.submit(refused, pressed="no", why="Tôi rút.", status=409)


def test_the_agency_never_reads_why_somebody_withdraws(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session],
        sign_in: Callable[[Member], Client]) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    opened(client, receipt)
    client.submit(client.get("/track/case/withdraw"), pressed="yes", why="Cán bộ gọi điện dọa tôi.")
    for reader, seen in ((cast.chi, False), (cast.chi_head, False), (cast.ha, True)):
        page = sign_in(reader).get(f"/desk/cases/{receipt.reference}")
        assert ("gọi điện dọa tôi" in page.text) is seen
    stale = sign_in(cast.chi_head).get(f"/desk/cases/{receipt.reference}/approve", status=409)
    assert "gọi điện dọa tôi" not in stale.text


def test_an_answered_case_cannot_be_withdrawn(answered: Receipt, client: Client) -> None:
    page = opened(client, answered)
    assert "/track/case/withdraw" not in page.page.links
    assert "Hiện không có gì để rút" in client.get("/track/case/withdraw").text


def test_the_sender_is_told_when_their_identity_may_be_opened(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    with writing():
        grant = identity.ask_grant(factories.case_of(receipt), actor=factories.actor_of(cast.intake),
                                   why="Cần gọi lại để hỏi số biên nhận.")
    assert "Cần gọi lại" not in opened(client, receipt).text
    with writing():
        identity.give_grant(db.session.merge(grant), actor=factories.actor_of(cast.ha))
    page = opened(client, receipt)
    assert "cho phép mở tên và cách liên hệ" in page.text
    assert "Cần gọi lại để hỏi số biên nhận." in page.text


def test_the_english_page_reads_as_well(answered: Receipt, client: Client) -> None:
    english = client.in_english()
    page = opened(english, answered)
    assert page.page.h1 == "Your complaint has been answered."
    assert "Was point 2 answered?" in page.text


def test_the_story_says_which_time_ran_out_and_repeats_no_reminder(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], frozen: Clock) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    for _ in range(30):
        frozen.go_on(days=1)
        escalation.sweep_overdue()
    text = opened(client, receipt).text
    assert re.search(r"Câu trả lời cho bạn đã trễ \d+ ngày làm việc; cấp trên đã được báo", text)
    assert re.search(r"đã quá hạn xử lý của mình \d+ ngày làm việc; cấp trên đã được báo", text)
    assert text.count("Sắp hết hạn xử lý") == 1  # two days before, one day before and on the day
    assert "Đã quá một hạn" not in text


def test_a_long_story_costs_no_more_statements(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], sql_log: SqlLog) -> None:
    short, long = an.complains(), an.complains()
    with writing():
        factories.walk(long, Action.RELEASE, hands=cast.hands)
    counts = []
    for receipt in (short, long):
        opened(client, receipt)
        sql_log.clear()
        client.get("/track/case")
        counts.append(len(sql_log.statements))
    assert max(counts) <= 19  # an answered case may have letters, more time, and a list of who held it


@pytest.mark.parametrize("typed", ["x" * 5_000, "\ud7ff" * 50, "\u202e" * 25, "%s%n" * 20, "'--", "💥" * 25])
def test_nothing_typed_into_the_key_breaks_the_page(app: Flask, client: Client, typed: Any) -> None:
    client.submit(client.get("/track"), key=typed, status=422)
