"""Mail goes out once, to the right person, in their language, and says nothing that others should not read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.adapters import mail
from feedback.adapters.mail import Letter, MailFault, compose
from feedback.adapters.mail_templates import render
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.services import cases, mailing, notices, outbox
from tests import factories
from tests.engines.smtp import Sink
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock

NEUTRAL = "Có tin mới về hồ sơ của Ông/Bà"


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _owed() -> list[Outbox]:
    db.session.rollback()
    return list(db.session.scalars(select(Outbox).order_by(Outbox.id)))


def _text(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return body.get_content()


def test_the_sender_is_told_that_the_complaint_came_in(an: Citizen, post: Sink, inside: None) -> None:
    receipt = an.complains()
    assert mailing.deliver_owed().sent == 1
    (message,) = post.messages
    assert message["To"] == "an@thu.example"
    assert message["Subject"] == NEUTRAL
    assert receipt.reference in _text(message)
    assert "http://localhost/" in _text(message)
    assert _owed()[0].sent_at is not None


def test_a_mail_to_a_sender_holds_no_word_of_the_case_and_no_key(an: Citizen, post: Sink, inside: None) -> None:
    receipt = an.complains()
    mailing.deliver_owed()
    whole = post.messages[0].as_string() + _text(post.messages[0]) + _text(post.messages[0], "html")
    assert receipt.key not in whole
    assert receipt.key.replace("-", "") not in whole
    for word in ("hộ khẩu", "giấy phép", "Nguyễn Văn An", "0912345678", "Hùng Vương", "phản ánh"):
        assert word not in whole
    assert re.findall(r"http\S+", _text(post.messages[0])) == ["http://localhost/"]


def test_a_sender_who_writes_english_reads_english(an: Citizen, post: Sink, inside: None) -> None:
    an.complains(language="en")
    mailing.deliver_owed()
    (message,) = post.messages
    assert message["Subject"] == "There is news about your file"
    assert "We have received your file" in _text(message)
    assert "http://localhost/en/" in _text(message)
    assert '<html lang="en">' in _text(message, "html")


def test_delivering_the_same_row_twice_sends_it_once(an: Citizen, post: Sink, inside: None) -> None:
    an.complains()
    (row,) = _owed()
    assert [mailing.deliver(row.id).sent, mailing.deliver(row.id).sent] == [1, 0]
    assert len(post.messages) == 1


@pytest.mark.both_engines
def test_many_workers_at_once_send_each_notice_once(app: Flask, post: Sink) -> None:
    with app.app_context(), writing():
        agency = factories.agency(email="soxaydung@tinh.example")
        for i in range(40):
            outbox.owe(notice=Notice.GATE_WAITING, dedupe=f"t.{i}", agency_id=agency)
    start = Barrier(3)

    def work() -> None:
        start.wait()
        with app.app_context():
            mailing.deliver_owed()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    named = [m["Message-ID"].partition("@")[0].rpartition(".")[0] for m in post.messages]  # behind it: the mark
    assert sorted(named) == sorted(f"<t.{i}" for i in range(40))


def test_a_mail_server_that_was_down_gets_it_once_with_the_same_message_id(
        an: Citizen, post: Sink, frozen: Clock, inside: None) -> None:
    an.complains()
    (row,) = _owed()
    post.pause()
    assert mailing.deliver_owed().server_down
    assert _owed()[0].fault == "ConnectionRefusedError"
    post.resume()
    assert mailing.deliver_owed().seen == 0, "it has to wait a little"
    frozen.go_on(seconds=10)
    assert mailing.deliver_owed().sent == 1
    assert [m["Message-ID"] for m in post.messages] == [f"<{outbox.name_in_mail(row.dedupe)}@tinh.example>"]


def test_a_mail_server_that_is_down_is_asked_once_and_not_for_every_row(
        app: Flask, post: Sink, frozen: Clock, inside: None) -> None:
    with writing():
        agency = factories.agency(email="soxaydung@tinh.example")
        for i in range(30):
            outbox.owe(notice=Notice.GATE_WAITING, dedupe=f"t.{i}", agency_id=agency)
    post.pause()
    assert mailing.deliver_owed().failed == 1
    assert sum(row.tries for row in _owed()) == 1
    assert all(row.lease_until is None for row in _owed())
    post.resume()
    frozen.go_on(seconds=10)
    assert mailing.deliver_owed().sent == 30


def test_a_mail_killed_between_the_servers_yes_and_the_mark_goes_again_under_the_same_id(
        an: Citizen, post: Sink, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    an.complains()
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "mark_sent", _killed)
        with pytest.raises(SystemExit):
            mailing.deliver_owed()
    frozen.go_on(minutes=3)
    mailing.deliver_owed()
    assert len(post.messages) == 2
    assert len({m["Message-ID"] for m in post.messages}) == 1


def _killed(*_: object, **__: object) -> None:
    raise SystemExit


def test_a_refused_address_stops_nobody_and_is_tried_again_in_an_hour(
        app: Flask, post: Sink, frozen: Clock, inside: None) -> None:
    with writing():
        bad = factories.agency(email="không phải địa chỉ")
        good = factories.agency(email="sonnmt@tinh.example")
        outbox.owe(notice=Notice.GATE_WAITING, dedupe="bad", agency_id=bad)
        outbox.owe(notice=Notice.GATE_WAITING, dedupe="good", agency_id=good)
    done = mailing.deliver_owed()
    assert (done.sent, done.failed) == (1, 1)
    assert [row.fault for row in _owed()] == ["bad_address", None]
    assert (_owed()[0].next_try - clock.now()).total_seconds() == 3600


def test_a_notice_whose_words_break_stops_nobody(
        app: Flask, post: Sink, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing():
        agency = factories.agency(email="soxaydung@tinh.example")
        broken = outbox.owe(notice=Notice.CASE_RECEIVED, dedupe="broken", agency_id=agency)
        outbox.owe(notice=Notice.GATE_WAITING, dedupe="good", agency_id=agency)
        db.session.get_one(Outbox, broken).notice = "no-such-notice"
    assert mailing.deliver_owed().sent == 1
    assert [row.fault for row in _owed()] == ["ValueError", None]


def test_without_a_vault_the_senders_mail_waits(an: Citizen, post: Sink, inside: None, app: Flask,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    an.complains()
    settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", replace(settings, vault_socket=settings.data / "nobody.sock"))
    assert mailing.deliver_owed().failed == 1
    assert (_owed()[0].fault, _owed()[0].dead_at) == ("VaultUnavailable", None)


def test_somebody_who_left_gets_no_more_mail(cast: Cast, post: Sink, inside: None) -> None:
    with writing():
        outbox.owe(notice=Notice.GATE_WAITING, dedupe="left", person_id=cast.chi.id)
        db.session.get_one(Person, cast.chi.id).disabled_at = clock.now()
    assert mailing.deliver_owed().sent == 0
    (row,) = _owed()
    assert row.dead_at is not None
    assert row.fault == outbox.NO_ADDRESS


def test_without_a_mail_server_everything_stays_owed(an: Citizen, app: Flask, inside: None) -> None:
    an.complains()
    assert mailing.deliver_owed().seen == 0
    assert _owed()[0].tries == 0


def test_a_slow_server_does_not_outlast_the_lease(
        app: Flask, post: Sink, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter takes 50 s here: after two, the lease of two minutes is nearly over and is taken anew."""
    with writing():
        agency = factories.agency(email="soxaydung@tinh.example")
        for i in range(6):
            outbox.owe(notice=Notice.GATE_WAITING, dedupe=f"t.{i}", agency_id=agency)
    sending = mail.Post.send

    def slow(self: mail.Post, letter: Letter, **to: str) -> None:
        sending(self, letter, **to)
        frozen.go_on(seconds=50)

    monkeypatch.setattr(mail.Post, "send", slow)
    claimed: list[int] = []
    claiming = outbox.claim
    monkeypatch.setattr(outbox, "claim", lambda **how: [c for c in claiming(**how) if not claimed.append(c.id)])
    mailing.deliver_owed()
    assert len(post.messages) == 6
    assert len({m["Message-ID"] for m in post.messages}) == 6
    assert len(claimed) > 6


def test_everybody_on_the_way_of_a_case_is_told(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    told = [(row.notice, row.person_id) for row in _owed()]
    assert told == [
        ("case-received", None), ("case-accepted", None), ("case-assigned", cast.chi_head.id),
        ("approval-waiting", cast.chi_head.id), ("gate-waiting", cast.ha.id), ("answer-ready", None)]


def test_a_restricted_case_is_told_to_its_own_desk_alone(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        case = factories.walk(receipt, Action.ACCEPT, hands=cast.hands)
        case.restricted, case.agency_id = True, cast.building
        notices.notify(case, Action.ASSIGN, actor=factories.actor_of(cast.restricted))
    assert [row.person_id for row in _owed() if row.notice == "case-assigned"] == []
    with writing():
        notices.notify(factories.case_of(receipt), Action.APPROVE, actor=factories.actor_of(cast.chi_head))
    assert [row.person_id for row in _owed() if row.notice == "gate-waiting"] == [cast.restricted.id]


def test_nobody_from_whom_a_case_is_hidden_is_told_of_it(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        factories.hide_from(factories.case_of(receipt), db.session.get_one(Person, cast.chi_head.id))
        factories.walk(receipt, Action.ASSIGN, hands=cast.hands)
    told = [(row.person_id, row.agency_id) for row in _owed() if row.notice == "case-assigned"]
    assert told == [(cast.ha.id, None)], "one level up, and not the mailbox that the head reads"


def test_an_agency_without_people_here_is_told_at_its_mailbox(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        empty = factories.agency("Thuế tỉnh", email="thue@tinh.example")
        case = factories.walk(receipt, Action.ACCEPT, hands=cast.hands)
        cases.assign(case, db.session.get_one(Agency, empty), actor=factories.actor_of(cast.intake))
    assert [(r.person_id, r.agency_id) for r in _owed() if r.notice == "case-assigned"] == [(None, empty)]


def test_the_officer_who_is_given_a_case_is_told(cast: Cast, an: Citizen, inside: None) -> None:
    receipt = an.complains()
    with writing():
        case = factories.walk(receipt, Action.ASSIGN, hands=cast.hands)
        cases.allot(case, db.session.get_one(Person, cast.chi.id), actor=factories.actor_of(cast.chi_head))
    assert [r.person_id for r in _owed() if r.notice == "case-assigned"] == [cast.chi_head.id, cast.chi.id]


@pytest.mark.parametrize("notice", Notice)
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)  # words alone, no database is asked
def test_every_message_can_be_written_in_both_languages(notice: Notice, language: str, inside: None) -> None:
    office = {"reference": "K4NA-4GSP", "link": "http://localhost/", "name": "Trần Thị Chi",
              "due_on": "27/02/2026", "days_late": 3, "code": "8Q2M-K4NA",
              "promised_on": "27/02/2026", "apologised": True, "apology_form": "http://localhost/form",
              "explain": "http://localhost/explain", "late": 1, "soon": 1, "lines": [
                  {"reference": "K4NA-4GSP", "kind": "total", "late": late, "due_on": "27/02/2026", "days": 3,
                   "link": "http://localhost/"} for late in (True, False)]}
    letter = render(notice, language=language, context=office)
    assert letter.subject
    assert "\n" not in letter.subject
    assert "http://localhost/" in letter.text
    assert f'<html lang="{language}">' in letter.html
    accented = bool(re.search("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ]", letter.text.replace("Hồi", "")
                              .replace("Trần Thị Chi", "")))
    assert accented is (language == "vi")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)  # words alone
def test_a_withdrawal_is_told_to_the_sender_and_to_the_officer_each_in_their_way(inside: None) -> None:
    about = {"reference": "K4NA-4GSP", "link": "http://localhost/"}
    to_sender = render(Notice.CASE_WITHDRAWN, language="vi", context=about)
    to_officer = render(Notice.CASE_WITHDRAWN, language="vi", context={**about, "name": "Trần Thị Chi"})
    assert "mã theo dõi" in to_sender.text
    assert "mã theo dõi" not in to_officer.text
    assert "Trần Thị Chi" in to_officer.html


def test_names_cannot_become_markup_in_a_mail(cast: Cast, inside: None) -> None:
    letter = render(Notice.GATE_WAITING, language="vi", context={
        "reference": "K4NA-4GSP", "link": "http://localhost/", "name": "<b>Chi</b>", "due_on": None,
        "days_late": 0})
    assert "&lt;b&gt;Chi" in letter.html
    assert "<b>Chi</b>" in letter.text


LETTER = Letter(subject="Một\r\nBcc: x@y.vn", text="a", html="<p>a</p>", language="vi")


def test_a_subject_cannot_become_another_header() -> None:
    message = compose(LETTER, to="an@thu.example", mail_from="hoi-am@tinh.example", dedupe="t")
    assert message["Bcc"] is None
    assert message["Subject"] == "Một Bcc: x@y.vn"


@pytest.mark.parametrize("to", ["", "an", "an@thu.example\r\nBcc: x@y.vn", "an@thu.example, x@y.vn", "a b@c.vn",
                                "<an@thu.example>", "An <an@thu.example>", "ân@thu.example"])
def test_only_one_plain_address_is_written_to(to: str) -> None:
    with pytest.raises(MailFault, match="bad_address"):
        compose(LETTER, to=to, mail_from="hoi-am@tinh.example", dedupe="t")
