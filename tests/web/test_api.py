"""The open interface: what programs read of the register, and how they are refused."""

import json
import re
from urllib.parse import urlsplit

import pytest

from feedback.extensions import db, writing
from feedback.models.publications import (
    Publication,
    PublicationHolder,
    PublicationPromise,
    PublicationStep,
    PublicationTokens,
)
from feedback.queries import register, register_match
from feedback.services import publication_release, register_counts
from tests.factories import actor_of
from tests.web.test_budgets import publish
from tests.web.test_register import make_public


def read(client, path, **more):
    return json.loads(client.get(path, **more).body)


def onward(client, path):
    """All pages from here, by their next link."""
    pages = [read(client, path)]
    while pages[-1]["next"]:
        parts = urlsplit(pages[-1]["next"])
        pages.append(read(client, f"{parts.path}?{parts.query}"))
    return pages


@pytest.fixture
def many(app, db_session, cast):
    with writing():
        publish(45)


def test_every_case_is_met_once_when_the_next_links_are_followed(client, many):
    pages = onward(client, "/api/v1/cases")
    found = [case["reference"] for page in pages for case in page["cases"]]
    assert len(found) == len(set(found)) == 45 == pages[0]["total"]
    assert [len(page["cases"]) for page in pages] == [20, 20, 5]
    assert found[0] == "0045-0045"


@pytest.mark.parametrize("query", ["agency=T3", "category=late_result", "outcome=resolved", "month=2026-09",
                                   "q=ho+so+dat+dai", "q=%22cap+giay%22&agency=T4"])
def test_filters_narrow_like_the_register_and_go_on_to_the_next_page(client, many, query):
    pages = onward(client, f"/api/v1/cases?{query}")
    found = [case for page in pages for case in page["cases"]]
    assert found
    assert len(found) == pages[0]["total"]
    wanted = dict(part.split("=") for part in query.split("&") if part[0] != "q")
    for case in found:
        plain = {"agency": case["agency"]["code"], "category": case["category"], "outcome": case["outcome"],
                 "month": case["published_on"][:7]}
        assert {name: plain[name] for name in wanted} == wanted


def test_a_case_tells_everything_that_is_public_of_it(client, many):
    with writing():
        shown = db.session.get(Publication, 7)
        db.session.add_all([
            PublicationPromise(publication_id=7, n=1, line="Trả bản vẽ.", promised_on=shown.published_on,
                               standing="open"),
            PublicationHolder(publication_id=7, n=1, agency_code="T7", agency_vi="Sở Xây dựng", agency_en="Dep.",
                              came_by="assigned", working_days=9),
            PublicationStep(publication_id=7, n=1, step="returned", day=3, codes="generic,holding")])
    case = read(client, "/api/v1/cases/0007-0007")
    assert case["points"] == [{"n": 1, "question": "Bao giờ có?", "answer": "Đã có."}]
    assert case["answer"]["ground"] == "Điều 5."
    assert case["promises"][0]["standing"] == "open"
    assert case["holders"][0]["agency"]["code"] == "T7"
    assert case["steps"] == [{"n": 1, "step": "returned", "day": 3, "codes": ["generic", "holding"]}]
    assert re.fullmatch(r"https?://[^/]+/register/0007-0007", case["url"])


def test_an_unchanged_case_is_not_sent_again_and_a_kept_promise_changes_it(client, many):
    with writing():
        db.session.add(PublicationPromise(publication_id=7, n=1, line="", standing="open",
                                          promised_on=db.session.get(Publication, 7).published_on))
    tag = client.get("/api/v1/cases/0007-0007").headers["ETag"]
    same = client.get("/api/v1/cases/0007-0007", status=304, headers={"If-None-Match": tag})
    assert same.body == b""
    assert same.headers["Access-Control-Allow-Origin"] == "*"
    with writing():
        db.session.get(Publication, 7)
        db.session.query(PublicationPromise).one().standing = "kept"
    client.get("/api/v1/cases/0007-0007", headers={"If-None-Match": tag})


def test_after_unpublishing_the_case_is_gone_with_410_and_stands_in_no_list(db_session, cast, client):
    gone, other = make_public(cast, 2)
    tag = client.get(f"/api/v1/cases/{gone}").headers["ETag"]
    with writing():
        publication_release.unpublish(register.one(gone), actor=actor_of(cast.publisher), reason="Soát lại.")
    refused = client.get(f"/api/v1/cases/{gone}", status=410, headers={"If-None-Match": tag})
    assert json.loads(refused.body)["error"]["code"] == "gone"
    assert [case["reference"] for case in read(client, "/api/v1/cases")["cases"]] == [other]
    assert [case["reference"] for case in read(client, "/api/v1/cases?q=dat+dai")["cases"]] == [other]


def test_a_procedure_narrows_the_list(client, many):
    with writing():
        shown = db.session.get(Publication, 7)
        shown.procedure_code, shown.procedure_vi, shown.procedure_en = "1.004227", "Đăng ký đất đai", "Land"
        db.session.get(PublicationTokens, 7).tokens += " " + register_match.procedure_facet("1.004227")
    found = read(client, "/api/v1/cases?procedure=1.004227")["cases"]
    assert [case["procedure"]["code"] for case in found] == ["1.004227"]


@pytest.mark.parametrize(("path", "status", "code", "field"), [
    ("/api/v1/cases/ZZZZ-ZZZZ", 404, "not_found", None),
    ("/api/v1/cases/none", 404, "not_found", None),
    ("/api/v1/no-such-thing", 404, "not_found", None),
    ("/api/v2/cases", 404, "not_found", None),
    ("/api/v1/cases?category=nothing", 400, "bad_request", "category"),
    ("/api/v1/cases?outcome=nothing", 400, "bad_request", "outcome"),
    ("/api/v1/cases?month=2026-13", 400, "bad_request", "month"),
    ("/api/v1/cases?agency=%C4%91", 400, "bad_request", "agency"),
    ("/api/v1/cases?cursor=nonsense", 400, "bad_request", "cursor"),
    ("/api/v1/cases?cursor=0-1", 400, "bad_request", "cursor"),
    ("/api/v1/cases?q=" + "a" * 201, 400, "bad_request", "q"),
    ("/api/v1/cases?q=%00", 400, "bad_request", None),
    ("/api/v1/agencies?cursor=%20", 400, "bad_request", "cursor"),
])
def test_every_refusal_has_the_same_shape_in_both_languages(db_session, client, path, status, code, field):
    error = read(client, path, status=status)["error"]
    assert set(error) == {"code", "message_vi", "message_en", "field"}
    assert (error["code"], error["field"]) == (code, field)
    assert error["message_vi"] != error["message_en"]


def test_what_has_no_letter_and_no_digit_finds_nothing(client, many):
    for text in ("%3F", "a", "%22%22", "-"):
        assert read(client, f"/api/v1/cases?q={text}") == {
            "cases": [], "total": 0, "total_is_more": False, "next": None}


def test_a_wrong_method_is_refused_in_the_same_shape_and_says_which_are_right(db_session, client):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        refused = client.open(method, "/api/v1/cases", status=405)
        assert json.loads(refused.body)["error"]["code"] == "method_not_allowed"
        assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_too_many_searches_are_refused_in_the_same_shape_with_the_time_to_wait(db_session, client, many):
    far = {"REMOTE_ADDR": "203.0.113.9"}
    for _ in range(60):
        client.get("/api/v1/cases?q=dat", environ_base=far)
    refused = client.get("/api/v1/cases?q=dat", status=429, environ_base=far)
    assert json.loads(refused.body)["error"]["code"] == "too_many_requests"
    assert int(refused.headers["Retry-After"]) > 0


PATHS = ("/api/v1/cases", "/api/v1/cases/0007-0007", "/api/v1/agencies", "/api/v1/procedures",
         "/api/v1/categories", "/api/v1/statistics")


def test_scripts_of_every_site_may_read_and_nobody_gets_a_cookie(client, many):
    for path in PATHS:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = client.open(method, path, status=(200, 204), headers={"Origin": "https://bao.example"})
            assert answer.headers["Access-Control-Allow-Origin"] == "*", path
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert "Set-Cookie" not in answer.headers
        assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert client.get(path).headers["Cache-Control"] == "public, no-cache"
    refused = client.get("/api/v1/cases/ZZZZ-ZZZZ", status=404)
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in client.get("/register").headers


def test_codes_have_names_in_both_languages(db_session, cast, client):
    agencies = read(client, "/api/v1/agencies")["agencies"]
    codes = {one["code"] for one in agencies}
    assert {one["parent_code"] for one in agencies if one["parent_code"]} <= codes
    assert all(one["name_vi"] for one in agencies)
    assert "email" not in agencies[0]
    categories = {one["code"]: one for one in read(client, "/api/v1/categories")["categories"]}
    assert categories["late_result"]["name_vi"] != categories["late_result"]["name_en"]
    english = read(client.in_english(), "/api/v1/categories")
    assert {one["code"]: one for one in english["categories"]} == categories


def test_statistics_are_what_the_sweep_counted_and_nothing_before(client, many, sql_log):
    assert read(client, "/api/v1/statistics")["published"] is None
    with writing():
        register_counts.recount()
    sql_log.clear()
    said = read(client, "/api/v1/statistics")
    assert len(sql_log.statements) == 1
    assert said["published"] == 45
    assert sum(one["cases"] for one in said["published_by_agency"]) == 45
    assert said["now"] == {"open": 0, "late": 0, "paused": 0}


def test_a_list_costs_four_statements_however_many_cases(app, client, sql_log):
    client.looks = False
    for number in (3, 45):
        with app.app_context(), writing():
            publish(number)
        for path, most in (("/api/v1/cases", 4), ("/api/v1/cases?q=dat+dai", 4), ("/api/v1/cases?agency=T3", 4),
                           ("/api/v1/cases/0002-0002", 6), ("/api/v1/agencies", 1)):
            client.get(path)
            sql_log.clear()
            client.get(path)
            assert len(sql_log.statements) <= most, (path, sql_log.statements)


def test_a_cursor_that_somebody_made_up_opens_no_other_door(client, many):
    for word in ("739500-1'; DROP TABLE publication;--", "9999999-1", "739500-" + "9" * 19, "739500-1%0a"):
        read(client, f"/api/v1/cases?cursor={word}", status=400)
    assert read(client, "/api/v1/cases?cursor=1-1")["cases"] == []
