"""What the sender is told on the tracking page besides the steps: who looked, what came back, who has the case."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.outbox import Outbox
from feedback.services import history, identity, lifecycle, outbox
from feedback.services.cases import Receipt
from tests import factories
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.test_track import opened


def came_back(receipt: Receipt, *, then_delivered: bool = False) -> None:
    """A mail to the sender went out and came back; a later one, perhaps, did not."""
    with writing():
        rows = db.session.scalars(select(Outbox).where(Outbox.case_id == receipt.case_id)).all()
        for row in rows:
            row.sent_at = row.bounced_at = clock.now()
        if then_delivered:
            outbox.owe(notice=Notice.CASE_ACCEPTED, dedupe="later.s", case_id=receipt.case_id)
            db.session.execute(update(Outbox).where(Outbox.dedupe == "later.s").values(sent_at=clock.now()))


def test_a_mail_that_came_back_is_said_on_top(an: Citizen, client: Client, db_session, frozen: Clock) -> None:
    receipt = an.complains()
    assert "bị trả lại" not in opened(client, receipt).text
    came_back(receipt)
    page = client.get("/track/case")
    assert "Thư chúng tôi gửi bạn bị trả lại: thứ Hai 16/11/2026" in page.text
    assert "an@thu.example" not in page.text


def test_a_later_mail_that_arrived_takes_the_notice_away(an: Citizen, client: Client, db_session) -> None:
    receipt = an.complains()
    came_back(receipt, then_delivered=True)
    assert "bị trả lại:" not in opened(client, receipt).text


def test_each_opening_of_the_identity_is_told_with_day_role_and_reason(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], frozen: Clock) -> None:
    receipt = an.complains()
    with writing():
        grant = identity.ask_grant(case_of(receipt), actor=actor_of(cast.intake), why="Bưu điện trả lại thư.")
        identity.give_grant(grant, actor=actor_of(cast.second_intake))
        history.record(chain=f"case:{receipt.case_id}", type="identity_opened", actor=actor_of(cast.intake),
                       role=next(iter(actor_of(cast.intake).roles)), agency_id=cast.office,
                       payload={"grant": grant.id, "note": grant.note_id})
    page = opened(client, receipt)
    assert "Tên và cách liên lạc của bạn đã được mở xem." in page.text
    assert "Cán bộ tiếp nhận, Văn phòng UBND tỉnh" in page.text
    assert "Bưu điện trả lại thư." in page.text
    assert cast.intake.name not in page.text


def test_who_has_the_case_and_since_when_stands_in_one_sentence(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], frozen: Clock) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    frozen.go_on(days=2)
    assert "Bên đang giữ hồ sơ của bạn: Sở Xây dựng, từ thứ Hai 16/11/2026 (2 ngày làm việc)." in opened(
        client, receipt).text


def test_an_ended_case_is_held_by_nobody(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    assert "Bên đang giữ" not in opened(client, receipt).text


def test_an_english_complaint_stands_in_english_beside_its_translation(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    with writing():
        receipt = factories.complaint(narrative="They asked for another copy.", language="en")
        case_of(receipt).translated = "Họ đòi thêm một bản sao."
    page = opened(client, receipt)
    languages = {element.text.strip(): element.attributes.get("lang") for element in page.page.all("p")
                 if element.text.strip() in ("They asked for another copy.", "Họ đòi thêm một bản sao.")}
    assert languages == {"They asked for another copy.": "en", "Họ đòi thêm một bản sao.": "vi"}


@pytest.mark.parametrize(("said", "told"), [("yes", True), ("no", False), ("unsaid", False)])
def test_pressure_to_withdraw_is_told_to_the_province_office_and_to_no_agency(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session],
        sign_in: Callable[[Member], Client], said: str, told: bool) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    opened(client, receipt)
    client.submit(client.get("/track/case/withdraw"), pressed=said, why="Tôi rút.")
    owed = db_session.scalars(select(Outbox).where(Outbox.notice == "withdrawal-pressed")).all()
    assert [row.person_id for row in owed] == ([cast.ha.id] if told else [])
    proposal = sign_in(cast.ha).get(f"/desk/cases/{receipt.reference}/proposal")
    words = {"yes": "Người gửi nói là có", "no": "Người gửi nói là không", "unsaid": "không muốn nói"}[said]
    assert words in proposal.text
    assert words not in sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}").text


def test_words_that_came_too_late_are_given_back(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session]) -> None:
    receipt = an.complains()
    with writing():
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake), why="Số hồ sơ?",
                          tell_sender=True)
    page = opened(client, receipt)
    with writing():
        lifecycle.advance(db.session.get_one(Case, receipt.case_id), Action.RESUME, actor=actor_of(cast.intake))
    late = client.submit(page, action="/track/case/supplement", text="Số H01-77, tôi quên ghi.", status=409)
    assert "Số H01-77, tôi quên ghi." in late.text


def test_who_speaks_of_unofficial_money_does_not_read_that_an_agency_is_chosen(
        app: Flask, an: Citizen, client: Client, cast: Cast, db_session, frozen: Clock) -> None:
    apart, ordinary = an.complains(category=Category.UNOFFICIAL_COST), an.complains()
    with writing():
        for receipt, reader in ((apart, cast.restricted), (ordinary, cast.intake)):
            lifecycle.advance(case_of(receipt), Action.ACCEPT, actor=actor_of(reader))
    text = opened(client, apart).text
    assert "đang chọn cơ quan" not in text
    assert "bộ phận riêng của tỉnh" in text
    assert "đang chọn cơ quan" in opened(client, ordinary).text
