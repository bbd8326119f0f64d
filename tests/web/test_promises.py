"""Promises on the pages: before sending, at the officer's desk, with the sender, in the register."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.outbox import Outbox
from feedback.models.reader import Commitment
from feedback.services import mailing
from feedback.services.cases import Receipt
from tests import factories
from tests.engines.smtp import Sink
from tests.factories import Member
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client, Reply
from tests.fixtures.time import Clock
from tests.services.test_commitments import DONE, FIRST, PROMISING, SECOND
from tests.web.stage import bring, fact

SignIn = Callable[[Member], Client]


def ids(app: Flask, receipt: Receipt) -> list[int]:
    with app.app_context():
        found = list(db.session.scalars(
            select(Commitment.id).where(Commitment.case_id == receipt.case_id).order_by(Commitment.promised_on)))
        db.session.rollback()
        return found


@pytest.fixture
def promised(app: Flask, cast: Cast, an: Citizen, frozen: Clock) -> Receipt:
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=PROMISING)
    return receipt


def opened(client: Client, receipt: Receipt) -> Reply:
    return client.submit(client.get("/track"), key=receipt.key)


def desk(receipt: Receipt) -> str:
    return f"/desk/cases/{receipt.reference}/promises"


def test_officer_head_and_gate_see_before_sending_what_will_be_watched(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    for action, who, path in ((Action.PROPOSE_ANSWER, cast.chi, "/desk/cases/{}/answer/preview"),
                              (Action.PROPOSE_ANSWER, cast.chi_head, "/desk/cases/{}/approve"),
                              (Action.APPROVE, cast.ha, "/supervision/cases/{}/answer")):
        receipt = bring(app, cast, action, text=PROMISING)
        page = sign_in(who).get(path.format(receipt.reference))
        assert "2 câu này thành lời hứa được theo dõi" in page.text
        assert FIRST in page.text
        assert "thứ Sáu 27/11/2026" in page.text
    plain = bring(app, cast, Action.APPROVE)
    assert "thành lời hứa" not in sign_in(cast.ha).get(f"/supervision/cases/{plain.reference}/answer").text


def test_the_officer_reports_a_promise_as_kept_and_the_sender_reads_it(
        app: Flask, promised: Receipt, cast: Cast, sign_in: SignIn, client: Client, post: Sink) -> None:
    browser = sign_in(cast.chi)
    page = browser.get(desk(promised))
    assert FIRST in page.text
    assert "còn 8 ngày làm việc" in page.text
    done = browser.submit(page, action="/kept", text=DONE)
    assert "Đã báo. Người gửi được thông báo" in done.text
    assert "đã làm xong" in done.text
    seen = opened(client, promised)
    assert DONE in seen.text
    assert "Sở Xây dựng báo đã làm xong điều đã hứa" in seen.text
    with app.app_context():
        mailing.deliver_owed()
        owed = list(db.session.scalars(select(Outbox.notice).where(Outbox.notice == "promise-kept")))
    assert owed == ["promise-kept"]


def test_an_empty_phrase_is_refused_with_the_readers_reason_and_kept_in_the_box(
        app: Flask, promised: Receipt, cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.chi)
    page = browser.get(desk(promised))
    for text in ("Đã tiếp nhận, sẽ xem xét theo quy định.", " "):
        refused = browser.submit(page, action="/kept", text=text, status=422)
        assert "#text" in refused.page.links
    refused = browser.submit(page, action="/kept", text="Đã tiếp nhận, sẽ xem xét theo quy định.", status=422)
    assert refused.page.form(action="/kept").values["text"] == ["Đã tiếp nhận, sẽ xem xét theo quy định."]
    english = browser.in_english()
    told = english.submit(english.get(desk(promised)), action="/kept", status=422, text="Đã làm xong rồi.")
    assert "Nothing you wrote has been lost" in told.text
    assert "Say on which day it was done" in told.text
    assert fact(app, promised, "state") == "answered"


def test_nobody_of_another_agency_sees_it_and_a_colleague_cannot_report(
        app: Flask, promised: Receipt, cast: Cast, sign_in: SignIn) -> None:
    number = ids(app, promised)[0]
    for other in (cast.dung, cast.dung_head):
        browser = sign_in(other)
        browser.get(desk(promised), status=404)
        token = browser.get("/account/sessions").page.forms()[0].values["csrf_token"][0]
        browser.post(f"{desk(promised)}/{number}/kept", {"csrf_token": token, "text": DONE}, status=404)
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", factories.Role.OFFICER, agency_id=cast.building)
    page = sign_in(hoa).get(desk(promised))
    assert FIRST in page.text
    assert not [form for form in page.page.forms() if form.action.endswith("/kept")]


def test_a_late_report_is_an_honest_conflict_with_what_was_typed(
        promised: Receipt, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    frozen.stand_at("2026-11-27 23:58")
    browser = sign_in(cast.chi)
    page = browser.get(desk(promised))
    frozen.stand_at("2026-11-28 00:01")
    late = browser.submit(page, action="/kept", text=DONE, status=409)
    assert "Ngày đã hứa đã qua" in late.text
    assert DONE in late.text


def test_the_sender_says_that_it_was_not_kept_by_post_only(
        app: Flask, promised: Receipt, cast: Cast, sign_in: SignIn, client: Client) -> None:
    browser = sign_in(cast.chi)
    browser.submit(browser.get(desk(promised)), action="/kept", text=DONE)
    page = opened(client, promised)
    number = ids(app, promised)[0]
    client.get(f"/track/case/promises/{number}/denied", status=405)
    assert fact(app, promised, "state") == "answered"
    back = client.submit(page, action="/denied")
    assert "cơ quan phải trả lời lại" in back.text
    assert "Bạn cho biết một điều đã hứa chưa được làm" in back.text
    assert (fact(app, promised, "state"), fact(app, promised, "objected")) == ("assigned", False)
    again = client.submit(page, action="/denied", status=409)
    assert "đã sang bước khác" in again.text


def test_binh_cannot_deny_a_promise_made_to_an(
        app: Flask, promised: Receipt, cast: Cast, binh: Citizen, client: Client) -> None:
    page = opened(client, binh.complains())
    token = page.page.form(action="/leave").values["csrf_token"]
    client.post(f"/track/case/promises/{ids(app, promised)[0]}/denied", {"csrf_token": token}, status=404)


def test_the_register_shows_the_promise_with_its_day_and_how_it_stands(
        app: Flask, promised: Receipt, cast: Cast, client: Client, frozen: Clock, sign_in: SignIn,
        answering_vault: None) -> None:
    with app.app_context(), writing():
        reference = factories.publish(factories.case_of(promised), first=cast.publisher,
                                      second=cast.second_publisher)
    page = client.get(f"/register/{reference}")
    assert SECOND in page.text
    assert "27/11/2026" in page.text
    browser = sign_in(cast.chi)
    browser.submit(browser.get(desk(promised)), action="/kept", text=DONE)
    told = client.get(f"/register/{reference}").text
    assert "đã làm xong" in told
    assert DONE not in told, "the report itself was seen by no publisher"


def test_a_name_in_a_promise_is_hidden_before_the_public_reads_it(
        app: Flask, cast: Cast, an: Citizen, frozen: Clock, sign_in: SignIn, answering_vault: None) -> None:
    receipt = an.complains()
    text: Any = PROMISING
    with app.app_context(), writing():
        named = {**(text.points or {}), 2: "Sở sẽ gọi số 0912 345 678 báo kết quả trước ngày 27/11/2026."}
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=factories.AnswerText(
            **{**text.__dict__, "points": named}))
        reference = factories.publish(factories.case_of(receipt), first=cast.publisher,
                                      second=cast.second_publisher)
    page = sign_in(cast.publisher).get(
        f"/register/{reference}")
    assert "0912 345 678" not in page.text
    assert "27/11/2026" in page.text


def test_being_handled_in_words_is_a_finding_whatever_the_outcome_says(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    receipt = bring(app, cast, Action.TAKE)
    browser = sign_in(cast.chi)
    path = f"/desk/cases/{receipt.reference}/answer"
    for outcome in ("resolved", "explained"):
        page = browser.submit(
            browser.get(path), field="seen", do="check", outcome=outcome, status=(200, 422), follow=False,
            found="Hồ sơ đang được giải quyết theo quy định.", done="Cơ quan đang giải quyết.",
            point_1="Hồ sơ đang được xem xét, giải quyết theo quy định.",
            point_2="Hồ sơ đang được xem xét, giải quyết theo quy định.")
        assert page.page.all("li", class_="finding"), outcome
    refused = browser.submit(browser.get(path), field="seen", do="propose", outcome="in_progress",
                             found="Hồ sơ đang được giải quyết.", status=422, override="Vì vậy.")
    assert fact(app, receipt, "state") == "in_progress"
    assert refused.status == 422


def test_what_was_said_of_one_round_does_not_stand_beside_the_next_answer(
        app: Flask, cast: Cast, an: Citizen, frozen: Clock, client: Client) -> None:
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    page = opened(client, receipt)
    page = client.submit(page, action="/said", **{"said-1": "yes", "said-2": "no"})
    assert page.page.form(action="/said").values["said-2"] == ["no"]
    client.submit(client.get("/track/case/object"), why="Ý 2 chưa có.")
    with app.app_context(), writing():
        hoa = factories.member("Phan Thị Hoa", factories.Role.OFFICER, agency_id=cast.building)
        case = factories.case_of(receipt)
        actor = factories.actor_of(hoa)
        factories.cases.take(case, actor=actor)
        factories.answers.save_draft(case, factories.GOOD_ANSWER, actor=actor)
        factories.answers.submit_answer(case, actor=actor, override="Đã đối chiếu hồ sơ.")
        factories.answers.approve(case, actor=factories.actor_of(cast.chi_head))
        factories.answers.release(case, actor=factories.actor_of(cast.ha))
    form = client.get("/track/case").page.form(action="/said")
    assert "no" not in form.values.get("said-2", [])
