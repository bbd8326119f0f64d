"""What nginx keeps of what it has seen: what the app allows, asked again each time where it says so, and nothing
that is somebody's. Behind it stands a mirror that would allow anything."""

import pytest

from tests.deploy.asking import ask
from tests.engines.mirror import Answer, Mirror
from tests.engines.nginx_server import NginxServer
from tests.engines.patience import wait_until

LONG = {"Cache-Control": "public, max-age=600"}
ASKED_EACH_TIME = {"ETag": '"first"', "X-Accel-Expires": "@1", "Cache-Control": "public, no-cache"}


def test_a_public_page_is_kept_as_long_as_the_app_says(nginx: NginxServer, behind: Mirror) -> None:
    behind.say["/about?kept"] = Answer(headers=LONG)
    assert len({ask(nginx, "/about?kept").body for _ in range(3)}) == 1
    assert ask(nginx, "/about?kept", method="HEAD").status == 200
    assert behind.times("/about?kept") == 1


def test_what_the_app_says_nothing_about_is_not_kept(nginx: NginxServer, behind: Mirror) -> None:
    for number, headers in enumerate(({}, {"Cache-Control": "no-store"}, {"Cache-Control": "public, no-cache"},
                                      {"Cache-Control": "private, max-age=600"})):
        path = f"/register/SAID-{number}"
        behind.say[path] = Answer(headers=headers)
        ask(nginx, path), ask(nginx, path)
        assert behind.times(path) == 2, headers


def test_a_copy_that_must_be_asked_for_is_asked_for_each_time_and_costs_no_second_sending(
        nginx: NginxServer, behind: Mirror) -> None:
    path = "/register/AAAA-0001"
    behind.say[path] = first = Answer(headers=ASKED_EACH_TIME)
    for _ in range(3):
        answer = ask(nginx, path)
        assert (answer.status, answer.body, answer.all("X-Accel-Expires")) == (200, first.body, [])
    assert [one.headers.get("If-None-Match") for one in behind.asked] == [None, '"first"', '"first"']
    behind.say[path] = Answer(body=b"another" * 100, headers={**ASKED_EACH_TIME, "ETag": '"second"'})
    assert ask(nginx, path).body == b"another" * 100


def test_what_was_taken_out_is_gone_with_the_next_request_and_from_the_disk(
        nginx: NginxServer, behind: Mirror) -> None:
    path, words = "/register/AAAA-0002", b"words of somebody who wants them back " * 50
    behind.say[path] = Answer(body=words, headers=ASKED_EACH_TIME)
    ask(nginx, path)
    assert words[:200] in _copies(nginx)
    behind.say[path] = Answer(status=410, body=b"gone " * 200, headers={
        "X-Accel-Expires": "@1", "Cache-Control": "no-store"})
    for _ in range(2):
        answer = ask(nginx, path)
        assert (answer.status, answer.body[:5]) == (410, b"gone ")
    assert words[:200] not in _copies(nginx)
    assert behind.times(path) == 3


@pytest.mark.parametrize("path", ["/", "/register?q=%C4%91%E1%BA%A5t", "/register.atom", "/api/v1/cases",
                                  "/sitemap.xml", "/open311/v2/requests.json", "/open-data/cases.csv"])
def test_no_list_of_cases_outlives_a_change_of_it(nginx: NginxServer, behind: Mirror, path: str) -> None:
    behind.say[path] = Answer(body=b"with the case" * 100, headers={**ASKED_EACH_TIME, "ETag": f'"1{path[:9]}"'})
    ask(nginx, path)
    behind.say[path] = Answer(body=b"without" * 100, headers={**ASKED_EACH_TIME, "ETag": f'"2{path[:9]}"'})
    assert ask(nginx, path).body == b"without" * 100


def test_a_list_may_be_a_little_old_while_a_new_one_is_fetched_if_the_app_says_so(
        nginx: NginxServer, behind: Mirror) -> None:
    path, policy = "/overdue?old", {"Cache-Control": "public, max-age=1, stale-while-revalidate=600"}
    behind.say[path] = Answer(body=b"old" * 300, headers=policy)
    ask(nginx, path)
    behind.say[path] = Answer(body=b"new" * 300, headers=policy)
    seen: list[bytes] = []

    def is_new() -> bool:
        seen.append(ask(nginx, path).body[:3])
        return seen[-1] == b"new"

    wait_until(is_new, seconds=30, what="for the new list")
    assert seen[0] == b"old"


def test_an_answer_with_a_cookie_is_never_kept_and_its_cookie_never_comes_out_of_a_public_page(
        nginx: NginxServer, behind: Mirror) -> None:
    for path in ("/about?cookie", "/register/AAAA-0003", "/static/js/cookie.js?v=1"):
        behind.say[path] = Answer(headers={**LONG, "Set-Cookie": "sid=secret"})
        answers = [ask(nginx, path) for _ in range(2)]
        assert behind.times(path) == 2, path
        assert [one.all("Set-Cookie") for one in answers] == [[], []]
    assert b"sid=secret" not in _copies(nginx)


@pytest.mark.parametrize("path", [
    "/complain", "/complain/receipt", "/track", "/track/case", "/track/files/a", "/track/letter/a", "/sign-in",
    "/account/sessions", "/account/welcome/a", "/desk/inbox", "/desk/day", "/supervision/gate", "/admin/people",
    "/trial/", "/healthz", "/livez", "/something-new", "/complaint", "/registered"])
def test_nothing_private_is_kept_even_if_the_app_said_so(nginx: NginxServer, behind: Mirror, path: str) -> None:
    for one in (path, f"/en{path}"):
        behind.say[one] = Answer(headers=LONG)
        ask(nginx, one), ask(nginx, one)
        assert behind.times(one) == 2
        behind.say[one] = Answer(headers={**LONG, "Set-Cookie": "own=1"})
        assert ask(nginx, one).all("Set-Cookie") == ["own=1"]


def test_what_is_sent_is_never_answered_from_a_copy(nginx: NginxServer, behind: Mirror) -> None:
    for path in ("/about?sent", "/register/AAAA-0004/me-too", "/open311/v2/requests.json?sent"):
        behind.say[path] = Answer(headers=LONG)
        for _ in range(2):
            ask(nginx, path, method="POST", body=b"a=1")
        assert [one.method for one in behind.asked if one.path == path] == ["POST", "POST"]


def test_each_language_host_and_query_has_a_copy_of_its_own(nginx: NginxServer, behind: Mirror) -> None:
    for path in ("/about?a", "/about?b", "/en/about?a", "/about"):
        behind.say[path] = Answer(body=path.encode() * 100, headers=LONG)
        assert [ask(nginx, path).body for _ in range(2)] == [path.encode() * 100] * 2
        assert behind.times(path) == 1


def _copies(nginx: NginxServer) -> bytes:
    return b"".join(path.read_bytes() for path in (nginx.folder / "copies").rglob("*") if path.is_file())
