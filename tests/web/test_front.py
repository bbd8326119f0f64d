"""The pages before anybody does anything: front, about, contact, statistics."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session, scoped_session

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.queries.figures import figures
from feedback.services import answers, register_counts
from tests import factories
from tests.fixtures.application import SqlLog
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client
from tests.fixtures.time import Clock

PAGES = ["/", "/about", "/contact", "/statistics"]


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_gets_the_page_in_both_languages_without_a_cookie(client: Client, path: str) -> None:
    for reader in (client, client.in_english()):
        reply = reader.get(path)
        assert "Set-Cookie" not in reply.headers
        assert reply.headers["Cache-Control"].startswith("public")


def test_the_two_doors_and_the_search_are_on_the_first_page(client: Client) -> None:
    page = client.get("/").page
    assert {"/complain", "/track"} <= set(page.links)
    assert page.form(action="/register").method == "get"


def test_numbers_that_nobody_has_counted_are_not_zero(client: Client) -> None:
    page = client.get("/").page
    assert [e.text for e in page.all("p", class_="figure__number")] == ["–"] * 4
    assert "đang được đếm" in page.text


def test_the_four_numbers_are_what_happened_this_month(
        cast: Cast, an: Citizen, binh: Citizen, client: Client, db_session: scoped_session[Session],
        frozen: Clock) -> None:
    frozen.stand_at("2026-10-12")
    an.complains()  # nobody answers it: late in November
    frozen.stand_at("2026-11-03")
    answered, returned = an.complains(), binh.complains()
    frozen.stand_at("2026-11-16")
    with writing():
        factories.walk(answered, Action.RELEASE, hands=cast.hands)
        case = factories.walk(returned, Action.APPROVE, hands=cast.hands)
        answers.return_answer(case, actor=factories.actor_of(cast.ha), why="Chung chung.", codes=[])
        register_counts.recount()
    page = client.get("/").page
    assert [e.text for e in page.all("p", class_="figure__number")] == ["2", "1", "1", "1"]
    assert "trong đó 1 đúng hạn" in page.text
    assert "Con số của tháng 11 năm 2026" in page.text
    assert (figures().open_now, figures().counted_at) == (2, datetime(2026, 11, 16, 2, tzinfo=UTC))


def test_each_number_leads_to_what_it_means(client: Client) -> None:
    anchors = [link.partition("#")[2] for link in client.get("/").page.links if link.startswith("/statistics#")]
    meanings = client.get("/statistics").page
    assert len(anchors) == 4
    assert all(len(meanings.by_id[anchor].text) > 40 for anchor in anchors)


def test_an_import_is_in_no_number_of_this_month(
        an: Citizen, db_session: scoped_session[Session], frozen: Clock) -> None:
    receipt = an.complains()
    with writing():
        factories.case_of(receipt).historical = True
        register_counts.recount()
    assert (figures().received, figures().answered) == (0, 0)


def test_a_settled_case_stands_on_the_first_page(
        cast: Cast, an: Citizen, client: Client, db_session: scoped_session[Session], frozen: Clock,
        answering_vault: None) -> None:
    receipt = an.complains()
    frozen.go_on(days=4)
    with writing():
        case = factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    with writing():
        reference = factories.publish(
            factories.case_of(case.id), first=cast.publisher, second=cast.second_publisher)
    page = client.get("/").page
    assert f"/register/{reference}" in page.links
    assert "Sở Xây dựng" in page.text


def test_readers_never_count_the_house(client: Client, sql_log: SqlLog) -> None:
    for path in PAGES:
        sql_log.clear()
        client.get(path)
        assert len(sql_log.statements) <= 6  # /statistics reads six kinds of counted numbers
        assert not any("case_file" in s or "deadline" in s for s in sql_log.statements), path


def test_the_contact_page_never_shows_an_invented_number_outside_a_trial(
        app: Flask, cast: Cast, client: Client) -> None:
    text = client.get("/contact").text
    assert "0200 000 0000" not in text
    assert "chưa ghi địa chỉ" in text
    assert "Văn phòng UBND tỉnh" in text
