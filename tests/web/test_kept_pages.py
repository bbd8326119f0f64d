"""Lists that were drawn a moment ago are kept while nothing they show has changed. That a case which is taken out
is gone from them at once: ``test_gone_at_once``."""

import pytest

from feedback import clock
from feedback.extensions import db, writing
from feedback.models.publications import RegisterCount
from feedback.queries import register
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


def test_a_walk_through_filters_keeps_no_more_than_so_many_pages(three, client):
    for number in range(kept_pages.MOST + 20):
        client.get(f"/register?month=2026-09&any={number}")
    assert len(kept_pages._pages) == kept_pages.MOST
    client.get("/register?any=" + "x" * kept_pages.LONGEST_ADDRESS)
    assert not any("xxx" in key[2] for key in kept_pages._pages)


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
