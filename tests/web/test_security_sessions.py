"""Signing in through the browser's door: cookies, copies of cookies, and where one may be led afterwards."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.config import Settings
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.people import Person, StaffSession
from feedback.services import accounts
from feedback.web.account.signing import safe_path
from tests.factories import PASSWORD, Member, next_code
from tests.fixtures.application import assemble
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
INSIDE = "/account/sessions"


def token_on(client: FlaskClient, path: str) -> str:
    found = TOKEN.search(client.get(path).text)
    assert found, f"no form on {path}"
    return found.group(1)


def sign_in(client: FlaskClient, who: Member, *, password: str = PASSWORD, next: str = "", root: str = ""):
    """Password, then code; the last answer."""
    answer = client.post(f"{root}/sign-in", data={
        "csrf_token": token_on(client, f"{root}/sign-in"), "email": who.email, "password": password, "next": next})
    if answer.status_code != 303:
        return answer
    asked = client.get(answer.location)
    assert asked.location.startswith(f"{root}/account/second-step"), asked.location
    with client.application.app_context():
        code = next_code(who)
    return client.post(f"{root}/account/second-step", data={
        "csrf_token": token_on(client, asked.location), "code": code, "next": next})


@pytest.fixture
def secure_app(app: Flask, settings: Settings) -> Iterator[Flask]:
    """The same house, reached by https."""
    made = assemble(replace(settings, base_url="https://localhost"))
    yield made
    with made.app_context():
        db.engine.dispose()


def test_an_officer_signs_in_and_is_led_to_the_desk(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    answer = sign_in(client, cast.chi)
    assert (answer.status_code, answer.location) == (303, "/desk/")
    assert client.get(INSIDE).status_code == 200


@pytest.mark.parametrize(("wanted", "root", "led_to"), [
    ("/desk/inbox?show=late", "", "/desk/inbox?show=late"), ("/desk/inbox", "/en", "/en/desk/inbox"),
    ("https://elsewhere.example/", "", "/desk/")])
def test_after_signing_in_one_is_led_on_in_ones_language_and_never_away(
        app: Flask, cast: Cast, wanted: str, root: str, led_to: str) -> None:
    assert sign_in(app.test_client(), cast.chi, next=wanted, root=root).location == led_to


@pytest.mark.parametrize("elsewhere", [
    "", "//x.example", "/\\x.example", "\\\\x.example", "https:x.example", "https:///x.example", "http://localhost/",
    "javascript:alert(1)", "/\t/x.example", "/\n/x.example", "\t//x.example", " //x.example", "/%0a/x\x00", "desk",
    "///x.example", "/ /x.example", "/a\\b", "//[x", "data:text/html,x", "?next=//x.example", "#//x.example"])
def test_only_a_path_of_ours_counts_as_where_to_go_next(elsewhere: str) -> None:
    assert safe_path(elsewhere) == ""


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    asked = client.get(INSIDE)
    assert asked.status_code == 302
    assert asked.location.startswith("/sign-in?next=")
    assert sign_in(client, cast.chi, next=INSIDE).location == INSIDE


@pytest.mark.parametrize(
    ("email", "password"), [("chi", "sai mật khẩu rồi nhé"), ("nobody@tinh.example", PASSWORD)])
def test_a_wrong_password_and_an_unknown_address_get_the_same_page(
        app: Flask, cast: Cast, email: str, password: str) -> None:
    who = replace(cast.chi, email=cast.chi.email if email == "chi" else email)
    answer = sign_in(app.test_client(), who, password=password)
    assert answer.status_code == 400
    assert "Địa chỉ thư điện tử hoặc mật khẩu chưa đúng." in answer.text
    assert not any(c.startswith("sid=") for c in answer.headers.getlist("Set-Cookie"))
    assert password not in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: Flask, cast: Cast) -> None:
    (cookie,) = [c for c in sign_in(app.test_client(), cast.chi).headers.getlist("Set-Cookie") if "sid=" in c]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie  # the tests' site is http
    assert "Max-Age" not in cookie
    assert "Expires" not in cookie


def test_under_https_the_cookies_are_secure_and_bound_to_the_host(
        secure_app: Flask) -> None:
    client = secure_app.test_client()
    client.get("/sign-in", base_url="https://localhost")
    with secure_app.app_context(), writing():
        accounts.create_person(email="chi@tinh.example", name="Chi", password=PASSWORD, actor=SYSTEM,
                               roles=[accounts.Role.OFFICER])
    page = client.get("/sign-in", base_url="https://localhost")
    token = TOKEN.search(page.text)
    assert token
    answer = client.post("/sign-in", base_url="https://localhost", data={
        "csrf_token": token.group(1), "email": "chi@tinh.example", "password": PASSWORD})
    assert answer.status_code == 303
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if "sid=" in c]
    assert cookie.startswith("__Host-sid=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert client.get("/account/second-step/set-up", base_url="https://localhost").status_code == 200


@pytest.mark.parametrize("ending", ["sign_out", "disable", "password", "other_browser"])
def test_a_copied_cookie_is_worth_nothing_once_the_session_ended(app: Flask, cast: Cast, ending: str) -> None:
    client, thief = app.test_client(), app.test_client()
    sign_in(client, cast.chi)
    cookie = client.get_cookie("sid")
    assert cookie
    thief.set_cookie("sid", cookie.value)
    assert thief.get(INSIDE).status_code == 200
    if ending == "sign_out":
        assert client.post("/sign-out", data={"csrf_token": token_on(client, INSIDE)}).status_code == 303
    elif ending == "other_browser":
        other = app.test_client()
        sign_in(other, cast.chi)
        with app.app_context():
            oldest = db.session.query(StaffSession.id).order_by(StaffSession.id).first()[0]
        other.post(f"/account/sessions/{oldest}/revoke", data={"csrf_token": token_on(other, INSIDE)})
    else:
        with app.app_context(), writing():
            person = db.session.get_one(Person, cast.chi.id)
            if ending == "disable":
                accounts.disable(person, actor=SYSTEM)
            else:
                accounts.change_password(person, "x", actor=SYSTEM)
    assert thief.get(INSIDE).status_code == 302


def test_signing_out_takes_the_cookie_out_of_the_browser_and_says_so(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    sign_in(client, cast.chi)
    answer = client.post("/sign-out", data={"csrf_token": token_on(client, INSIDE)}, follow_redirects=True)
    assert client.get_cookie("sid") is None
    assert "notice--good" in answer.text


def test_signing_in_again_gives_another_session_and_ends_the_one_before(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    form = token_on(client, "/sign-in")  # as with two tabs: this page was open before the first sign-in
    sign_in(client, cast.chi)
    first = client.get_cookie("sid")
    client.post("/sign-in", data={"csrf_token": form, "email": cast.chi.email, "password": PASSWORD})
    second = client.get_cookie("sid")
    assert first
    assert second
    assert first.value != second.value
    old = app.test_client()
    old.set_cookie("sid", first.value)
    assert old.get(INSIDE).status_code == 302


def test_a_cookie_value_chosen_by_somebody_else_is_never_taken_over(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.set_cookie("sid", "chosen-by-an-attacker")
    sign_in(client, cast.chi)
    cookie = client.get_cookie("sid")
    assert cookie
    assert cookie.value != "chosen-by-an-attacker"


def test_one_cannot_end_somebody_elses_session(app: Flask, cast: Cast) -> None:
    chi, dung = app.test_client(), app.test_client()
    sign_in(chi, cast.chi)
    sign_in(dung, cast.dung)
    with app.app_context():
        of_chi = db.session.query(StaffSession.id).filter_by(person_id=cast.chi.id).scalar()
    answer = dung.post(f"/account/sessions/{of_chi}/revoke", data={"csrf_token": token_on(dung, INSIDE)})
    assert answer.status_code == 404
    assert chi.get(INSIDE).status_code == 200


def test_reading_pages_writes_at_most_once_a_minute(app: Flask, cast: Cast, frozen: Clock, sql_log) -> None:
    client = app.test_client()
    sign_in(client, cast.chi)
    sql_log.clear()
    for _ in range(5):
        client.get(INSIDE)
    assert sql_log.commits == 0
    frozen.go_on(seconds=61)
    for _ in range(5):
        client.get(INSIDE)
    assert sql_log.commits == 1


def test_half_an_hour_away_means_signing_in_again(app: Flask, cast: Cast, frozen: Clock) -> None:
    client = app.test_client()
    sign_in(client, cast.chi)
    frozen.go_on(minutes=25)
    assert client.get(INSIDE).status_code == 200
    frozen.go_on(minutes=31)
    assert client.get(INSIDE).status_code == 302


def test_a_new_password_ends_all_sessions_but_keeps_this_browser_in(app: Flask, cast: Cast) -> None:
    client, elsewhere = app.test_client(), app.test_client()
    sign_in(client, cast.chi)
    sign_in(elsewhere, cast.chi)
    new = "sông Hậu mùa nước nổi năm nay"
    answer = client.post("/account/password", data={
        "csrf_token": token_on(client, "/account/password"), "current": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 303
    assert client.get(INSIDE).status_code == 200
    assert elsewhere.get(INSIDE).status_code == 302
    assert sign_in(app.test_client(), cast.chi).status_code == 400
    assert sign_in(app.test_client(), cast.chi, password=new).status_code == 303


@pytest.mark.parametrize(("change", "words"), [
    ({"current": "không đúng đâu"}, "Đây không phải mật khẩu hiện tại của bạn."),
    ({"again": "một câu khác với câu trên"}, "Hai lần viết mật khẩu mới không giống nhau."),
    ({"new": "ngắn", "again": "ngắn"}, "Chưa đủ 15 ký tự."),
    ({"new": "aaaaaaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaaaaaa"}, "Lặp lại nhiều quá.")])
def test_a_password_that_cannot_be_changed_says_why_beside_the_field(
        app: Flask, cast: Cast, change: dict[str, str], words: str) -> None:
    client = app.test_client()
    sign_in(client, cast.chi)
    new = "sông Hậu mùa nước nổi năm nay"
    token = token_on(client, "/account/password")
    answer = client.post("/account/password", data={
        "csrf_token": token, "current": PASSWORD, "new": new, "again": new, **change})
    assert answer.status_code == 400
    assert words in answer.text
    assert client.get(INSIDE).status_code == 200
