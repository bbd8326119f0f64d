"""A form counts only from the browser that loaded it: tried on every route that changes something."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from feedback.web.csrf import SAFE
from tests.factories import Member
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock
from tests.web.test_security import path_of
from tests.web.test_security_sessions import INSIDE, sign_in, token_on


def signed_in(app: Flask, who: Member) -> FlaskClient:
    client = app.test_client()
    sign_in(client, who)
    return client


def test_every_changing_route_refuses_a_form_without_token_or_with_somebody_elses(app: Flask, cast: Cast) -> None:
    tried = 0
    roles = (cast.intake, cast.chi, cast.chi_head, cast.ha, cast.publisher, cast.quan, cast.auditor)
    foreign = token_on(signed_in(app, cast.dung), INSIDE)
    everybody = [app.test_client(), *(signed_in(app, who) for who in roles)]
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - SAFE):
            if getattr(view, "without_csrf", False):
                continue
            for client in everybody:
                for token in ("", "nonsense", foreign):
                    answer = client.open(path_of(app, rule), method=method, data={"csrf_token": token})
                    # a door that this role may not open at all is refused before, with nothing done
                    assert answer.status_code in (302, 400, 403, 404), f"{method} {rule.rule} {answer.status}"
                    if answer.status_code == 302:
                        assert answer.location.startswith(("/sign-in", "/track")), rule.rule
                    tried += answer.status_code == 400
    assert tried > 20


def test_no_view_is_exempt_that_a_browser_could_be_made_to_call(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "without_csrf", False):
            assert rule.rule.startswith(("/api/", "/open311/")), rule.rule


def test_the_refusal_says_that_nothing_was_lost(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data={"email": "x"})
    assert answer.status_code == 400
    assert "thường những gì bạn viết vẫn còn trong biểu mẫu" in answer.text


def test_a_visitors_token_is_no_use_in_another_visitors_browser(app: Flask, cast: Cast) -> None:
    mine, theirs = app.test_client(), app.test_client()
    token = token_on(mine, "/sign-in")
    theirs.get("/sign-in")
    data = {"csrf_token": token, "email": cast.chi.email, "password": cast.chi.password}
    assert theirs.post("/sign-in", data=data).status_code == 400
    assert mine.post("/sign-in", data=data).status_code == 303


def test_a_staff_token_is_no_use_in_the_same_persons_next_session(app: Flask, cast: Cast) -> None:
    old = token_on(signed_in(app, cast.chi), INSIDE)
    assert signed_in(app, cast.chi).post("/sign-out", data={"csrf_token": old}).status_code == 400


def test_a_token_may_come_in_a_header(app: Flask, cast: Cast) -> None:
    client = signed_in(app, cast.chi)
    answer = client.post("/sign-out", headers={"X-CSRF-Token": token_on(client, INSIDE)})
    assert answer.status_code == 303


@pytest.mark.parametrize(("site", "status"), [("cross-site", 400), ("same-site", 400), ("same-origin", 303),
                                              ("none", 303)])
def test_what_another_site_caused_is_refused_even_with_a_good_token(
        app: Flask, cast: Cast, site: str, status: int) -> None:
    client = signed_in(app, cast.chi)
    token = token_on(client, INSIDE)
    answer = client.post("/sign-out", data={"csrf_token": token}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == status


def test_a_form_may_stay_open_for_a_day_and_not_longer(app: Flask, cast: Cast, frozen: Clock) -> None:
    data = {"email": cast.chi.email, "password": cast.chi.password}
    for hours, status in ((23, 303), (25, 400)):
        client = app.test_client()
        token = token_on(client, "/sign-in")
        frozen.go_on(hours=hours)
        assert client.post("/sign-in", data={"csrf_token": token, **data}).status_code == status


def test_a_cookie_that_was_renewed_does_not_make_an_old_form_young(app: Flask, cast: Cast, frozen: Clock) -> None:
    client = app.test_client()
    token = token_on(client, "/sign-in")
    frozen.go_on(hours=20)
    with client.session_transaction("/sign-in") as session:
        session["something"] = "new"
    frozen.go_on(hours=5)
    data = {"csrf_token": token, "email": cast.chi.email, "password": cast.chi.password}
    assert client.post("/sign-in", data=data).status_code == 400
    data["csrf_token"] = token_on(client, "/sign-in")
    assert client.post("/sign-in", data=data).status_code == 303


def test_the_visitors_cookie_is_set_on_its_doors_only_and_is_no_tracker(app: Flask) -> None:
    client = app.test_client()
    (cookie,) = client.get("/sign-in").headers.getlist("Set-Cookie")
    assert cookie.startswith("visit=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Expires" not in cookie
    assert "Set-Cookie" not in client.get("/sign-in").headers  # the same form, the same browser: nothing new
