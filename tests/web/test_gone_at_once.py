"""A case that is taken out while everybody holds a copy of it: whoever asks again with the copy's ETag is told so,
and no page, search, feed, interface, map or file shows it any more."""

import json

import pytest

from feedback import clock
from feedback.extensions import writing
from feedback.queries import open_files, register, similar
from feedback.services import publication_release, register_counts, standing
from tests.factories import actor_of
from tests.web.test_budgets import publish

pytestmark = pytest.mark.both_engines  # each engine has its own full-text search

GONE, OTHER = "0002-0002", "0003-0003"
ITS_WORDS = (GONE, "hồ sơ 2", "Kiểm tra riêng số hai")

ITS_OWN = {
    f"/register/{GONE}": 410, f"/register/{GONE}.atom": 410, f"/api/v1/cases/{GONE}": 410,
    f"/open311/v2/requests/{GONE}.json": 410, f"/open311/v2/requests/{GONE}.xml": 410,
    "/open-data/cases.csv": 503, "/open-data/points.csv": 503, "/open-data/cases.jsonl": 503,
}
"""Addresses that have nothing else to say, or that cannot be made anew on a request, and what they answer then."""

SHARED = (
    "/", "/register", "/register?q=dat+dai", "/register?q=dat+dai&sort=best", '/register?q="ho+so"',
    "/register?agency=T2", "/register?outcome=resolved", "/register?month=2026-09", f"/register/{OTHER}",
    "/register.atom", "/register.atom?q=dat+dai", "/api/v1/cases", "/api/v1/cases?q=dat+dai",
    "/api/v1/cases?agency=T2", "/sitemap-1.xml",
    *(f"/open311/v2/requests.{form}?{asked}" for form in ("json", "xml") for asked in (
        "start_date=2026-09-01T00:00:00%2B07:00", f"service_request_id={GONE},{OTHER}")),
)
"""Addresses at which it stands among others."""


@pytest.fixture
def three(db_session, frozen, cast):
    with writing():
        publish(3)
        register.one(GONE).points[0].answer = "Kiểm tra riêng số hai."
        register_counts.recount()
    standing.sweep_open_data()


def addresses(app):
    """Every address, pages and feeds in both languages."""
    for path in (*ITS_OWN, *SHARED):
        yield path, path
        if path.startswith("/register") or path == "/":
            yield path, f"/en{path}"


def told(reply):
    return [words for words in ITS_WORDS if words in reply.body.decode()]


def take_out(cast):
    with writing():
        publication_release.unpublish(register.one(GONE), actor=actor_of(cast.publisher), reason="Soát lại.")


def test_a_case_unpublished_while_cached_is_gone_at_once_everywhere(app, three, cast, client):
    copies = {}
    for _path, address in addresses(app):
        reply = client.get(address)
        assert told(reply), f"{address} does not show it to begin with"
        copies[address] = reply.headers.get("ETag")
        if copies[address]:
            client.get(address, status=304, headers={"If-None-Match": copies[address]})
    take_out(cast)
    client.looks = False
    for path, address in addresses(app):
        tag = copies[address]
        for headers in ({}, {"Range": "bytes=0-5"}, *([{"If-None-Match": tag}, {"If-None-Match": f'"x", W/{tag}'}]
                                                      if tag else [])):
            reply = client.get(address, status=ITS_OWN.get(path, 200), headers=headers)
            assert not told(reply), (address, headers, told(reply))
        head = client.open("HEAD", address, status=ITS_OWN.get(path, 200))
        assert tag is None or head.headers.get("ETag") != tag
        if path in ITS_OWN:
            assert "ETag" not in head.headers


def test_no_number_leads_to_it_and_it_is_offered_to_nobody(three, cast, client):
    page = client.get("/statistics")
    lists = [link for link in page.page.links if link.startswith("/register?")]
    assert any(GONE in client.get(link).body.decode() for link in lists)
    assert GONE in {one.entry.reference for one in similar.like("Nộp hồ sơ đất đai", ["Bao giờ có?"])}
    form = client.get(f"/register/{GONE}")
    take_out(cast)
    for link in lists:
        assert not told(client.get(link)), link
    assert GONE not in {one.entry.reference for one in similar.like("Nộp hồ sơ đất đai", ["Bao giờ có?"])}
    client.submit(form, action="me-too", status=404)
    with writing():
        register_counts.recount()
    assert json.loads(client.get("/api/v1/statistics").body)["published"] == 2


def test_files_that_were_begun_while_a_case_was_being_taken_out_are_not_given_out(three, cast, client, frozen):
    take_out(cast)
    frozen.go_on(seconds=30)
    assert open_files.withdrawn_since(clock.now()), "they may have read the case before its words were gone"
    assert not open_files.due(clock.now()), "made now they would have to be made again"
    frozen.go_on(seconds=90)
    assert open_files.due(clock.now())


def test_the_files_come_back_without_it(three, cast, client, frozen):
    take_out(cast)
    frozen.go_on(minutes=2)
    standing.sweep_open_data()
    for name in ("cases.csv", "points.csv", "cases.jsonl"):
        found = client.get(f"/open-data/{name}")
        assert OTHER in found.text
        assert not told(found)
