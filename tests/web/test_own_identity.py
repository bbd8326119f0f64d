"""A sender's own data, with the tracking key as proof: another contact, no longer named, forgotten."""

import pytest
from sqlalchemy import select

from feedback.adapters import storage
from feedback.domain.kinds import IdentityMode
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.attachments import Attachment
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.services import attachments, cases, mailing
from tests import factories
from tests.adapters import hostile_pieces as made

PAGE = "/track/case/identity"


@pytest.fixture
def holder(app, cast, an, client):
    """An, who has just shown the key."""
    receipt = an.complains()
    client.submit(client.get("/track"), field="key", key=receipt.key)
    return client


def _kept(app) -> set[str]:
    with app.app_context():
        return set(db.session.scalars(select(SealedIdentity.field)))


def test_the_page_says_what_is_kept_and_never_what_stands_there(holder):
    page = holder.get(PAGE)
    assert "Số điện thoại" in page.text
    for secret in ("Nguyễn Văn An", "0912345678", "an@thu.example", "Hùng Vương"):
        assert secret not in page.text


def test_mail_goes_to_the_new_address_from_then_on(app, cast, an, holder, post):
    with app.app_context():
        mailing.deliver_owed()
    holder.submit(holder.get(PAGE), field="email", do="contact", email="an.moi@thu.example")
    with app.app_context():
        with writing():
            factories.walk(an.receipt, Action.ACCEPT, hands=cast.hands)
        mailing.deliver_owed()
    assert post.messages[-1]["To"] == "an.moi@thu.example"
    assert _kept(app) == {"name", "phone", "email", "address"}


@pytest.mark.parametrize("wrong", [{}, {"email": "không phải thư"}, {"phone": "12"}, {"address": "x" * 301}])
def test_a_contact_with_a_fault_changes_nothing_and_says_why(app, holder, wrong):
    before = _rows(app)
    reply = holder.submit(holder.get(PAGE), field="email", do="contact", status=422, **wrong)
    assert b"field__error" in reply.body
    assert _rows(app) == before


def _rows(app) -> list[bytes]:
    with app.app_context():
        return list(db.session.scalars(select(SealedIdentity.sealed).order_by(SealedIdentity.id)))


def test_who_is_sure_is_forgotten_and_the_key_still_opens_the_case(app, holder):
    assert holder.submit(holder.get(PAGE), field="sure", do="forget", status=422).status == 422
    assert _kept(app)
    holder.submit(holder.get(PAGE), field="sure", do="forget", sure="y")
    assert _kept(app) == set()
    assert "đã được xóa" in holder.get("/track/case").text
    assert "Không còn giữ thông tin gì về bạn" in holder.get(PAGE).text


def test_leave_to_be_named_is_taken_back_until_an_agency_has_the_case(app, cast, an, client):
    receipt = _named(app, an)
    client.submit(client.get("/track"), field="key", key=receipt.key)
    late = client.get(PAGE)
    with app.app_context(), writing():
        factories.walk(receipt, Action.ASSIGN, hands=cast.hands)
    form = late.page.form(field="email")
    assert client.post(PAGE, {**form.values, "do": "unname"}, status=409).status == 409
    other = _named(app, an)
    client.submit(client.get("/track"), field="key", key=other.key)
    form = client.get(PAGE).page.form(field="email")
    client.post(PAGE, {**form.values, "do": "unname"})
    with app.app_context():
        modes = {c.reference: c.identity_mode for c in db.session.scalars(select(Case))}
    assert modes == {receipt.reference: "named", other.reference: "confidential"}


def _named(app, an):
    receipt = an.complains()
    with app.app_context(), writing():
        factories.case_of(receipt).identity_mode = IdentityMode.NAMED.value
    return receipt


def test_without_the_key_there_is_no_such_page(client):
    assert client.get(PAGE, status=302).location.endswith("/track")


def test_with_the_sender_go_the_originals_of_the_files_and_the_names_they_had(app, an, holder):
    with app.app_context():
        prepared = attachments.prepare("nha-ong-An.png", made.png())
        with writing():
            attachments.receive(prepared, actor=cases.SENDER, case=factories.case_of(an.receipt))
        token = prepared.token
        assert storage.has(token + attachments.ORIGINAL)
    holder.submit(holder.get(PAGE), field="sure", do="forget", sure="y")
    with app.app_context():
        assert not storage.has(token + attachments.ORIGINAL)
        assert storage.has(token + attachments.CLEAN)
        assert db.session.scalars(select(Attachment.name_sealed)).one() == b""
