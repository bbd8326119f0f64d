"""Open311, GeoReport v2, as programs of other cities ask it."""

import json
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from feedback.extensions import db, writing
from feedback.models.publications import Publication
from feedback.queries import register
from feedback.services import publication_release
from tests.factories import actor_of
from tests.web.test_budgets import publish
from tests.web.test_register import make_public

ROOT = "/open311/v2"
REQUEST = ["service_request_id", "status", "status_notes", "service_name", "service_code", "description",
           "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
           "address", "address_id", "zipcode", "lat", "long", "media_url"]


def read(client, path, **more):
    return json.loads(client.get(f"{ROOT}/{path}", **more).body)


def as_rows(client, path, **more):
    """The XML as lists and dictionaries, to be compared with the JSON."""
    answer = client.get(f"{ROOT}/{path}", **more)
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>")
    root = ElementTree.fromstring(answer.body)
    return root.tag, [{field.tag: field.text for field in row} for row in root]


@pytest.fixture
def cases(app, db_session, frozen, cast):
    """45 cases, one a day until today."""
    with writing():
        publish(45)
        for n in range(1, 46):
            db.session.get(Publication, n).published_on = date(2026, 11, 16) - timedelta(days=3 * (45 - n))


def test_discovery_names_the_endpoint_and_says_where_it_deviates(db_session, client):
    found = read(client, "discovery.json")
    assert set(found) == {"changeset", "contact", "key_service", "endpoints"}
    assert found["endpoints"][0]["url"].endswith(ROOT)
    assert found["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert "No coordinates" in found["contact"]
    root = ElementTree.fromstring(client.get(f"{ROOT}/discovery.xml").body)
    assert root.tag == "discovery"
    formats = [one.text for one in root.findall("endpoints/endpoint/formats/format")]
    assert formats == found["endpoints"][0]["formats"]


def test_services_are_the_categories_and_say_the_same_in_both_forms(db_session, client):
    found = read(client, "services.json")
    assert {"late_result", "extra_papers"} <= {one["service_code"] for one in found}
    assert all(one["metadata"] is False for one in found)
    tag, rows = as_rows(client, "services.xml")
    assert tag == "services"
    assert rows == [{name: ("false" if value is False else value or None) for name, value in one.items()}
                    for one in found]
    assert read(client, "services/late_result.json") == {"service_code": "late_result", "attributes": []}
    assert read(client, "services/none.json", status=404)[0]["code"] == 404


def test_requests_are_the_published_cases_of_the_last_90_days_and_all_closed(client, cases):
    found = read(client, "requests.json")
    assert len(found) == 31
    assert [list(one) for one in found] == [REQUEST] * 31
    assert {one["status"] for one in found} == {"closed"}
    assert {one["lat"] for one in found} == {None}
    assert found[0]["service_request_id"] == "0045-0045"
    assert found[0]["updated_datetime"] == "2026-11-16T00:00:00+07:00"
    tag, rows = as_rows(client, "requests.xml")
    assert tag == "service_requests"
    assert rows == found


@pytest.mark.parametrize(("query", "number"), [
    ("start_date=2026-11-10T00:00:00%2B07:00", 3), ("start_date=2026-11-10T00:00:00+07:00", 3),
    ("start_date=2026-11-09T17:00:00Z", 3), ("end_date=2026-08-01T00:00:00Z", 9),
    ("start_date=2026-01-01T00:00:00Z", 0), ("start_date=2026-11-10&end_date=2026-11-12", 1),
    ("status=open", 0), ("status=open,closed", 31), ("service_code=late_result", 2),
    ("service_code=late_result,extra_papers", 4),
    ("service_request_id=0007-0007,0001-0001,ZZZZ-ZZZZ&status=open", 2)])
def test_requests_are_narrowed_as_the_specification_says(client, cases, query, number):
    assert len(read(client, f"requests.json?{query}")) == number


@pytest.mark.parametrize("query", [
    "start_date=yesterday", "end_date=2026-13-01", "start_date=2026-11-10&end_date=2026-11-01",
    "service_code=pothole", "status=lost", "service_request_id=" + ",".join(["AAAA-AAAA"] * 51),
    "end_date=0001-01-02", "start_date=9999-12-30"])
def test_what_cannot_be_understood_is_answered_in_the_errors_of_the_specification(client, cases, query):
    error, = read(client, f"requests.json?{query}", status=400)
    assert error["code"] == 400
    assert error["description"].split(":")[0] in query
    assert as_rows(client, f"requests.xml?{query}", status=400) == ("errors", [
        {"code": "400", "description": error["description"]}])


def test_one_request_tells_the_answer_and_is_gone_once_it_is_taken_out(db_session, cast, client):
    reference = make_public(cast)[0]
    found, = read(client, f"requests/{reference}.json")
    assert found["status_notes"] == "Đã trả kết quả đợt 0."
    assert as_rows(client, f"requests/{reference}.xml")[1] == [found]
    with writing():
        publication_release.unpublish(register.one(reference), actor=actor_of(cast.publisher), reason="Soát lại.")
    assert read(client, f"requests/{reference}.json", status=410)[0]["code"] == 410
    assert as_rows(client, f"requests/{reference}.xml", status=410)[0] == "errors"
    assert read(client, "requests.json") == []
    assert read(client, f"requests.json?service_request_id={reference}") == []


def test_refusals_have_the_form_of_the_specification_everywhere(db_session, client):
    assert read(client, "requests/ZZZZ-ZZZZ.json", status=404)[0]["code"] == 404
    assert as_rows(client, "nothing.xml", status=404)[0] == "errors"
    refused = client.open("DELETE", f"{ROOT}/requests.json", status=405)
    assert json.loads(refused.body)[0]["code"] == 405
    assert "GET" in refused.headers["Allow"]


def test_reading_costs_two_statements_sets_no_cookie_and_is_open_to_scripts(client, cases, sql_log):
    client.get(f"{ROOT}/requests.json")
    sql_log.clear()
    answer = client.get(f"{ROOT}/requests.json")
    assert len(sql_log.statements) == 2
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    client.get(f"{ROOT}/requests.json", status=304, headers={"If-None-Match": answer.headers["ETag"]})
