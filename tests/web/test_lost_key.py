"""A lost tracking key, through the pages: the mail's code, and the counter."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.outbox import Outbox
from feedback.services import mailing, reissue
from feedback.services.cases import Receipt
from feedback.web import limits
from tests import factories
from tests.engines.smtp import Sink
from tests.factories import Member
from tests.fixtures.application import SqlLog
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client, Reply
from tests.fixtures.time import Clock

KEY = re.compile(r"(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}")
CODE = re.compile(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\r?$", re.MULTILINE)


def code(app: Flask, receipt: Receipt) -> str:
    with app.app_context():
        made = reissue.code_to_mail(receipt.case_id)
        db.session.rollback()
    assert made is not None
    return made


def asked(client: Client, reference: str, email: str = "an@thu.example") -> Reply:
    return client.submit(client.get("/track/lost"), action="/track/lost", reference=reference, email=email)


def opens(client: Client, key: str) -> bool:
    reply = client.submit(client.get("/track"), field="key", key=key, status=(200, 303, 422), follow=False)
    return reply.status == 303


def test_an_who_lost_the_key_gets_a_new_one_by_mail(
        app: Flask, an: Citizen, client: Client, post: Sink) -> None:
    receipt = an.complains()
    page = asked(client, receipt.reference.lower().replace("-", " "))
    with app.app_context():
        mailing.deliver_owed()
        db.session.remove()
    mails = [m.get_body(("plain",)).get_content() for m in post.messages]
    typed = next(found[0] for body in mails if (found := CODE.findall(body)))
    shown = client.submit(page, action="/track/lost/code", code=typed.lower())
    assert shown.page.h1 == "Bạn đã có mã theo dõi mới"
    key = KEY.findall(shown.text)[0]
    assert key != receipt.key
    assert opens(client, key)
    assert not opens(client, receipt.key)
    told = client.submit(client.get("/track"), field="key", key=key)
    assert "Bạn được cấp mã theo dõi mới" in told.text
    paper = client.get("/complain/receipt.pdf")
    assert paper.body.startswith(b"%PDF-")


def test_nobody_learns_whether_reference_and_address_belong_together(an: Citizen, client: Client) -> None:
    receipt = an.complains()
    pages = [asked(client, reference, email) for reference, email in (
        (receipt.reference, "an@thu.example"), (receipt.reference, "binh@thu.example"),
        ("0000-0000", "an@thu.example"))]
    texts = {page.text.replace(receipt.reference, "").replace("0000-0000", "") for page in pages}
    assert len(texts) == 1
    refused = [client.submit(page, action="/track/lost/code", code="0000-0000", status=422) for page in pages]
    assert len({page.text.replace(receipt.reference, "").replace("0000-0000", "") for page in refused}) == 1


def test_right_and_wrong_address_ask_the_database_the_same_questions(
        an: Citizen, client: Client, sql_log: SqlLog) -> None:
    receipt = an.complains()
    reads = []
    for email in ("an@thu.example", "binh@thu.example"):
        form = client.get("/track/lost")
        sql_log.clear()
        client.submit(form, action="/track/lost", follow=False, reference=receipt.reference, email=email)
        reads.append((sql_log.reads, sql_log.commits))
    assert reads[0] == reads[1]


@pytest.mark.parametrize(("reference", "email", "words"), [
    ("", "an@thu.example", "Hãy nhập mã hồ sơ"), ("ABC", "an@thu.example", "tám ký tự"),
    ("7K3M-Q9XW", "", "Hãy nhập địa chỉ e-mail"), ("7K3M-Q9XW", "an@", "ten@example.vn")])
def test_a_slip_is_named_beside_its_field(client: Client, reference: str, email: str, words: str) -> None:
    refused = client.submit(client.get("/track/lost"), action="/track/lost", status=422, reference=reference,
                            email=email)
    assert words in refused.text


def test_the_reference_is_in_no_address(an: Citizen, client: Client) -> None:
    receipt = an.complains()
    form = client.get("/track/lost")
    sent = client.submit(form, action="/track/lost", follow=False, reference=receipt.reference,
                         email="a@b.example")
    assert sent.location.endswith("/track/lost/code")


def test_many_questions_from_one_address_wait(
        app: Flask, an: Citizen, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "is_local", lambda: False)
    form = client.get("/track/lost")
    for _ in range(20):
        client.submit(form, action="/track/lost", follow=False, reference="0000-0000", email="a@b.example")
    refused = client.submit(form, action="/track/lost", status=429, reference="0000-0000", email="a@b.example")
    assert "quá nhiều lần thử" in refused.text


def test_a_code_typed_twice_shows_the_same_key(app: Flask, an: Citizen, client: Client) -> None:
    receipt = an.complains()
    page, keys = asked(client, receipt.reference), []
    typed = code(app, receipt)
    for _ in range(2):
        keys.append(KEY.findall(client.submit(page, action="/track/lost/code", code=typed).text))
    assert keys[0] == keys[1]


def test_an_anonymous_sender_is_sent_no_mail_and_told_of_the_counter(
        app: Flask, binh: Citizen, client: Client) -> None:
    binh.identity = {}
    receipt = binh.complains()
    assert "Bạn đến quầy của văn phòng" in client.get("/track/lost").text
    asked(client, receipt.reference, "binh@thu.example")
    with app.app_context():
        assert db.session.scalar(select(func.count(Outbox.id)).where(Outbox.notice == "key-code")) == 0
        db.session.rollback()


# At the counter ------------------------------------------------------------------------------------------------


def path(receipt: Receipt) -> str:
    return f"/desk/cases/{receipt.reference}/new-key"


@pytest.fixture
def anonymous(binh: Citizen) -> Receipt:
    binh.identity = {}
    return binh.complains()


def test_two_people_give_an_anonymous_sender_a_new_key(
        cast: Cast, anonymous: Receipt, sign_in: Callable[[Member], Client], client: Client) -> None:
    first, second = sign_in(cast.intake), sign_in(cast.second_intake)
    waiting = first.submit(first.get(path(anonymous)), field="checked", do="ask",
                           checked="Có biên nhận đã in; kể đúng cả hai điểm.")
    assert "Đang chờ người thứ hai" in waiting.text
    seen = second.get(path(anonymous))
    assert "Có biên nhận đã in" in seen.text
    second.submit(seen, field="request", do="confirm")
    ready = first.get(path(anonymous))
    shown = first.submit(ready, field="nonce", do="show", status=200)
    key = KEY.findall(shown.text)[0]
    assert shown.headers["Cache-Control"] == "no-store"
    assert opens(client, key)
    assert not opens(client, anonymous.key)
    again = first.submit(ready, field="nonce", do="show", status=200)
    assert KEY.findall(again.text) == [key]
    paper = first.submit(shown, field="nonce", do="show", status=200)
    assert paper.body.startswith(b"%PDF-")
    assert not KEY.search(first.get(path(anonymous)).text)
    story = client.submit(client.get("/track"), field="key", key=key)
    assert "Có biên nhận đã in; kể đúng cả hai điểm." in story.text


def test_nobody_confirms_alone_and_nobody_else_sees_the_key(
        cast: Cast, anonymous: Receipt, sign_in: Callable[[Member], Client]) -> None:
    first, second = sign_in(cast.intake), sign_in(cast.ha)
    waiting = first.submit(first.get(path(anonymous)), field="checked", do="ask", checked="Có biên nhận.")
    seen = second.get(path(anonymous))
    form = seen.page.form(field="request").values
    token = first.get("/account/sessions").page.forms()[0].values["csrf_token"][0]
    first.post(path(anonymous), {"csrf_token": token, "request": form["request"][0], "do": "confirm"}, status=409)
    second.submit(seen, field="request", do="confirm")
    assert "Mã mới chỉ hiện cho người đã đề nghị" in second.get(path(anonymous)).text
    second.post(path(anonymous), {"csrf_token": form["csrf_token"][0], "request": form["request"][0], "do": "show",
                                  "nonce": "0" * 32}, status=403)
    assert "Đang chờ" in waiting.text


def test_what_was_checked_has_to_be_written(
        cast: Cast, anonymous: Receipt, sign_in: Callable[[Member], Client]) -> None:
    first = sign_in(cast.intake)
    refused = first.submit(first.get(path(anonymous)), field="checked", do="ask", checked=" ", status=422)
    assert "Hãy ghi những gì đã kiểm tra" in refused.text


def test_a_declined_request_is_told_to_the_sender(
        cast: Cast, anonymous: Receipt, sign_in: Callable[[Member], Client], client: Client) -> None:
    first, second = sign_in(cast.intake), sign_in(cast.ha)
    first.submit(first.get(path(anonymous)), field="checked", do="ask", checked="Bảo là người nhà.")
    second.submit(second.get(path(anonymous)), field="request", do="decline")
    story = client.submit(client.get("/track"), field="key", key=anonymous.key)
    assert "Có người đến quầy xin cấp lại mã theo dõi của hồ sơ này" in story.text
    assert "Bảo là người nhà." not in story.text


def test_the_handling_agency_never_reads_what_was_checked(
        app: Flask, cast: Cast, an: Citizen, sign_in: Callable[[Member], Client]) -> None:
    receipt = an.complains()
    with app.app_context(), writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    first = sign_in(cast.intake)
    first.submit(first.get(path(receipt)), field="checked", do="ask", checked="Nói giọng miền Trung, áo xanh.")
    chi = sign_in(cast.chi)
    assert "áo xanh" not in chi.get(f"/desk/cases/{receipt.reference}").text
    chi.get(path(receipt), status=403)


def test_a_restricted_case_is_for_its_own_desk(
        cast: Cast, an: Citizen, sign_in: Callable[[Member], Client]) -> None:
    receipt = an.complains(category=Category.UNOFFICIAL_COST)
    sign_in(cast.intake).get(path(receipt), status=404)
    sign_in(cast.ha).get(path(receipt), status=404)
    assert "mất mã" in sign_in(cast.restricted).get(path(receipt)).text


@pytest.mark.parametrize("data", [
    {}, {"do": "explode"}, {"do": "show", "nonce": "xyz"}, {"do": "confirm", "request": "²"},
    {"do": "confirm", "request": "9" * 40}, {"do": "decline"}, {"do": "show", "nonce": "0" * 32, "request": "1"}])
def test_strange_forms_change_nothing(
        cast: Cast, anonymous: Receipt, sign_in: Callable[[Member], Client], client: Client,
        data: dict[str, str], frozen: Clock) -> None:
    first = sign_in(cast.intake)
    token = first.get(path(anonymous)).page.form(field="checked").values["csrf_token"][0]
    first.post(path(anonymous), {"csrf_token": token, **data}, status=(400, 403, 409, 422))
    assert opens(client, anonymous.key)
