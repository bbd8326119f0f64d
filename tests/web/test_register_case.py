"""A published case as everyone reads it: its way, who held it, and "it happened to me too"; the list's filters."""

import re

import pytest
from sqlalchemy import func, select

from feedback.domain.answers.taxonomy import Flag
from feedback.extensions import db, writing
from feedback.models.publications import MeToo, Publication
from feedback.services import me_too, publication_release, register_counts
from tests import factories
from tests.factories import actor_of, case_of
from tests.fixtures.travels import answered_at_last, there_and_back


@pytest.fixture
def reference(db_session, frozen, cast, an, answering_vault):
    """A public case that went from one agency to another and back, was returned as vague, and then answered."""
    receipt = there_and_back(frozen, cast, an, codes=[Flag.PARTIAL], why="Lời của người duyệt.")
    answered_at_last(receipt, cast)
    with writing():
        return factories.publish(case_of(receipt), first=cast.publisher, second=cast.second_publisher)


def pressed(reference):
    return db.session.scalar(select(Publication.me_too).where(Publication.reference == reference))


def test_the_way_of_a_case_is_told_with_its_loop_its_days_and_why_it_was_returned(reference, client):
    page = client.get(f"/register/{reference}").text
    for words in ("Đường đi của vụ việc này", "Chuyển sang cơ quan khác.", "hồ sơ đi vòng tròn",
                  "Ở đó 2 ngày làm việc.", "Câu trả lời bị trả lại cơ quan để viết cho rõ.", "Vì sao bị trả lại:",
                  "tháng 11 năm 2026", "Ai đã giữ hồ sơ, giữ bao lâu"):
        assert words in page, words
    assert "Lời của người duyệt" not in page
    assert "03/11/2026" not in page.split("Đường đi của vụ việc này")[1].split("Vụ việc này qua")[0]
    english = client.in_english().get(f"/register/{reference}").text
    for words in ("The way of this case", "it went round in a circle", "It was there for 2 working days."):
        assert words in english, words


def test_it_happened_to_me_too_counts_once_a_month_without_a_cookie(reference, client, frozen):
    page = client.get(f"/register/{reference}")
    assert "Chưa có ai nói là mình cũng gặp." in page.text
    first = client.submit(page, action="me-too", follow=False)
    assert "Set-Cookie" not in first.headers
    assert "Đã tính thêm một người" in client.get(first.location).text
    again = client.submit(client.get(f"/register/{reference}"), action="me-too")
    assert "đã được tính một lần rồi" in again.text
    assert "1 người nói rằng mình cũng gặp." in again.text
    frozen.stand_at("2026-12-15 09:00")
    client.submit(client.get(f"/register/{reference}"), action="me-too")
    assert pressed(reference) == 2


def test_who_pressed_is_kept_nowhere_and_past_months_are_forgotten(reference, client, frozen):
    client.submit(client.get(f"/register/{reference}"), action="me-too")
    kept = db.session.scalars(select(MeToo)).one()
    assert "127.0.0.1" not in repr(kept.__dict__)
    frozen.stand_at("2026-12-01 09:00")
    with writing():
        assert me_too.forget() == 1
    assert (db.session.scalar(select(func.count()).select_from(MeToo)), pressed(reference)) == (0, 1)


def test_a_press_from_elsewhere_or_with_another_cases_form_is_refused(reference, client, frozen):
    page = client.get(f"/register/{reference}")
    token = page.page.form(action="me-too").values["csrf_token"][0]
    path = f"/register/{reference}/me-too"
    client.post(path, {"csrf_token": ""}, status=400)
    client.post(path, {"csrf_token": token}, status=400, headers={"Sec-Fetch-Site": "cross-site"})
    client.post("/register/AAAA-AAAA/me-too", {"csrf_token": token}, status=400)
    frozen.go_on(days=1)
    client.post(path, {"csrf_token": token}, status=303, follow=False)
    frozen.go_on(days=2)
    client.post(path, {"csrf_token": token}, status=400)
    assert pressed(reference) == 1


def test_too_many_presses_from_one_address_are_asked_to_wait(reference, client, monkeypatch):
    page = client.get(f"/register/{reference}")
    monkeypatch.setattr("feedback.web.limits.is_local", lambda: False)
    for _ in range(20):
        client.submit(page, action="me-too", follow=False)
    client.submit(page, action="me-too", status=429)


def test_a_case_that_was_taken_out_takes_no_press(reference, client, cast):
    page = client.get(f"/register/{reference}")
    with writing():
        publication_release.unpublish(publication_release.published(reference), actor=actor_of(cast.publisher),
                                      reason="Soát lại.")
    client.submit(page, action="me-too", status=404)


def test_the_page_is_the_same_until_something_changes(reference, client):
    tag = client.get(f"/register/{reference}").headers["ETag"]
    client.get(f"/register/{reference}", status=304, headers={"If-None-Match": tag})
    client.submit(client.get(f"/register/{reference}"), action="me-too")
    client.get(f"/register/{reference}", headers={"If-None-Match": tag})


def test_filters_are_chosen_by_hand_shown_as_chips_with_numbers_and_taken_off(reference, client, cast):
    with writing():
        register_counts.recount()
    page = client.get("/register")
    assert "Bị trả lại vì chung chung (1)" in page.text
    found = client.submit(page, action="/register", field="passed_on", status=200, returned="1", passed_on="1",
                          kind="behaviour")
    assert factories.POINTS[0] in found.text
    chips = [link for link in found.page.all("a") if "chip" in (link.get("class") or "").split()]
    assert len(chips) == 3
    without = [chip.get("href") for chip in chips]
    assert any("passed_on" not in href and "returned=1" in href for href in without)
    assert "Chưa có vụ việc đã công khai nào" in client.get("/register?late=1").text


def test_the_words_that_were_found_are_marked_in_a_piece_of_the_answer(reference, client):
    found = client.get("/register?q=giay+phep")
    assert "giấy phép" in [mark.text.lower() for mark in found.page.all("mark")]
    assert client.get("/register").page.all("mark") == []


def test_a_search_with_filters_and_numbers_costs_four_statements(reference, client, sql_log):
    with writing():
        register_counts.recount()
    for path, most in (("/register?q=giay+phep&passed_on=1", 4), ("/register?q=giay+phep&sort=best", 4),
                       ("/register?late=1", 4), (f"/register/{reference}", 6)):
        client.get(path)
        sql_log.clear()
        client.get(path)
        assert len(sql_log.statements) <= most, (path, sql_log.statements)


@pytest.mark.parametrize("query", ["kind=nothing", "procedure=" + "x" * 99, "late=2", "returned=on&passed_on=",
                                   "procedure=1.000001&agency=T1.1"])
def test_no_address_breaks_the_filters(db_session, cast, client, query):
    assert re.search("công khai", client.get(f"/register?{query}").text)
