"""Answers go by post to people whom no mail reaches: the letter, the list, the day it left."""

import io

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.letters import Letter
from feedback.models.outbox import Outbox
from tests import factories
from tests.fixtures.cast import Cast, Citizen

SIGNED = "CHÁNH VĂN PHÒNG\nNguyễn Văn Mẫu"


@pytest.fixture
def by_post(app: Flask, cast: Cast) -> Citizen:
    """Somebody who gave an address and no e-mail; their answer was sent."""
    sender = Citizen(app, {"name": "Nguyễn Văn An", "address": "12 đường Hùng Vương"}, [])
    receipt = sender.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    return sender


def _write(desk, reference: str, **change: str):
    page = desk.get(f"/desk/cases/{reference}/letter")
    return desk.submit(page, field="number", follow=False, status=(303, 422), **{
        "number": "123/VP-KSTTHC", "dated_on": f"{clock.today():%Y-%m-%d}", "signatory": SIGNED, **change})


def test_an_answer_without_a_way_by_mail_is_owed_as_a_letter_until_it_is_posted(app, cast, by_post, sign_in):
    desk, reference = sign_in(cast.intake), by_post.receipt.reference
    assert reference in desk.get("/desk/letters").text
    assert _write(desk, reference).status == 303
    page = desk.get("/desk/letters")
    assert "đã lập, chưa gửi" in page.text
    page = desk.get(f"/desk/cases/{reference}/letter")
    desk.submit(page, field="posted_on", posted_on=f"{clock.today():%Y-%m-%d}", how="registered")
    assert reference not in desk.get("/desk/letters").text
    assert "thư bảo đảm" in desk.get(f"/desk/cases/{reference}/letter").text


def test_two_letters_that_wait_have_boxes_of_their_own(app, cast, by_post, sign_in):
    desk, reference = sign_in(cast.intake), by_post.receipt.reference
    for number in ("123/VP-KSTTHC", "124/VP-KSTTHC"):
        _write(desk, reference, number=number)
    page = desk.get(f"/desk/cases/{reference}/letter").page
    boxes = [box.get("id") for name in ("input", "select") for box in page.all(name)
             if box.get("name") in ("posted_on", "how")]
    assert len(boxes) == len(set(boxes)) == 4
    assert set(boxes) <= {one.get("for") for one in page.all("label")}


def test_the_letter_is_a_pdf_with_the_answer_and_without_the_senders_name(app, cast, by_post, sign_in):
    desk, reference = sign_in(cast.intake), by_post.receipt.reference
    _write(desk, reference)
    with app.app_context():
        token = db.session.scalars(select(Letter.token)).one()
    reply = desk.open("GET", f"/desk/cases/{reference}/letter/{token}", status=200)
    assert reply.body.startswith(b"%PDF")
    with pikepdf.open(io.BytesIO(reply.body)) as pdf:
        assert reference in str(pdf.docinfo["/Title"])
        whole = b"".join(page.Contents.read_bytes() for page in pdf.pages)
    assert b"H\xc3\xb9ng" not in whole + reply.body
    assert reply.headers["Cache-Control"] == "no-store"


def test_an_answer_that_went_by_mail_is_owed_again_when_the_mail_came_back(app, cast, an, sign_in):
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    desk = sign_in(cast.intake)
    assert receipt.reference not in desk.get("/desk/letters").text
    with app.app_context(), writing():
        row = db.session.scalars(select(Outbox).where(
            Outbox.notice == "answer-ready", Outbox.person_id.is_(None), Outbox.agency_id.is_(None))).one()
        row.bounced_at = clock.now()
    assert "thư điện tử bị trả lại" in desk.get("/desk/letters").text


def test_an_anonymous_sender_is_owed_no_letter(app, cast, sign_in):
    nobody = Citizen(app, {}, [])
    receipt = nobody.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    assert receipt.reference not in sign_in(cast.intake).get("/desk/letters").text


@pytest.mark.parametrize(("field", "value"), [
    ("number", ""), ("number", "x" * 61), ("signatory", " "), ("signatory", "y" * 201), ("dated_on", ""),
    ("dated_on", "2999-01-01"), ("dated_on", "2000-01-01"), ("dated_on", "ngày mai")])
def test_a_letter_with_a_fault_is_not_made_and_keeps_what_was_typed(app, by_post, cast, sign_in, field, value):
    desk = sign_in(cast.intake)
    reply = _write(desk, by_post.receipt.reference, **{field: value})
    assert reply.status == 422
    assert b"field__error" in reply.body
    if field != "number":
        assert b"123/VP-KSTTHC" in reply.body
    with app.app_context():
        assert db.session.scalar(select(Letter.id)) is None


def test_no_letter_before_there_is_an_answer(app, cast, an, sign_in):
    receipt = an.complains()
    desk = sign_in(cast.intake)
    page = desk.get(f"/desk/cases/{receipt.reference}/letter")
    assert "Chưa có câu trả lời để in" in page.text


def test_the_handling_agency_cannot_open_a_letter_page(app, cast, by_post, sign_in):
    own = sign_in(cast.chi)
    own.looks = False
    assert own.get(f"/desk/cases/{by_post.receipt.reference}/letter", status=(403, 404)).status == 403


def test_the_sender_reads_the_letter_and_when_it_left_with_the_key_and_nobody_else_does(
        app, cast, by_post, an, sign_in, client, new_client):
    desk, reference = sign_in(cast.intake), by_post.receipt.reference
    _write(desk, reference)
    assert "Câu trả lời bằng thư" in desk.get(f"/desk/cases/{reference}").text
    client.submit(client.get("/track"), field="key", key=by_post.receipt.key)
    assert "123/VP-KSTTHC" in client.get("/track/case").text
    with app.app_context():
        token = db.session.scalars(select(Letter.token)).one()
    assert client.open("GET", f"/track/letter/{token}", status=200).body.startswith(b"%PDF")
    stranger, theirs = new_client(), an.complains()
    stranger.submit(stranger.get("/track"), field="key", key=theirs.key)
    assert stranger.open("GET", f"/track/letter/{token}", status=404).status == 404
