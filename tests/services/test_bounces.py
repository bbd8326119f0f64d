"""A mail that came back is noted and shown; other mail changes nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from smtplib import LMTP

import pytest
from flask import Flask
from sqlalchemy import select

from feedback.adapters import bounce_reports
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.processes import free_port
from feedback.services import bounces, mailing
from tests.engines.smtp import Sink
from tests.fixtures.cast import Citizen


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def report(original: EmailMessage, *, action: str = "failed", status: str = "5.1.1", whole: bool = True,
           kind: str = "delivery-status") -> bytes:
    """What a mail server writes when it could not deliver ``original``."""
    head = "\n".join(f"{k}: {v}" for k, v in original.items() if k in ("From", "To", "Subject", "Message-ID"))
    returned = f"message/rfc822\n\n{head}\n\nthe text" if whole else f"text/rfc822-headers\n\n{head}\n"
    return (
        "From: MAILER-DAEMON@mx.example\nTo: hoi-am@tinh.example\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=edge\n\n"
        "--edge\nContent-Type: text/plain\n\nI could not deliver your message.\n"
        "--edge\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; an@thu.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 no such user\n\n--edge\nContent-Type: {returned}\n--edge--\n").encode()


@pytest.fixture
def sent(an: Citizen, post: Sink, inside: None) -> EmailMessage:
    """An's complaint was received and the mail about it went out."""
    an.complains()
    assert mailing.deliver_owed().sent == 1
    return post.messages[0]


def _row() -> Outbox:
    db.session.rollback()
    return db.session.scalars(select(Outbox)).one()


def _take(raw: bytes) -> bool:
    found = bounce_reports.read(raw)
    if found is None:
        return False
    with writing():
        return bounces.record(found)


@pytest.mark.parametrize("whole", [True, False])
def test_a_mail_that_came_back_is_noted_once_with_its_status(sent: EmailMessage, whole: bool) -> None:
    raw = report(sent, whole=whole)
    assert [_take(raw), _take(raw)] == [True, False]
    row = _row()
    assert row.bounced_at is not None
    assert row.bounce_code == "5.1.1"
    told = db.session.scalars(select(Event.type).where(Event.chain == f"case:{row.case_id}")).all()
    assert told.count("mail_bounced") == 1


def test_the_history_keeps_no_address_of_a_mail_that_came_back(sent: EmailMessage) -> None:
    _take(report(sent))
    assert not [e for e in db.session.scalars(select(Event)) if "thu.example" in str(e.payload)]


@pytest.mark.parametrize("change", [{"action": "delayed"}, {"kind": "feedback-report", "action": "relayed"}])
def test_what_is_no_failure_changes_nothing(sent: EmailMessage, change: dict[str, str]) -> None:
    assert not _take(report(sent, **change))
    assert _row().bounced_at is None


@pytest.mark.parametrize("wrong", ["<nobody@tinh.example>", "<../x@tinh.example>", "", "<%s@elsewhere.example>"])
def test_a_report_about_a_mail_that_is_not_ours_changes_nothing(sent: EmailMessage, wrong: str) -> None:
    dedupe = sent["Message-ID"].strip("<>").partition("@")[0]
    del sent["Message-ID"]
    sent["Message-ID"] = wrong % dedupe if "%" in wrong else wrong
    assert not _take(report(sent))
    assert _row().bounced_at is None


def test_a_report_about_a_mail_whose_name_was_guessed_changes_nothing(sent: EmailMessage) -> None:
    """Names count up: whoever got one mail could say of another sender's that it came back."""
    for guess in (_row().dedupe, f"{_row().dedupe}.{'0' * 16}"):
        del sent["Message-ID"]
        sent["Message-ID"] = f"<{guess}@tinh.example>"
        assert not _take(report(sent))
    assert _row().bounced_at is None


@pytest.mark.parametrize("raw", [
    b"", b"\x00\xff" * 1000, b"Content-Type: multipart/report; boundary=x\n\n--x\n",
    b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\nContent-Type: message/rfc822\n\n" * 3000,
    b"Subject: hello\n\nAction: failed\nMessage-ID: <a@tinh.example>"])
def test_any_other_bytes_are_read_without_harm(raw: bytes) -> None:
    assert bounce_reports.read(raw) is None


def test_the_commands_take_a_report_by_pipe_and_by_lmtp(
        sent: EmailMessage, app: Flask) -> None:
    settings, port = app.extensions["settings"], free_port()
    command_environment = {
        **os.environ, "FEEDBACK_DATABASE_URL": settings.database_url, "FEEDBACK_DATA": str(settings.data),
        "FEEDBACK_KEYS": str(settings.keys), "FEEDBACK_SECRET_KEY": settings.secret_key,
        "FEEDBACK_PEPPER": settings.pepper, "FEEDBACK_MAIL_FROM": settings.mail_from}
    db.session.rollback()
    read = subprocess.run([sys.executable, "-m", "feedback", "bounces", "read"], input=b"Subject: x\n\ny",
                          env=command_environment, capture_output=True, timeout=60, check=True)
    assert read.stdout.strip() == b"not about a mail of ours"
    taker = subprocess.Popen([sys.executable, "-m", "feedback", "bounces", "listen", "--port", str(port)],
                             env=command_environment, stdout=subprocess.PIPE)
    try:
        assert taker.stdout is not None
        assert b"taking reports" in taker.stdout.readline()
        with LMTP("127.0.0.1", port) as server:
            server.sendmail("", ["bounces@tinh.example"], report(sent))
    finally:
        taker.terminate()
        taker.communicate(timeout=20)
    assert _row().bounced_at is not None
