"""What every answer carries and which requests are not read, walked over all routes of the house."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from feedback.config import Settings
from feedback.domain.permissions import Permission
from feedback.extensions import db
from feedback.web.machine_answers import is_for_programs
from feedback.web.security import HEADERS, MAX_BODY, allow_cache
from tests.fixtures.application import assemble
from tests.fixtures.cast import Cast
from tests.web.test_security_sessions import sign_in

CSP = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
       "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")


def reading(app: Flask) -> Iterator[Rule]:
    """Every rule that can be read."""
    return (rule for rule in app.url_map.iter_rules() if rule.methods and "GET" in rule.methods)


def path_of(app: Flask, rule: Rule) -> str:
    """Some path under this rule."""
    values = {**{name: 1 if isinstance(one, IntegerConverter) else "x" for name, one in rule._converters.items()},
              **(rule.defaults or {})}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values)


def clients(app: Flask, cast: Cast) -> Iterator[tuple[str, FlaskClient]]:
    """A stranger, and somebody of most roles."""
    yield "stranger", app.test_client()
    for who in (cast.intake, cast.chi, cast.ha, cast.publisher, cast.quan, cast.auditor):
        client = app.test_client()
        sign_in(client, who)
        yield who.name, client


def test_every_page_carries_the_strict_headers_and_none_breaks(app: Flask, cast: Cast) -> None:
    seen = 0
    for name, client in clients(app, cast):
        for rule in reading(app):
            answer = client.get(path_of(app, rule))
            where = f"{name} on {rule.rule}"
            assert answer.status_code < 500 or rule.endpoint == "health.healthz", where  # no worker runs here
            assert answer.headers["Content-Security-Policy"] == CSP, where
            for header, value in HEADERS.items():
                assert answer.headers[header] == value, where
            assert "Strict-Transport-Security" not in answer.headers, where
            seen += 1
    assert seen > 50


def test_nothing_is_cached_by_others_unless_it_is_public_and_says_so(app: Flask, cast: Cast) -> None:
    for name, client in clients(app, cast):
        for rule in reading(app):
            answer = client.get(path_of(app, rule))
            kept = answer.headers["Cache-Control"]
            if kept != "no-store" and rule.endpoint not in ("static", "font_file"):
                assert app.view_functions[rule.endpoint].access.kind == "public", rule.rule
                # Programs are answered, and files given, without asking who asks: the same for everybody.
                for_programs = (is_for_programs(rule.rule) or rule.endpoint.startswith("maps.")
                                or rule.rule.endswith(".csv"))
                assert name == "stranger" or for_programs, f"{rule.rule} knows {name}"
                assert "Set-Cookie" not in answer.headers, rule.rule


def test_public_pages_set_no_cookie(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    for rule in reading(app):
        path = path_of(app, rule)
        # The doors that have a form for a visitor; an invitation is one of them.
        if not path.startswith(("/complain", "/track", "/sign-in", "/account/welcome")):
            assert "Set-Cookie" not in client.get(path).headers, path


def test_public_pages_do_not_even_look_at_the_cookie(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.get("/sign-in")
    assert client.get_cookie("visit")
    for path in ("/", "/register", "/account/sessions"):
        assert "Cookie" not in client.get(path).headers.get("Vary", ""), path


def test_a_page_that_may_be_cached_is_not_once_it_knows_somebody(app: Flask, cast: Cast) -> None:
    from feedback.web.guards import current_person

    def page() -> str:
        allow_cache("public, max-age=60")
        current_person()
        return "x"

    with app.test_request_context("/"):
        assert app.process_response(app.make_response(page())).headers["Cache-Control"] == "public, max-age=60"
    client = app.test_client()
    sign_in(client, cast.chi)
    cookie = client.get_cookie("sid")
    assert cookie
    with app.test_request_context("/", headers={"Cookie": f"sid={cookie.value}"}):
        assert app.process_response(app.make_response(page())).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil",
                                  "", "localhost/evil", "127.0.0.2", "[::1]"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/css/house.css", "/livez"])
def test_a_host_that_is_not_ours_is_not_answered(app: Flask, host: str, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert answer.headers["Content-Security-Policy"] == CSP


def test_the_host_that_a_proxy_reports_is_believed_from_nobody(app: Flask, settings: Settings) -> None:
    behind = assemble(replace(settings, trusted_proxies=1))
    for house in (app, behind):
        answer = house.test_client().get("/account/sessions", headers={"X-Forwarded-Host": "evil.example"})
        assert answer.status_code == 302
        assert "evil" not in answer.location
    with behind.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(("proxies", "forwarded", "seen"), [
    (0, "203.0.113.7", "127.0.0.1"), (1, "203.0.113.7", "203.0.113.7"),
    (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"), (2, "198.51.100.1, 203.0.113.7", "198.51.100.1")])
def test_only_as_many_proxies_as_we_have_are_believed(
        app: Flask, settings: Settings, proxies: int, forwarded: str, seen: str) -> None:
    house = assemble(replace(settings, trusted_proxies=proxies))
    found: list[str | None] = []
    from flask import request

    house.before_request(lambda: found.append(request.remote_addr))
    house.test_client().get("/livez", headers={"X-Forwarded-For": forwarded})
    assert found == [seen]
    with house.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("where", ["query", "name", "path", "form", "json", "file"])
@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\x08"])
def test_signs_that_no_person_writes_are_refused_with_a_page(app: Flask, where: str, sign: str) -> None:
    client = app.test_client()
    if where == "query":
        answer = client.get("/sign-in", query_string={"next": f"a{sign}b"})
    elif where == "name":
        answer = client.get("/sign-in", query_string={f"a{sign}b": "x"})
    elif where == "path":
        answer = client.get(f"/static/a%{ord(sign):02x}b")
    elif where == "form":
        answer = client.post("/sign-in", data={"email": f"a{sign}b"})
    elif where == "json":
        answer = client.post("/sign-in", json={"list": [{"deep": f"a{sign}b"}]})
    else:
        import io

        answer = client.post("/sign-in", data={"file": (io.BytesIO(b"x"), f"a{sign}b.txt")})
    assert answer.status_code == 400
    assert "<h1>" in answer.text


def test_half_a_character_in_json_and_bottomless_json_are_refused(app: Flask) -> None:
    client = app.test_client()
    for body in ('{"a": "\\ud800"}', "[" * 50_000 + "]" * 50_000, "{" * 3, "\xff"):
        answer = client.post("/sign-in", data=body.encode("latin-1"), content_type="application/json")
        assert answer.status_code == 400


def test_words_pasted_from_an_office_program_are_let_through(app: Flask, cast: Cast) -> None:
    answer = app.test_client().get("/sign-in", query_string={"next": "/a\tb\r\nc\vd\fe 👩‍👩‍👧 \u202e"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("size", "kind"), [
    (MAX_BODY + 1, "application/octet-stream"), (MAX_BODY + 1, "application/x-www-form-urlencoded")])
def test_what_is_too_large_is_refused_with_a_page(app: Flask, size: int, kind: str) -> None:
    answer = app.test_client().post("/sign-in", data=b"a=" + b"x" * size, content_type=kind)
    assert answer.status_code == 413
    assert "<h1>" in answer.text


def test_a_form_of_very_many_parts_is_refused(app: Flask) -> None:
    fields = {f"f{n}": "x" for n in range(600)}
    for kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        assert app.test_client().post("/sign-in", data=fields, content_type=kind).status_code == 413


def test_a_complaint_of_the_longest_text_in_vietnamese_fits(app: Flask) -> None:
    from feedback.domain.complaints import MAX_NARRATIVE

    answer = app.test_client().post("/sign-in", data={"narrative": "ộ" * (MAX_NARRATIVE * 3)})
    assert answer.status_code == 400  # for want of a token, not of room


def test_a_key_folder_inside_the_data_folder_is_refused(tmp_path) -> None:
    from feedback.config import UnsafeSettings, load_settings

    env = {"FEEDBACK_DATA": str(tmp_path), "FEEDBACK_KEYS": str(tmp_path / "deep" / "keys"),
           "FEEDBACK_SECRET_KEY": "s" * 40, "FEEDBACK_PEPPER": "p" * 40}
    with pytest.raises(UnsafeSettings, match="FEEDBACK_KEYS"):
        load_settings(env)


@pytest.mark.parametrize(("name", "env"), [
    ("FEEDBACK_TRIAL", {"FEEDBACK_TRIAL": "1", "FEEDBACK_TRUSTED_HOSTS": "127.0.0.1,hoiam.example"}),
    ("FEEDBACK_TRIAL", {"FEEDBACK_TRIAL": "1", "FEEDBACK_BASE_URL": "https://hoiam.example"}),
    ("FEEDBACK_BASE_URL", {"FEEDBACK_BASE_URL": "http://hoiam.example"})])
def test_a_trial_for_everybody_and_a_site_without_https_are_refused(
        tmp_path, name: str, env: dict[str, str]) -> None:
    from feedback.config import UnsafeSettings, load_settings

    with pytest.raises(UnsafeSettings, match=name):
        load_settings({"FEEDBACK_DATA": str(tmp_path), "FEEDBACK_SECRET_KEY": "s" * 40,
                       "FEEDBACK_PEPPER": "p" * 40, **env})


NOBODYS_YET = ("/sign-in", "/account/welcome/<token>")
"""Opened by people who are not signed in: to sign in, and to begin with an invitation."""


def test_every_page_of_ones_own_account_needs_the_permission(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("account.") and rule.rule not in NOBODYS_YET:
            access = app.view_functions[rule.endpoint].access
            assert access.permission is Permission.OWN_ACCOUNT, rule.rule


def test_answers_of_the_house_are_json_for_programs(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/nothing-here")
    assert answer.status_code == 404
    assert json.loads(answer.text)["error"]["code"] == "not_found"
