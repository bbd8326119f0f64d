"""What nginx lets in and out: host names, headers, sizes, logs. Behind it stands a mirror."""

import gzip
import json
import os
import re
import ssl
from contextlib import closing
from pathlib import Path

import pytest

from feedback.web.security import HEADERS, HSTS, MAX_BODY, MAX_UPLOAD
from tests.deploy.asking import Answered, ask, ask_plainly, connection
from tests.engines.mirror import Answer, Mirror
from tests.engines.nginx_server import NAME, NginxServer
from tests.engines.patience import wait_until


def test_debians_nginx_accepts_the_configuration_without_a_warning(nginx: NginxServer) -> None:
    done = nginx.tested()
    assert (done.returncode, "[warn]" in done.stderr, "[emerg]" in done.stderr) == (0, False, False), done.stderr


def test_the_app_hears_where_a_request_comes_from_from_nginx_and_from_nobody_else(
        nginx: NginxServer, behind: Mirror) -> None:
    told = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http",
            "X-Forwarded-Port": "80", "X-Forwarded-Prefix": "/evil", "X-Real-IP": "203.0.113.9",
            "Forwarded": "for=203.0.113.9;host=evil.example", "X_Forwarded_For": "203.0.113.9",
            "SCRIPT_NAME": "/evil", "X-Original-URL": "/admin", "Proxy": "http://evil.example"}  # fmt: skip
    for path in ("/register", "/complain", "/static/css/house.css", "/complain/files"):
        ask(nginx, path, headers=told, source="127.0.0.3")
        got = behind.last(path).headers
        assert (got.get_all("X-Forwarded-For"), got.get_all("X-Forwarded-Proto"), got.get_all("Host")) == (
            ["127.0.0.3"], ["https"], [NAME])
        assert [name for name in got if name.lower().replace("_", "-") in {
            one.lower().replace("_", "-") for one in told} - {"x-forwarded-for", "x-forwarded-proto"}] == []


def test_who_asks_for_another_host_gets_nothing_and_the_app_hears_nothing(
        nginx: NginxServer, behind: Mirror) -> None:
    assert ask(nginx, "/", host="evil.example").status == 400
    assert ask_plainly(nginx, "/", host="evil.example").status == 400
    with pytest.raises(ssl.SSLError):
        ask(nginx, "/", server_name="evil.example")
    assert behind.asked == []


def test_http_leads_to_https_at_the_same_address(nginx: NginxServer, behind: Mirror) -> None:
    answer = ask_plainly(nginx, "/register?q=a")
    assert (answer.status, answer.one("Location")) == (301, f"https://{NAME}:{nginx.https}/register?q=a")
    assert behind.asked == []


def test_no_cookie_goes_to_a_public_page_and_cookies_go_where_they_are_needed(
        nginx: NginxServer, behind: Mirror) -> None:
    for path, comes in (("/register", False), ("/about", False), ("/api/v1/cases", False), ("/complain", True),
                        ("/track/case", True), ("/desk/inbox", True), ("/en/complain", True),
                        ("/en/about", False)):
        ask(nginx, path, headers={"Cookie": "__Host-sid=abc"})
        assert ("Cookie" in behind.last(path).headers) is comes, path


def test_headers_of_the_app_come_out_once_and_none_is_added(nginx: NginxServer, behind: Mirror) -> None:
    for path in ("/about?once", "/complain", "/static/js/house.js?v=once"):
        behind.say[path] = Answer(headers={**HEADERS, "Strict-Transport-Security": HSTS,
                                           "Cache-Control": "public, max-age=60"})
        for _ in range(2):
            answer = ask(nginx, path)
            for name, value in {**HEADERS, "Strict-Transport-Security": HSTS}.items():
                assert answer.all(name) == [value], (path, name)
            assert len(answer.all("Cache-Control")) == 1
            assert answer.one("Server") == "nginx"


def test_public_pages_are_squeezed_and_their_tag_still_holds(nginx: NginxServer, behind: Mirror) -> None:
    behind.say["/register/squeezed"] = answer = Answer(headers={
        "ETag": '"1"', "X-Accel-Expires": "@1", "Cache-Control": "public, no-cache"})
    squeezed = ask(nginx, "/register/squeezed", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(squeezed.body) == answer.body
    assert (squeezed.one("Content-Encoding"), squeezed.one("Vary"), squeezed.one("ETag")) == (
        "gzip", "Accept-Encoding", 'W/"1"')
    again = ask(nginx, "/register/squeezed", headers={"Accept-Encoding": "gzip", "If-None-Match": 'W/"1"'})
    assert (again.status, again.body) == (304, b"")
    whole = ask(nginx, "/register/squeezed")
    assert (whole.body, whole.all("Content-Encoding"), whole.one("Vary")) == (answer.body, [], "Accept-Encoding")


def test_a_page_with_a_secret_is_never_squeezed(nginx: NginxServer, behind: Mirror) -> None:
    for path in ("/complain", "/track/case", "/sign-in", "/desk/inbox", "/admin/people", "/account/sessions"):
        answer = ask(nginx, path, headers={"Accept-Encoding": "gzip, br"})
        assert (answer.status, answer.all("Content-Encoding")) == (200, []), path
        assert "Accept-Encoding" not in behind.last(path).headers, "the app must not squeeze either"


def test_the_log_tells_what_was_asked_for_and_not_by_whom(nginx: NginxServer, behind: Mirror) -> None:
    secrets = ["K7QM-SECRET", "203.0.113.77", "Curious/1.0", "who.example", "tok-en-9", "127.0.0.4"]
    paths = ["/track/letter/tok-en-9?key=K7QM-SECRET", "/register?q=K7QM-SECRET", "/account/welcome/tok-en-9",
             "/K7QM-SECRET", "/static/tok-en-9.css", "/healthz?K7QM-SECRET"]
    before = nginx.said().count('"time"')
    for path in paths:
        ask(nginx, path, source="127.0.0.4", headers={
            "User-Agent": "Curious/1.0", "Referer": "https://who.example/", "X-Forwarded-For": "203.0.113.77",
            "Cookie": "draft=K7QM-SECRET"})
    wait_until(lambda: nginx.said().count('"time"') == before + len(paths), what="for the lines")
    said = nginx.said()
    assert [one for one in secrets if one in said] == []
    assert re.findall(r"\b127\.\d+\.\d+\.\d+", said) == []
    rooms = [json.loads(line)["room"] for line in said.splitlines() if line.startswith("{")][-len(paths):]
    assert rooms == ["track", "register", "account", "other", "static", "healthz"]


def test_only_this_machine_may_ask_how_the_house_is(nginx: NginxServer, behind: Mirror) -> None:
    for path in ("/healthz", "/livez", "/en/healthz", "/%68ealthz", "//healthz"):
        assert ask(nginx, path, source="127.0.0.5").status == 404, path
    assert behind.asked == []
    assert ask(nginx, "/healthz").status == 200


def kind(answer: Answered, status: int) -> None:
    """It is our page in both languages, with the headers of the house and no other style or script."""
    assert (answer.status, answer.one("Content-Type")) == (status, "text/html; charset=utf-8")
    assert re.findall(r'<section lang="(\w+)"', answer.text) == ["vi", "en"]
    assert len(re.findall("<h1>", answer.text)) == 1
    for name, value in {**HEADERS, "Strict-Transport-Security": HSTS, "Cache-Control": "no-store"}.items():
        if name != "Content-Security-Policy":
            assert answer.all(name) == [value], name
    assert "unsafe" not in answer.one("Content-Security-Policy")


def test_what_is_larger_than_the_app_takes_is_refused_with_its_words(nginx: NginxServer, behind: Mirror) -> None:
    assert ask(nginx, "/complain", method="POST", body=b"a" * MAX_BODY).status == 200
    kind(ask(nginx, "/complain", method="POST", body=b"a" * (MAX_BODY + 1)), 413)
    kind(ask(nginx, "/complain/files", method="POST", body=b"a" * (MAX_UPLOAD + 1)), 413)
    program = ask(nginx, "/open311/v2/requests.json", method="POST", body=b"a" * (MAX_BODY + 1))
    assert (program.status, json.loads(program.body)["error"]["code"]) == (413, "too_large")
    assert [one.size for one in behind.asked] == [MAX_BODY]


def test_what_people_send_is_never_written_to_the_disk(nginx: NginxServer, behind: Mirror) -> None:
    folder = nginx.folder / "temp" / "body"
    shut = folder.stat()
    if os.geteuid() == 0:
        os.chown(folder, 0, 0)
    folder.chmod(0)
    try:
        for path, size in (("/complain", MAX_BODY), ("/complain/files", MAX_UPLOAD), ("/track/files", MAX_UPLOAD),
                           ("/en/desk/cases/ABCD-1234/files", MAX_UPLOAD)):
            assert ask(nginx, path, method="POST", body=b"a" * size).status == 200, path
            assert behind.last(path).size == size
    finally:
        folder.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(folder, shut.st_uid, shut.st_gid)


def test_a_slow_reader_of_a_large_paper_holds_nobody_and_nothing_is_written_to_the_disk(
        nginx: NginxServer, behind: Mirror) -> None:
    behind.say["/track/files/paper"] = Answer(body=b"p" * MAX_UPLOAD, headers={"Cache-Control": "no-store"})
    kept = _files(nginx.folder / "copies")
    with closing(connection(nginx)) as slow:
        slow.putrequest("GET", "/track/files/paper")
        slow.endheaders()
        wait_until(lambda: behind.done == ["/track/files/paper"], seconds=60, what="for the app to be free again")
        assert _files(nginx.folder / "temp" / "proxy") == []
        assert _files(nginx.folder / "copies") == kept
        with slow.getresponse() as answer:
            assert len(answer.read()) == MAX_UPLOAD


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_who_walks_the_filters_like_a_machine_is_asked_to_wait_and_readers_are_not(
        nginx: NginxServer, behind: Mirror) -> None:
    walker, reader = "127.0.0.6", "127.0.0.7"
    refused: Answered | None = None
    for number in range(2_000):
        answer = ask(nginx, f"/register?agency={number}", source=walker)
        if answer.status == 429:
            refused = answer
            break
    assert refused is not None
    assert number >= 100, "an office behind one address has a hundred pages at once"
    kind(refused, 429)
    assert refused.one("Retry-After") == "30"
    program = next(one for one in (ask(nginx, f"/api/v1/cases?after={n}", source=walker) for n in range(500))
                   if one.status == 429)
    assert json.loads(program.body)["error"]["code"] == "too_many_requests"
    assert ask(nginx, "/register", source=walker).status == 200
    assert ask(nginx, "/register?agency=1", source=reader).status == 200
