"""Complaints that another system hands in by Open311, and the keys for it."""

import json
import re
from xml.etree import ElementTree

import pytest
from sqlalchemy import func, select

from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.publications import ApiKey
from feedback.services import api_keys
from tests.factories import actor_of

ADDRESS = "/open311/v2/requests.json"
STORY = "Tôi nộp hồ sơ đất đai ngày 3/11/2026, đến nay chưa có kết quả. Bao giờ tôi nhận được sổ?"


@pytest.fixture
def key(app, db_session, cast):
    with writing():
        return api_keys.make("Ứng dụng mẫu", actor=actor_of(cast.quan))


def sent(key, **more):
    return {"api_key": key, "service_code": "late_result", "description": STORY, **more}


def how_many():
    return db.session.scalar(select(func.count()).select_from(Case))


def test_a_complaint_goes_in_like_any_other_and_the_answer_holds_no_tracking_key(client, key):
    answer = client.post(ADDRESS, sent(key, email="an@thu.example", first_name="An", last_name="Nguyễn Văn"),
                         status=201)
    row, = json.loads(answer.body)
    case = db.session.scalars(select(Case)).one()
    assert set(row) == {"service_request_id", "service_notice", "account_id"}
    assert row["service_request_id"] == case.reference
    assert (case.state, case.category, case.channel) == ("submitted", "late_result", "web")
    assert case.identity_mode == "confidential"
    assert not re.search(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){4}", answer.text)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert db.session.scalars(select(ApiKey)).one().last_used_at is not None


def test_the_same_request_sent_twice_makes_one_case(client, key):
    headers = {"Idempotency-Key": "a-1"}
    first, second = (client.post(ADDRESS, sent(key), status=201, headers=headers) for _ in range(2))
    assert first.body == second.body
    client.post(ADDRESS, sent(key), status=201, headers={"Idempotency-Key": "a-2"})
    assert how_many() == 2


def test_a_header_used_again_by_mistake_swallows_no_other_complaint(client, key):
    headers = {"Idempotency-Key": "a-1"}
    first = client.post(ADDRESS, sent(key), status=201, headers=headers)
    other = {**sent(key), "description": "Đã ba tháng tôi chờ giấy phép xây dựng. Khi nào có?"}
    second = client.post(ADDRESS, other, status=201, headers=headers)
    assert first.body != second.body
    assert sorted(db.session.scalars(select(Case.narrative))) == sorted(
        [sent(key)["description"], other["description"]])


def test_xml_is_answered_in_xml(client, key):
    answer = client.post("/open311/v2/requests.xml", sent(key), status=201)
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "service_requests"
    assert root.find("request/service_request_id").text == db.session.scalars(select(Case.reference)).one()


@pytest.mark.parametrize(("changed", "field"), [
    ({"service_code": "pothole"}, "service_code"), ({"service_code": ""}, "service_code"),
    ({"description": " "}, "description"), ({"description": "a" * 20_001}, "description"),
    ({"email": "nobody"}, "email"), ({"phone": "call me"}, "phone"), ({"first_name": "An"}, "email")])
def test_what_is_missing_is_said_and_nothing_is_made(client, key, changed, field):
    error, = json.loads(client.post(ADDRESS, sent(key, **changed), status=400).body)
    assert error["code"] == 400
    assert error["description"].startswith(field)
    assert how_many() == 0


def test_without_a_key_with_a_wrong_one_and_with_a_revoked_one_nothing_goes_in(client, key, cast):
    with writing():
        api_keys.revoke(db.session.scalars(select(ApiKey.id)).one(), actor=actor_of(cast.quan))
    for wrong in ("", "x", key):
        error, = json.loads(client.post(ADDRESS, sent(wrong), status=403).body)
        assert error["code"] == 403
    assert how_many() == 0


def test_an_administrator_makes_a_key_sees_it_once_and_revokes_it(db_session, cast, client, sign_in):
    own = sign_in(cast.quan)
    page = own.submit(own.get("/admin/api-keys"), field="name", name="Cổng hỏi đáp", status=200, follow=False)
    key = page.page.all("code")[0].text
    assert len(key) > 40
    assert key not in own.get("/admin/api-keys").text
    assert key not in repr(db.session.scalars(select(ApiKey.key_hash)).all())
    client.post(ADDRESS, sent(key), status=201)
    assert "Đã thu hồi" in own.submit(own.get("/admin/api-keys"), action="revoke").text
    client.post(ADDRESS, sent(key), status=403)


def test_a_key_without_a_name_is_refused_beside_its_field(db_session, cast, sign_in):
    own = sign_in(cast.quan)
    refused = own.submit(own.get("/admin/api-keys"), field="name", name=" ", status=400, follow=False)
    assert "Bạn hãy ghi hệ thống này của ai" in refused.text
    assert db.session.scalars(select(ApiKey)).all() == []
