"""What search engines and shared links read of a page, and that nothing of it is left of a case that is gone."""

import json

import pytest

from feedback.extensions import writing
from feedback.queries import register
from feedback.services import publication_release, standing
from tests.factories import actor_of
from tests.web.test_budgets import publish

CASE = "0002-0002"


@pytest.fixture
def filled(db_session, cast):
    with writing():
        publish(3)
        register.one(CASE).points[0].answer = 'Đã có. </script><script>alert("x")</script> & xong'
    standing.sweep_open_data()


def read(client, path):
    """Meta and links of a page's head, and its data."""
    page = client.get(path).page
    meta = {one.get("property") or one.get("name"): one.get("content") for one in page.all("meta")}
    links = {one.get("hreflang") or one.get("rel"): one.get("href") for one in page.all("link")
             if one.get("rel") == "canonical" or one.get("hreflang")}
    blocks = [one for one in page.all("script") if one.get("type") == "application/ld+json"]
    assert all(one.get("src") for one in page.all("script") if one not in blocks)
    data = [json.loads("".join(part for part in one.children if isinstance(part, str))) for one in blocks]
    return meta, links, data


def test_a_case_is_a_question_with_its_accepted_answer_by_an_agency(filled, client):
    for path, language in ((f"/register/{CASE}", "vi"), (f"/en/register/{CASE}", "en")):
        _meta, links, (data,) = read(client, path)
        assert (data["@context"], data["@type"], data["inLanguage"]) == ("https://schema.org", "QAPage", language)
        asked = data["mainEntity"]
        assert (asked["@type"], asked["answerCount"], asked["name"]) == ("Question", 1, "Đất đai, hồ sơ 2")
        answer = asked["acceptedAnswer"]
        assert answer["@type"] == "Answer"
        assert answer["text"].startswith("Đã có. </script>"), "the words are whole and end no block"
        assert answer["author"]["@type"] == "GovernmentOrganization"
        assert answer["author"]["name"] == {"vi": "Sở Xây dựng", "en": "Department"}[language]
        assert len(answer["datePublished"]) == len("2026-09-01")
        assert data["url"] == links["canonical"] == f"http://localhost{path}"
    assert b"<script>alert" not in client.get(f"/register/{CASE}").body


def test_pages_name_themselves_in_both_languages_and_say_what_they_hold(filled, client):
    for path in (f"/register/{CASE}", "/", "/open-data/"):
        for root, locale, other in (("", "vi_VN", "en_GB"), ("/en", "en_GB", "vi_VN")):
            meta, links, data = read(client, root + path)
            assert links == {"canonical": f"http://localhost{root}{path}", "vi": f"http://localhost{path}",
                             "en": f"http://localhost/en{path}"}
            assert (meta["og:url"], meta["og:locale"], meta["og:locale:alternate"]) == (
                links["canonical"], locale, other)
            assert meta["og:title"]
            assert 10 < len(meta["description"]) <= 200
            assert meta["og:description"] == meta["description"]
            assert meta["og:type"] == ("article" if CASE in path else "website")
            assert len(data) == 1
            for address in (links["vi"], links["en"]):
                client.get(address.removeprefix("http://localhost"))


def test_of_the_register_the_beginning_alone_is_for_search_engines(filled, client):
    for path, listed in (
            ("/register", True), ("/register?q=dat", False), ("/register?category=not_answered", False)):
        meta, links, _data = read(client, path)
        assert links["canonical"] == "http://localhost/register"
        assert ("noindex" in meta.get("robots", "")) is not listed
        assert meta["description"]


def test_the_files_are_a_data_set_with_its_downloads(filled, client):
    _meta, _links, (data,) = read(client, "/open-data/")
    assert (data["@type"], data["isAccessibleForFree"]) == ("Dataset", True)
    found = {one["name"]: one for one in data["distribution"]}
    assert found["cases.csv"]["encodingFormat"] == "text/csv"
    for one in found.values():
        answer = client.get(one["contentUrl"].removeprefix("http://localhost"))
        assert one["sha256"] in answer.headers["ETag"]
        assert one["contentSize"] == f"{len(answer.body)} B"


def test_a_case_that_is_gone_has_none_of_it(filled, cast, client):
    with writing():
        publication_release.unpublish(register.one(CASE), actor=actor_of(cast.publisher), reason="Soát lại.")
    for path in (f"/register/{CASE}", f"/en/register/{CASE}", "/register/ZZZZ-ZZZZ"):
        body = client.get(path, status=(404, 410)).body
        for word in (b"ld+json", b"canonical", b"og:", b'name="description"', b"hreflang"):
            assert word not in body, (path, word)
        assert b"noindex" in body
