"""Atom: lists and cases of the register as feed readers meet them."""

import re
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from feedback.extensions import db, writing
from feedback.models.publications import Publication, PublicationPromise
from feedback.queries import register
from feedback.services import publication_release
from tests.factories import actor_of
from tests.web.test_budgets import publish
from tests.web.test_register import make_public

A = "{http://www.w3.org/2005/Atom}"


def feed_of(client, path, **more):
    """The parsed feed, after a look at what RFC 4287 demands of it."""
    answer = client.get(path, **more)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.body)
    assert root.tag == f"{A}feed"
    ids = [element.text for element in root.iter(f"{A}id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for element in (root, *root.findall(f"{A}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{A}{name}")) == 1, (element.tag, name)
        assert re.fullmatch(r"tag:[a-z0-9.-]+,2026:\S+", element.find(f"{A}id").text)
        assert datetime.fromisoformat(element.find(f"{A}updated").text).tzinfo is not None
        assert element.find(f"{A}author/{A}name").text
        assert [one for one in element.findall(f"{A}link") if one.get("rel") == "alternate"]
        assert all(one.get("href").startswith("http") for one in element.findall(f"{A}link"))
    return root


def entries(root):
    return [entry.find(f"{A}title").text for entry in root.findall(f"{A}entry")]


def linked(root, rel):
    found = [one.get("href") for one in root.findall(f"{A}link") if one.get("rel") == rel]
    return found[0] if found else None


def test_a_list_is_followed_from_the_newest_to_the_oldest_case(app, db_session, cast, client):
    with writing():
        publish(45)
    path, seen = "/register.atom", []
    while path:
        root = feed_of(client, path)
        seen += entries(root)
        parts = urlsplit(linked(root, "next") or "")
        path = f"{parts.path}?{parts.query}" if parts.path else ""
    assert len(seen) == len(set(seen)) == 45


def test_a_list_takes_the_filters_and_words_of_the_registers_page(app, db_session, cast, client):
    with writing():
        publish(45)
    assert len(entries(feed_of(client, "/register.atom?agency=T3"))) == 4
    assert entries(feed_of(client, "/register.atom?q=ho+so+17")) == ["Đất đai, hồ sơ 17"]
    root = feed_of(client, "/register.atom?agency=T3")
    assert linked(root, "alternate").endswith("/register?agency=T3")
    assert linked(root, "self").endswith("/register.atom?agency=T3")


def test_a_feed_with_nothing_in_it_is_whole_too(db_session, client):
    assert entries(feed_of(client, "/register.atom")) == []


@pytest.fixture
def promised(app, db_session, cast):
    with writing():
        publish(3)
        db.session.add(PublicationPromise(publication_id=2, n=1, line="Trả bản vẽ.", standing="open",
                                          promised_on=db.session.get(Publication, 2).published_on))


def test_a_kept_promise_is_something_new_in_the_feed_of_its_case(client, promised):
    path = "/register/0002-0002.atom"
    before = client.get(path)
    assert entries(feed_of(client, path)) == ["Đất đai, hồ sơ 2"]
    client.get(path, status=304, headers={"If-None-Match": before.headers["ETag"]})
    with writing():
        db.session.query(PublicationPromise).one().standing = "kept"
    client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert entries(feed_of(client, path)) == ["Một lời hẹn đã được giữ", "Đất đai, hồ sơ 2"]
    english = feed_of(client.in_english(), path)
    assert entries(english)[0] == "A promise was kept"
    assert linked(english, "alternate").endswith("/en/register/0002-0002")


def test_after_unpublishing_the_feed_of_the_case_is_gone_and_no_list_tells_of_it(db_session, cast, client):
    gone, other = make_public(cast, 2)
    kept = client.get("/register.atom").headers["ETag"]
    with writing():
        publication_release.unpublish(register.one(gone), actor=actor_of(cast.publisher), reason="Soát lại.")
    client.get(f"/register/{gone}.atom", status=410)
    again = client.get("/register.atom", headers={"If-None-Match": kept})
    assert gone not in again.text
    assert other in again.text
    client.get("/register/ZZZZ-ZZZZ.atom", status=404)


def test_what_people_wrote_stays_text(app, db_session, cast, client):
    hostile = "Giá < 5 & > 3 ]]> <script>alert(1)</script> \x0b\ufffe xong"
    with writing():
        publish(1)
        db.session.get(Publication, 1).title = hostile
        db.session.get(Publication, 1).summary = hostile * 20
    root = feed_of(client, "/register.atom")
    assert entries(root)[0].startswith("Giá < 5 & > 3 ]]> <script>alert(1)</script>")
    assert len(root.find(f"{A}entry/{A}summary").text) <= 401
    assert entries(feed_of(client, "/register/0001-0001.atom")) == entries(root)


def test_feeds_set_no_cookie_and_are_asked_for_again(app, client, promised):
    for path in ("/register.atom", "/register/0002-0002.atom"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_feed_costs_the_same_however_many_cases(app, client, sql_log):
    client.looks = False
    for number in (3, 45):
        with app.app_context(), writing():
            publish(number)
        for path, most in (("/register.atom", 4), ("/register.atom?q=dat+dai", 4),
                           ("/register/0002-0002.atom", 6)):
            client.get(path)
            sql_log.clear()
            client.get(path)
            assert len(sql_log.statements) <= most, (path, sql_log.statements)
