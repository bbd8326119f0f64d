"""The description of the interface against the interface itself: everything it promises is asked of the routes."""

import json
import random
import re
from urllib.parse import quote, urlencode

import pytest

from feedback.extensions import db, writing
from feedback.models.publications import Publication, PublicationHolder, PublicationPromise, PublicationStep
from feedback.queries import register
from feedback.services import publication_release, register_counts
from tests.factories import actor_of
from tests.fixtures.json_schema import faults
from tests.web.test_budgets import publish
from tests.web.test_register import make_public

ODD = ("", " ", "0", "-1", "null", "true", "[]", "{}", "%", "%00", "\x00", "\x7f", "'", '"', "\\", "../", "é",
       "đ" * 300, "\ud83d\ude00", "2026-02-30", "9" * 400, "AAAA-AAAA", "a b", "\u200b", "=1+1", "<b>",
       "' OR 1=1--", "\n", "*")


@pytest.fixture
def described(app, db_session, cast, client):
    """The description, with a register behind the interface."""
    with writing():
        publish(45)
        day = db.session.get(Publication, 7).published_on
        db.session.add_all([
            PublicationPromise(publication_id=7, n=1, line="Trả bản vẽ.", promised_on=day, standing="kept"),
            PublicationHolder(publication_id=7, n=1, agency_code="T7", agency_vi="Sở Xây dựng", agency_en="Dep.",
                              came_by="assigned", working_days=9),
            PublicationStep(publication_id=7, n=1, step="returned", day=3, codes="generic")])
        register_counts.recount()
    return json.loads(client.get("/api/v1/openapi.json").body)


def ask(client, described, path, asked="", **more):
    """One question; the answer has to be one that is described, in the shape that is described."""
    known = described["paths"][path]["get"]["responses"]
    where = "/api/v1" + path.replace("{reference}", quote(more.pop("reference", ""), safe=""))
    answer = client.get(f"{where}?{asked}" if asked else where, status=tuple(map(int, known)), **more)
    content = known[str(answer.status)].get("content")
    if content is None:
        assert answer.body == b""
        return answer
    assert answer.headers["Content-Type"] == "application/json"
    wrong = faults(json.loads(answer.body), content["application/json"]["schema"], described)
    assert wrong == [], (where, asked, wrong[:5])
    return answer


def test_the_description_is_whole_and_nothing_it_names_is_missing(app, described):
    assert described["openapi"] == "3.1.0"
    assert {"title", "version"} <= set(described["info"])
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)):
        assert name in described["components"]["schemas"]
    routes = {rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}")
              for rule in app.url_map.iter_rules() if rule.endpoint.startswith("api.")}
    assert set(described["paths"]) == routes - {"/openapi.json"}
    ids = [path["get"]["operationId"] for path in described["paths"].values()]
    assert len(ids) == len(set(ids))


def test_every_route_answers_as_described(client, described):
    for path in described["paths"]:
        reference = "0007-0007"
        answer = ask(client, described, path, reference=reference)
        assert answer.status == 200
        tag = answer.headers["ETag"]
        assert ask(client, described, path, reference=reference, headers={"If-None-Match": tag}).status == 304
    for reference in ("ZZZZ-ZZZZ", "x"):
        assert ask(client, described, "/cases/{reference}", reference=reference).status == 404


def test_a_case_that_was_taken_out_is_answered_as_described(db_session, cast, client):
    gone = make_public(cast)[0]
    with writing():
        publication_release.unpublish(register.one(gone), actor=actor_of(cast.publisher), reason="Soát lại.")
    described = json.loads(client.get("/api/v1/openapi.json").body)
    assert ask(client, described, "/cases/{reference}", reference=gone).status == 410


def test_every_example_is_accepted_by_the_real_route(client, described):
    for path, item in described["paths"].items():
        for parameter in item["get"]["parameters"]:
            example = parameter["example"]
            assert faults(example, parameter["schema"], described) == []
            if parameter["in"] == "query":
                answer = ask(client, described, path, urlencode({parameter["name"]: example}))
                assert answer.status == 200, (path, parameter["name"], answer.text)


def test_every_described_error_example_fits_its_own_schema(described):
    for item in described["paths"].values():
        for answer in item["get"]["responses"].values():
            for content in answer.get("content", {}).values():
                if "example" in content:
                    assert faults(content["example"], content["schema"], described) == []


def test_whatever_is_asked_the_answer_is_one_of_those_described(client, described):
    chance = random.Random(20261127)
    refused = 0
    for path, item in described["paths"].items():
        names = [one["name"] for one in item["get"]["parameters"] if one["in"] == "query"] + ["unknown"]
        for odd in ODD:
            sent = odd.encode("utf-8", "surrogatepass")
            asked = urlencode({chance.choice(names): sent})
            answer = ask(client, described, path, asked, reference="0007-0007")
            refused += answer.status == 400
            if "{reference}" in path and odd.strip("./ \n"):
                ask(client, described, path, reference=odd.replace("/", "") if odd.isprintable() else "x")
    assert refused > 10
