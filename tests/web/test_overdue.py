"""The public list of overdue cases, and who is late as far as the province publishes it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.province import Switch
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.overdue import OverdueListing
from feedback.models.people import Person
from feedback.models.settings import ProvinceSwitch
from feedback.services.overdue_list import copy_overdue
from feedback.services.register_counts import recount
from tests import factories
from tests.factories import Member
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.stage import bring

SignIn = Callable[[Member], Client]


def climbed(app: Flask, *receipts: factories.Receipt, rung: str = "after_5") -> None:
    """The ladder of these cases' citizens' clocks has reached this rung."""
    with app.app_context(), writing():
        for receipt in receipts:
            total = db.session.scalars(select(Deadline).where(
                Deadline.case_id == receipt.case_id, Deadline.kind == "total",
                Deadline.stopped_at.is_(None))).one()
            db.session.add(Escalation(deadline_id=total.id, case_id=receipt.case_id, rung=rung,
                                      fired_at=clock.now(), days_late=5))


def counted(app: Flask) -> None:
    """The counting sweep ran."""
    with app.app_context(), writing():
        recount()


def set_switch(app: Flask, value: int) -> None:
    with app.app_context(), writing():
        db.session.merge(ProvinceSwitch(key=Switch.PUBLISH_LATE.value, value=value))


def test_an_empty_list_says_what_would_fill_it(app: Flask, cast: Cast, client: Client) -> None:
    assert "Không có hồ sơ nào trong danh sách công khai này" in client.get("/overdue").text


def test_a_case_stands_there_once_the_ladder_says_so_and_leaves_when_answered(
        app: Flask, cast: Cast, frozen: Clock, client: Client) -> None:
    listed, late = bring(app, cast, Action.APPROVE), bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-18")
    climbed(app, listed)
    climbed(app, late, rung="after_3")
    assert listed.reference not in client.get("/overdue").text, "readers see what the sweep copied"
    counted(app)
    page = client.get("/overdue")
    assert (listed.reference in page.text, late.reference in page.text) == (True, False)
    assert "Sở Xây dựng" in page.text
    assert factories.NARRATIVE[:40] not in page.text
    with app.app_context(), writing():
        factories._step(factories.case_of(listed), Action.RELEASE, hands=cast.hands, text=factories.GOOD_ANSWER)
    counted(app)
    assert listed.reference not in client.get("/overdue").text


def test_restricted_and_paused_cases_are_not_listed(
        app: Flask, cast: Cast, frozen: Clock, client: Client) -> None:
    restricted, paused = bring(app, cast, category=Category.UNOFFICIAL_COST), bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-18")
    climbed(app, restricted, paused)
    with app.app_context(), writing():
        db.session.scalars(select(Deadline).where(
            Deadline.case_id == paused.case_id, Deadline.kind == "total")).one().paused_at = clock.now()
    counted(app)
    page = client.get("/overdue").text
    assert (restricted.reference in page, paused.reference in page) == (False, False)


def test_a_sensitive_category_is_left_out_while_an_agency_has_few_of_it(
        app: Flask, cast: Cast, frozen: Clock) -> None:
    cases = [bring(app, cast, Action.TAKE, category=Category.HARASSMENT) for _ in range(5)]
    frozen.stand_at("2026-12-18")
    climbed(app, *cases[:4])
    for more, shown in ((), {""}), (cases[4:], {"harassment"}):
        climbed(app, *more)
        with app.app_context(), writing():
            copy_overdue()
        with app.app_context():
            assert set(db.session.scalars(select(OverdueListing.category))) == shown
            db.session.rollback()


def test_a_category_that_is_not_shown_says_nothing_about_which_it_is(
        app: Flask, cast: Cast, frozen: Clock) -> None:
    cases = [bring(app, cast, Action.TAKE, category=one) for one in (Category.HARASSMENT, Category.OTHER)]
    frozen.stand_at("2026-12-18")
    climbed(app, *cases)
    with app.app_context(), writing():
        copy_overdue()
    with app.app_context():
        assert set(db.session.scalars(select(OverdueListing.category))) == {""}
        db.session.rollback()


def test_the_province_decides_how_much_of_who_is_late_is_published(
        app: Flask, cast: Cast, frozen: Clock, client: Client) -> None:
    with app.app_context(), writing():
        db.session.get_one(Person, cast.chi.id).post = "Chuyên viên Phòng Quản lý xây dựng"
        db.session.get_one(Person, cast.dung.id).post = "Chuyên viên Phòng Đất đai"
    cases = [bring(app, cast, Action.TAKE) for _ in range(3)]
    frozen.stand_at("2026-12-18")
    climbed(app, *cases)
    counted(app)
    for value, agencies, posts in ((0, False, False), (1, True, False), (2, True, True)):
        set_switch(app, value)
        page = client.get("/overdue").text
        assert ("Số hồ sơ theo cơ quan" in page, "Chuyên viên Phòng Quản lý" in page) == (agencies, posts)
        assert "Trần Thị Chi" not in page
        assert cases[0].reference in page, "the cases themselves are always there"


def test_a_post_with_few_cases_is_told_in_its_agencys_total_only(
        app: Flask, cast: Cast, frozen: Clock, client: Client) -> None:
    with app.app_context(), writing():
        db.session.get_one(Person, cast.chi.id).post = "Chuyên viên Phòng Quản lý xây dựng"
    cases = [bring(app, cast, Action.TAKE) for _ in range(2)]
    frozen.stand_at("2026-12-18")
    climbed(app, *cases)
    counted(app)
    set_switch(app, 2)
    page = client.get("/overdue").text
    assert ("Sở Xây dựng" in page, "Chuyên viên" in page) == (True, False)


def test_the_page_sets_no_cookie_and_answers_an_unchanged_page_shortly(
        app: Flask, cast: Cast, client: Client, sql_log) -> None:
    first = client.get("/overdue")
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=30, stale-while-revalidate=60"
    assert client.open("GET", "/overdue", headers={"If-None-Match": first.headers["ETag"]}, status=304)
    sql_log.clear()
    client.get("/overdue")
    assert [s for s in sql_log.statements if "case_file" in s or "count(" in s.lower()] == []
    assert len(sql_log.statements) <= 5, sql_log.statements


def test_the_list_pages_by_key(app: Flask, client: Client) -> None:
    with app.app_context(), writing():
        db.session.add_all([OverdueListing(
            reference=f"{n:04d}-0000", agency_code="T1", agency_vi="Sở Xây dựng", agency_en="Department",
            category="other", due_on=clock.today(), days_late=9, counted_at=clock.now()) for n in range(53)])
    first = client.get("/overdue")
    onward = next(one.attributes["href"] for one in first.page.all("a") if one.attributes.get("rel") == "next")
    second = client.get(onward)
    seen = [[n for n in range(53) if f"{n:04d}-0000" in page.text] for page in (first, second)]
    assert seen == [list(range(50)), [50, 51, 52]]
    assert "0000-0000" in client.get("/overdue?after=x~y").text


def test_counting_twice_changes_nothing(app: Flask, cast: Cast, frozen: Clock) -> None:
    case = bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-18")
    climbed(app, case)
    for _ in range(2):
        with app.app_context(), writing():
            assert copy_overdue() == 1


@pytest.mark.parametrize("path", ["/", "/statistics", "/en/statistics"])
def test_the_list_is_linked_from_the_numbers(app: Flask, client: Client, path: str) -> None:
    assert [one for one in client.get(path).page.all("a") if one.attributes.get("href", "").endswith("/overdue")]


def test_an_administrator_mends_the_position_of_a_person(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    quan = sign_in(cast.quan)
    page = quan.get(f"/admin/people/{cast.chi.id}/edit")
    quan.submit(page, field="post", post="  Chuyên viên   Một cửa ")
    assert "Chuyên viên Một cửa" in quan.get(f"/admin/people/{cast.chi.id}").text
