"""What search engines read: the maps, the rules for walking, and what a shared link shows."""

import re
from xml.etree import ElementTree

from feedback.extensions import writing
from feedback.queries import open_data, register
from feedback.services import publication_release
from tests.factories import actor_of
from tests.web.test_budgets import publish
from tests.web.test_register import make_public

M = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(client, path):
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers
    found = [one.text for one in ElementTree.fromstring(answer.body).iter(f"{M}loc")]
    return [re.sub(r"^https?://[^/]+", "", address) for address in found]


def everything(client):
    return [address for part in addresses(client, "/sitemap.xml") for address in addresses(client, part)]


def test_every_published_case_stands_in_the_maps_in_both_languages(app, db_session, cast, client, monkeypatch):
    monkeypatch.setattr(open_data, "STRETCH", 20)
    with writing():
        publish(45)
    found = everything(client)
    assert len(found) == len(set(found))
    cases = [address for address in found if re.search(r"/register/\d", address)]
    assert len(cases) == 90
    assert "/en/register/0007-0007" in cases
    assert len(addresses(client, "/sitemap.xml")) == 4
    client.get("/sitemap-9.xml", status=404)


def test_every_address_in_the_maps_opens_and_may_be_walked(db_session, cast, client):
    make_public(cast)
    closed = re.findall(r"^Disallow: (\S+)$", client.get("/robots.txt").text, re.MULTILINE)
    assert "/desk" in closed
    for address in everything(client):
        client.get(address)
        assert not [path for path in closed if address.startswith(path)], address


def test_a_case_that_is_taken_out_is_gone_from_the_maps_at_once(db_session, cast, client):
    gone, other = make_public(cast, 2)
    with writing():
        publication_release.unpublish(register.one(gone), actor=actor_of(cast.publisher), reason="Soát lại.")
    found = everything(client)
    assert f"/register/{other}" in found
    assert f"/register/{gone}" not in found


def test_a_shared_link_shows_the_name_of_the_page(db_session, cast, client):
    reference = make_public(cast)[0]
    body = client.get(f"/register/{reference}").body.decode()
    assert '<meta property="og:title" content="Hồ sơ đất đai số 0 chậm vì sao?">' in body
    assert 'type="application/atom+xml"' in body


def test_maps_and_feeds_are_written_without_prefixes_whichever_was_asked_first(db_session, cast, client):
    make_public(cast)
    for _ in range(2):
        assert b"<urlset " in client.get("/sitemap-1.xml").body
        assert b"<feed " in client.get("/register.atom").body
