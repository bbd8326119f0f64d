"""nginx before the real app: gunicorn as `feedback web` starts it, on a database with published cases."""

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import pytest
from flask import Flask

from feedback.adapters import vault_keys
from feedback.cli.web import command
from feedback.config import load_settings
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.migrations import runner
from feedback.processes import dies_with_parent
from feedback.queries import register
from feedback.services import publication_release
from feedback.services.seeding import seed_reference_data
from feedback.web.security import HEADERS, HSTS
from tests import factories
from tests.deploy.asking import Answered, ask, tls
from tests.deploy.conftest import environment
from tests.engines.folders import short_folder
from tests.engines.nginx_server import NAME, NginxServer, running
from tests.engines.patience import wait_until
from tests.factories import Member, actor_of
from tests.fixtures.application import assemble
from tests.web.test_budgets import publish

TITLE = "Đất đai, hồ sơ {}"
LISTS = ("/", "/register", "/register?q=dat+dai", "/register?q=dat+dai&sort=best", "/register?agency=T0",
         "/en/register", "/register.atom", "/api/v1/cases",
         "/open311/v2/requests.json?service_request_id=0012-0012,0005-0005",
         "/open311/v2/requests.xml?service_request_id=0012-0012,0005-0005")
"""Where words of a case stand beside its own page."""


@dataclass
class House:
    """The app, its nginx, and a hand inside."""

    nginx: NginxServer
    app: Flask
    publisher: Member
    settings: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def open(self) -> None:
        """Start the web processes and wait until a request comes through."""
        with (self.folder / "web.log").open("ab") as log:
            self.processes.append(subprocess.Popen(
                command(bind=f"unix:{self.nginx.socket}"), env=self.settings, cwd=Path(__file__).parents[2],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=dies_with_parent(signal.SIGTERM)))
        wait_until(lambda: self.get("/livez").status == 200, seconds=120, what="for the app")

    def close(self) -> None:
        """Stop them."""
        for process in self.processes:
            process.terminate()
            process.wait(30)
        self.processes.clear()

    def get(self, path: str, **headers: str) -> Answered:
        """An answer through nginx."""
        return ask(self.nginx, path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def copy(self, path: str) -> str:
        """What nginx writes into its log about its copy when it is asked for this."""
        before = self.lines()
        self.get(path)
        wait_until(lambda: len(self.lines()) > len(before), what="for the line in the log")
        return re.findall(r'"copy":"(\w*)"', self.lines()[-1])[0]

    def lines(self) -> list[str]:
        """The log of what was asked for."""
        log = self.nginx.folder / "logs" / "hoi-am-access.log"
        return log.read_text().splitlines() if log.exists() else []

    def take_out(self, reference: str) -> None:
        """Unpublish a case, as the publishers' desk does."""
        with self.app.app_context():
            with writing():
                publication_release.unpublish(
                    register.one(reference), actor=actor_of(self.publisher), reason="Soát lại.")
            db.session.remove()


@pytest.fixture(scope="module")
def house(nginx_program: Path, printed: str) -> Iterator[House]:
    """The house with 12 published cases, open."""
    with ExitStack() as stack:
        folder = stack.enter_context(short_folder("hoi-"))
        url = f"sqlite:///{folder / 'house.db'}"
        (folder / "var").mkdir()
        vault_keys.ensure_keys(folder / "keys")
        runner.upgrade(url)
        told = environment(folder, FEEDBACK_DATABASE_URL=url)
        app = assemble(load_settings(told))
        with app.app_context():
            with writing():
                seed_reference_data()
                publish(12)
            with writing():
                publisher = factories.member("Chị Mai", Role.PUBLISHER)
            db.session.remove()
        nginx = stack.enter_context(
            running(nginx_program, stack.enter_context(short_folder("ngx-")), printed))
        made = House(nginx, app, publisher, told, folder)
        stack.callback(lambda: _let_go(app))
        stack.callback(made.close)
        made.open()
        yield made


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


def test_files_are_kept_for_ever_and_come_from_the_copy(house: House) -> None:
    page = house.get("/about").text
    files = re.findall(r'(?:href|src)="(/(?:static|fonts)/[^"]+)"', page)
    assert len(files) >= 3
    for path in files:
        path = path.replace("&amp;", "&")
        first, again = house.get(path), house.get(path, Accept_Encoding="gzip")
        assert first.one("Cache-Control") == again.one("Cache-Control") == "public, max-age=31536000, immutable"
        assert house.copy(path) == "HIT"
        for name in ("X-Content-Type-Options", "Strict-Transport-Security", "Content-Security-Policy"):
            assert len(again.all(name)) == 1
        if "house.css" in path:
            assert again.one("Content-Encoding") == "gzip"


def test_lists_and_cases_are_kept_and_asked_for_each_time(house: House) -> None:
    for path in (*LISTS, "/register/0005-0005", "/register/0005-0005.atom", "/api/v1/cases/0005-0005",
                 "/sitemap.xml", "/sitemap-1.xml", "/robots.txt"):
        answer = house.get(path)
        assert (answer.status, answer.one("Cache-Control"), answer.all("X-Accel-Expires")) == (
            200, "public, no-cache", []), path
        assert answer.all("Set-Cookie") == []
        assert house.copy(path) == "REVALIDATED", path
        assert house.get(path, If_None_Match=answer.one("ETag")).status == 304, path
        squeezed = house.get(path, Accept_Encoding="gzip")
        assert house.get(path, Accept_Encoding="gzip", If_None_Match=squeezed.one("ETag")).status == 304, path


def test_the_list_of_late_cases_is_answered_from_the_copy(house: House) -> None:
    assert "stale-while-revalidate" in house.get("/overdue").one("Cache-Control")
    assert house.copy("/overdue") in ("HIT", "STALE", "UPDATING", "EXPIRED")


def test_a_case_that_is_taken_out_while_it_is_kept_is_gone_at_once_everywhere(house: House) -> None:
    gone, title = "0012-0012", TITLE.format(12)
    own = (f"/register/{gone}", f"/en/register/{gone}", f"/register/{gone}.atom", f"/api/v1/cases/{gone}")
    beside = (*LISTS, "/register/0011-0011")  # which shows similar cases
    for path in (*own, *beside, "/sitemap-1.xml"):
        assert house.get(path).status == 200, path
    assert [path for path in LISTS if gone not in house.get(path).text] == []
    assert gone in house.get("/sitemap-1.xml").text
    tags = {path: house.get(path).one("ETag") for path in beside}
    house.take_out(gone)
    for path in own:
        answer = house.get(path)
        assert (answer.status, title in answer.text) == (410, False), path
    for path in beside:
        for answer in (house.get(path), house.get(path, If_None_Match=tags[path])):
            assert (answer.status, title in answer.text, gone in answer.text) == (200, False, False), path
    assert gone not in house.get("/sitemap-1.xml").text
    copies = [path.read_bytes() for path in (house.nginx.folder / "copies").rglob("*") if path.is_file()]
    mine = [one for one in copies if any(f"{path}\n".encode() in one[:600] for path in (*own, *beside))]
    assert mine, "nginx keeps something"
    assert not [one for one in mine if title.encode() in one], "what nginx keeps on its disk is overwritten too"


def test_headers_of_the_house_stand_once_on_every_kind_of_page(house: House) -> None:
    for path in ("/", "/complain", "/sign-in", "/register/0005-0005", "/no-such-page", "/desk/inbox"):
        answer = house.get(path)
        for name, value in {**HEADERS, "Strict-Transport-Security": HSTS}.items():
            assert answer.all(name) == [value], (path, name)


def test_a_form_goes_through_with_its_cookie_and_nothing_of_it_is_kept(house: House) -> None:
    page = house.get("/track")
    (cookie,) = page.all("Set-Cookie")
    assert cookie.startswith("__Host-visit=")
    assert "Secure" in cookie
    token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[0]
    answer = ask(house.nginx, "/track", method="POST", body=f"csrf_token={token}&reference=0000-0000&key=ABC",
                 headers={"Cookie": cookie.partition(";")[0], "Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status in (200, 400, 404, 422)
    assert "csrf_token" in answer.text, "the form again, so the token was taken"
    assert house.get("/track").all("Set-Cookie") != [cookie], "each visitor a cookie of his own"
    assert (house.copy("/track"), house.copy("/complain"), house.copy("/sign-in")) == ("", "", "")


def test_two_hundred_slow_clients_starve_nobody(house: House) -> None:
    """Half of them dawdle over their headers, half over a body; meanwhile everybody else is served."""
    head = f"POST /complain HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 50000\r\n"
    context = tls(house.nginx)
    with ExitStack() as stack:
        for number in range(200):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", house.nginx.https), timeout=60))
            slow = stack.enter_context(context.wrap_socket(plain, server_hostname=NAME))
            slow.sendall((head if number % 2 else f"{head}\r\ncsrf_token=").encode())
        began = monotonic()
        statuses = [house.get(path).status for _ in range(10) for path in ("/register", "/complain", "/sign-in")]
        took = monotonic() - began
    assert set(statuses) == {200}
    assert took < 60, f"30 pages took {took} s beside slow clients"


def test_when_the_app_is_away_people_read_what_to_do_and_no_old_case_is_shown(house: House) -> None:
    css = re.findall(r'"(/static/css/house.css[^"]+)"', house.get("/about").text)[0]
    assert {house.get(path).status for path in (css, "/register", "/register/0005-0005")} == {200}
    house.close()
    try:
        for path in ("/register", "/register/0005-0005", "/complain", "/desk/inbox"):
            answer = house.get(path)
            assert (answer.status, answer.one("Retry-After")) == (503, "30"), path
            assert "vẫn còn nguyên" in answer.text
            assert "Nothing that was received is lost" in answer.text
        sent = ask(house.nginx, "/complain", method="POST", body=b"a=1")
        assert (sent.status, sent.one("Cache-Control")) == (503, "no-store")
        program = house.get("/api/v1/cases")
        assert (program.status, program.one("Content-Type")) == (503, "application/json")
        assert house.get(css).status == 200, "files are shown from the copy"
    finally:
        house.open()
    assert house.get("/register/0005-0005").status == 200
