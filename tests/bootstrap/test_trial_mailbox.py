"""The trial's mailbox keeps what was sent, and can be read."""

import signal
import smtplib
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from feedback.adapters import trial_mailbox
from feedback.processes import dies_with_parent, free_port
from tests.engines.patience import wait_until

_START = "import sys; from feedback.cli.mailbox import mailbox; mailbox(sys.argv[1:])"


@contextmanager
def _mailbox(folder: Path) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", _START, "--port", str(port), "--folder", str(folder)],
        preexec_fn=dies_with_parent(),
    )
    try:
        wait_until(lambda: _answers(port) or server.poll() is not None)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(5) == 0


def _answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
    except OSError:
        return False
    return True


def _send(port: int, subject: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "hoi-am@vidu.vn", "an@vidu.vn", subject
    letter.set_content("Đơn của bạn đã được trả lời.\n.\nmột dấu chấm ở đầu dòng")
    letter.add_alternative("<p>Đơn của bạn đã được trả lời.</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(letter)


def test_mails_are_kept_whole_and_read_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "mailbox"
    with _mailbox(folder) as port:
        _send(port, "Thư thứ nhất")
        _send(port, "Thư thứ hai")
    mails = trial_mailbox.read_all(folder)
    assert [mail["Subject"] for mail in mails] == ["Thư thứ hai", "Thư thứ nhất"]
    plain = mails[0].get_body(("plain",))
    assert plain is not None
    assert "\n.\nmột dấu chấm" in plain.get_content().replace("\r\n", "\n")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_mail_that_is_still_being_written_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / ".20260101T000000.000000Z-1-000001.eml").write_bytes(b"Subject: half")
    assert trial_mailbox.read_all(tmp_path) == []
    assert trial_mailbox.read_all(tmp_path / "never made") == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "vidu.vn"])
def test_it_listens_on_loopback_only(host: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        trial_mailbox.serve(host=host, port=free_port(), folder=tmp_path)


def test_the_oldest_make_room(tmp_path: Path) -> None:
    for n in range(2001):
        (tmp_path / f"20250101T000000.000000Z-1-{n:06d}.eml").touch()
    with _mailbox(tmp_path) as port:
        _send(port, "Mới")
    assert len(list(tmp_path.iterdir())) == 2000
    assert trial_mailbox.read_all(tmp_path)[0]["Subject"] == "Mới"
