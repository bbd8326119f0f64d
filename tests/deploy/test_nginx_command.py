"""`feedback nginx` prints what fits this installation, or says what is missing. No nginx is needed here."""

import re

import pytest
from flask import Flask

from feedback.cli import nginx_pages, nginx_site
from feedback.cli.nginx_pages import LONGEST, quotable
from feedback.cli.nginx_site import ROOMS, kept_rule, upload_rule
from feedback.web.cookies import is_visitor_path
from feedback.web.guards import access_of
from tests.deploy.conftest import printed_by

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)  # looks at routes only


def paths(app: Flask) -> dict[str, str]:
    """An address of each route, with its endpoint."""
    return {re.sub(r"<[^>]+>", "1", rule.rule): rule.endpoint for rule in app.url_map.iter_rules()}


def test_what_may_be_kept_is_public_and_has_no_cookie(app: Flask) -> None:
    kept = {path: end for path, end in paths(app).items() if re.search(kept_rule(), path)}
    assert len(kept) > 30
    for path, endpoint in kept.items():
        access = access_of(app, endpoint)
        assert access is not None, path
        assert access.kind == "public", path
        assert not is_visitor_path(path), path
        assert re.search(kept_rule(), f"/en{path}"), path


def test_every_public_page_that_may_be_kept_is_known_to_nginx(app: Flask) -> None:
    left = {path.split("/")[1] for path, endpoint in paths(app).items()
            if access_of(app, endpoint).kind == "public" and not is_visitor_path(path)
            and not re.search(kept_rule(), path)}
    assert left <= {"static", "fonts", "healthz", "livez", "sign-out", "trial", "account"}, left


def test_every_address_that_takes_a_file_may_be_large_and_no_other(app: Flask) -> None:
    large = {path for path, endpoint in paths(app).items() if re.search(upload_rule(app), path)}
    assert large == {path for path, endpoint in paths(app).items()
                     if getattr(app.view_functions[endpoint], "takes_file", False)}
    assert len(large) >= 3


def test_the_log_has_a_word_for_every_part_of_the_house(app: Flask) -> None:
    first = {re.split(r"[/.-]", path)[1] for path in paths(app)} - {"", "trial"}
    assert first <= {re.split("-", room)[0] for room in ROOMS}


def test_the_configuration_names_the_hosts_and_says_each_limit_as_the_app_does(app: Flask, printed: str) -> None:
    assert "server_name phan-anh.example;" in printed
    assert "client_max_body_size    1000000;" in printed
    assert re.search(r"[{|%]{2}|None|\bundefined\b", printed) is None
    bodies = re.findall(r"return \d+ '(.*)';", printed)
    assert len(bodies) == 6
    assert max(len(body.encode()) for body in bodies) < LONGEST


def test_without_https_or_with_another_number_of_proxies_it_says_what_to_set(app: Flask, tmp_path) -> None:
    plain = printed_by(tmp_path, FEEDBACK_BASE_URL="http://127.0.0.1", FEEDBACK_TRUSTED_HOSTS="127.0.0.1")
    assert (plain.returncode, plain.stdout) == (1, "")
    assert "FEEDBACK_BASE_URL" in plain.stderr
    unproxied = printed_by(tmp_path, FEEDBACK_TRUSTED_PROXIES="0")
    assert (unproxied.returncode, unproxied.stdout) == (1, "")
    assert "FEEDBACK_TRUSTED_PROXIES" in unproxied.stderr


@pytest.mark.parametrize(("repeated", "stands"), [(1, True), (90, False)])
def test_the_offices_address_stands_in_the_page_as_far_as_there_is_room(
        app: Flask, monkeypatch: pytest.MonkeyPatch, repeated: int, stands: bool) -> None:
    facts = [{"term": "Địa chỉ", "value": "Đường Bình Minh 12 <b>" * repeated}, {"term": "Phone", "value": "0200"}]
    monkeypatch.setattr(nginx_pages, "contact_facts", lambda: {"facts": facts, "known": True})
    made, told = nginx_pages.pages(app, nginx_site.environment(escaping=True))
    away = next(page.body for page in made if page.name == "away_people")
    assert ("Đường Bình Minh 12 &lt;b&gt;" in away) == stands
    assert told
    assert max(len(page.body.encode()) for page in made) <= LONGEST


def test_words_of_the_office_cannot_end_the_text_they_stand_in(app: Flask) -> None:
    assert quotable("5' $host \\") == "5\\' ＄host \\\\"
