"""The servers that the other tests stand on are real, and can be made to fail."""

import os
import shutil
import signal
import smtplib
import stat
import subprocess
import sys
import textwrap
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import redis
from playwright.sync_api import Page
from sqlalchemy import create_engine, make_url, text

from tests.engines.patience import fails_with, wait_until
from tests.engines.postgresql import create_database, drop_database, postgresql
from tests.engines.smtp import Sink
from tests.engines.valkey import valkey_server


def _letter() -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@vidu.vn", "b@vidu.vn", "Thư trả lời"
    letter.set_content("Đã có kết quả.")
    return letter


def _send(sink: Sink, timeout: float = 5) -> None:
    with smtplib.SMTP("127.0.0.1", sink.port, timeout=timeout) as client:
        client.send_message(_letter())


def test_a_database_is_copied_from_a_template(postgresql_url: str) -> None:
    template = create_database(postgresql_url, "engine_template")
    engine = create_engine(template)
    with engine.begin() as connection:
        connection.execute(text("create table word (word text)"))
        connection.execute(text("insert into word values ('đất đai')"))
    engine.dispose()
    copied = create_engine(create_database(postgresql_url, "engine_copy", template="engine_template"))
    with copied.connect() as connection:
        assert connection.scalar(text("select word from word")) == "đất đai"
    copied.dispose()
    drop_database(postgresql_url, "engine_copy")
    drop_database(postgresql_url, "engine_template")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(template)


def test_valkey_keeps_what_it_was_told_over_a_crash_and_forgets_when_emptied() -> None:
    with valkey_server() as server, redis.Redis.from_url(server.url) as client:
        assert stat.S_IMODE(os.stat(server.url.removeprefix("unix://")).st_mode) == 0o600
        client.set("bell", "rung")
        client.execute_command("WAITAOF", 1, 0, 5000)
        server.stop(signal.SIGKILL)
        with pytest.raises(redis.ConnectionError):
            client.ping()
        server.start()
        assert client.get("bell") == b"rung"
        server.empty()
        assert client.dbsize() == 0


def test_the_mail_server_keeps_what_it_gets(smtp: Sink) -> None:
    _send(smtp)
    assert smtp.messages[0]["Subject"] == "Thư trả lời"
    assert smtp.messages[0].get_content().strip() == "Đã có kết quả."
    assert smtp.envelopes == [("a@vidu.vn", ["b@vidu.vn"])]


def test_the_mail_server_can_be_down_refuse_and_dawdle(smtp: Sink) -> None:
    smtp.pause()
    with pytest.raises(ConnectionRefusedError):
        _send(smtp)
    smtp.resume()
    smtp.reject("451 4.3.0 try again later")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        _send(smtp)
    assert refused.value.smtp_code == 451
    smtp.resume()
    smtp.slow(30)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        _send(smtp, timeout=0.2)
    smtp.resume()
    _send(smtp)
    assert len(smtp.messages) == 1


def test_the_browser_opens_a_page_in_vietnamese(page: Page) -> None:
    page.set_content("<h1>Xin chào</h1>")
    assert page.get_by_role("heading").inner_text() == "Xin chào"
    assert page.evaluate("navigator.language") == "vi-VN"


def test_the_servers_die_when_the_test_run_is_killed() -> None:
    script = textwrap.dedent("""\
        import sys
        from tests.engines.postgresql import postgresql
        from tests.engines.valkey import valkey
        with postgresql() as database, valkey() as queue:
            print(database, queue, sep="\\n", flush=True)
            sys.stdin.read()
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        database, queue = run.stdout.readline().strip(), run.stdout.readline().strip()
        psycopg.connect(database).close()
        run.kill()
        run.wait()
        wait_until(fails_with(psycopg.OperationalError, lambda: psycopg.connect(database).close()))
        wait_until(fails_with(redis.ConnectionError, redis.Redis.from_url(queue).ping))
    base = Path(str(make_url(database).query["host"]))
    wait_until(lambda: not (base / "data" / "postmaster.pid").exists())
    shutil.rmtree(base)
    shutil.rmtree(Path(queue.removeprefix("unix://")).parent)


def test_without_debians_server_the_wheels_one_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr("tests.engines.postgresql._DEBIAN", tmp_path)
    with postgresql() as url, psycopg.connect(url) as connection:
        row = connection.execute("select current_setting('server_version_num')::int >= 180000").fetchone()
    assert row == (True,)
