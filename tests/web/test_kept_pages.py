"""Lists and cases that were drawn a moment ago are kept while nothing they show has changed. That a case which is
taken out is gone from them at once: ``test_gone_at_once``."""

from datetime import date

import pytest

from feedback import clock
from feedback.domain.province import Text
from feedback.extensions import db, writing
from feedback.models.publications import PublicationPromise, RegisterCount
from feedback.models.settings import ProvinceText
from feedback.queries import register, shown_names
from feedback.services import publication_release, register_counts
from feedback.web import kept_pages
from tests.factories import actor_of
from tests.web.test_budgets import publish


@pytest.fixture
def three(db_session, frozen):
    kept_pages.forget()
    with writing():
        publish(3)
        register_counts.recount()
    yield
    kept_pages.forget()


def test_a_list_is_drawn_once_and_then_only_asked_about(three, client, sql_log):
    first = client.get("/register").text
    sql_log.clear()
    assert client.get("/register").text == first
    assert len(sql_log.statements) == 1
    assert client.in_english().get("/register").text != first


def test_a_copy_is_told_that_nothing_changed_without_anything_being_drawn(three, client, sql_log):
    etag = client.get("/register").headers["ETag"]
    sql_log.clear()
    assert client.get("/register", headers={"If-None-Match": etag}, status=304).headers["ETag"] == etag
    assert len(sql_log.statements) == 1


def test_a_case_taken_out_is_not_in_the_next_list(three, client, cast):
    assert "hồ sơ 2" in client.get("/register").text
    with writing():
        publication_release.unpublish(
            register.one("0002-0002"), actor=actor_of(cast.publisher), reason="Soát lại.")
    assert "hồ sơ 2" not in client.get("/register").text


def test_new_counts_and_a_name_changed_by_an_administrator_are_seen_soon(three, client, frozen):
    assert "(3)" in client.get("/register").text
    with writing():
        db.session.get_one(RegisterCount, "published.kind.behaviour").value = 77
    assert "(77)" not in client.get("/register").text  # nothing has told
    later = clock.now().astimezone(clock.VIETNAM) + kept_pages.KEPT
    frozen.stand_at(f"{later:%Y-%m-%d %H:%M:%S}")
    assert "(77)" in client.get("/register").text


def test_a_walk_through_filters_keeps_no_more_than_so_many_pages_and_bytes(three, client, monkeypatch):
    monkeypatch.setattr(kept_pages, "MOST", 5)
    for number in range(9):
        client.get(f"/register?month=2026-09&any={number}")
    assert [key[2][-1] for key in kept_pages._pages] == ["4", "5", "6", "7", "8"]
    size = sum(len(page.packed) for page in kept_pages._pages.values())
    monkeypatch.setattr(kept_pages, "MOST_BYTES", size // 2)
    client.get("/register?any=" + "x" * kept_pages.LONGEST_ADDRESS)
    assert not any("xxx" in key[2] for key in kept_pages._pages)
    for number in range(9):
        client.get(f"/register?month=2026-09&other={number}")
        assert sum(len(page.packed) for page in kept_pages._pages.values()) <= size // 2
    assert len(kept_pages._pages) == 2


def test_what_is_drawn_for_staff_is_neither_kept_nor_a_kept_one(three, cast, client, sign_in, sql_log):
    staff = sign_in(cast.intake)
    for _ in range(2):
        sql_log.clear()
        assert "no-store" in staff.get("/register").headers["Cache-Control"]
        assert len(sql_log.statements) > 1
    assert not kept_pages._pages
    client.get("/register")
    assert len(kept_pages._pages) == 1


def test_searches_are_never_kept(three, client, sql_log):
    client.get("/register?q=ho+so")
    sql_log.clear()
    client.get("/register?q=ho+so")
    assert len(sql_log.statements) > 1


CASE = "/register/0002-0002"


def test_a_case_is_drawn_once_and_then_only_asked_about(three, client, sql_log):
    first = client.get(CASE)
    sql_log.clear()
    again = client.get(CASE)
    assert (again.text, again.headers["ETag"]) == (first.text, first.headers["ETag"])
    client.get(CASE, status=304, headers={"If-None-Match": first.headers["ETag"]})
    assert len(sql_log.statements) == 2
    assert client.in_english().get(CASE).text != first.text
    assert "Set-Cookie" not in again.headers


def test_a_kept_case_is_gone_at_once_and_that_is_not_kept(three, client, cast):
    neighbour = "/register/0003-0003"
    assert "hồ sơ 2" in client.get(CASE).text
    assert "hồ sơ 2" in client.get(neighbour).text
    with writing():
        publication_release.unpublish(
            register.one("0002-0002"), actor=actor_of(cast.publisher), reason="Soát lại.")
    client.get(CASE, status=410)
    assert "hồ sơ 2" not in client.get(neighbour).text
    client.get("/register/0009-0009", status=404)
    with writing():
        publish(9)
    client.get("/register/0009-0009")


def test_one_more_to_whom_it_happened_is_seen_in_the_kept_case_at_once(three, client):
    client.submit(client.get(CASE), action="me-too", follow=False)
    assert "1 người nói rằng mình cũng gặp." in client.get(CASE).text


def test_how_a_promise_stands_is_seen_in_the_kept_case_at_once(three, client):
    with writing():
        case = register.one("0002-0002")
        case.promises.append(PublicationPromise(n=1, line="", promised_on=date(2026, 10, 1), standing="open"))
    before = client.get(CASE).text
    with writing():
        case = register.one("0002-0002")
        case.promises[0].standing = "kept"
    assert client.get(CASE).text != before


def test_a_kept_case_does_not_outlive_its_day_nor_a_name_that_stands_on_every_page(three, client, frozen):
    frozen.stand_at("2026-11-20 23:59:50")
    before = client.get(CASE).page.form(action="me-too").values["csrf_token"]
    frozen.stand_at("2026-11-21 00:00:05")
    assert client.get(CASE).page.form(action="me-too").values["csrf_token"] != before
    with writing():
        db.session.add(ProvinceText(key=Text.NAME, vi="Tỉnh Mẫu Mới", en="New Sample Province"))
    shown_names.forget()
    assert "Tỉnh Mẫu Mới" in client.get(CASE).text
