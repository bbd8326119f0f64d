"""The dashboards: each number leads to its list, and nobody sees in either what they may not know."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.sweeps import SWEEPS
from feedback.extensions import db, writing
from feedback.models.instructions import Instruction
from feedback.models.people import Person
from feedback.queries.dashboards import Block
from feedback.services import answers, escalation
from feedback.web.supervision.overview import SWEEP_NAMES
from tests import factories
from tests.factories import Member, actor_of, case_of, said_of
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.stage import bring

SignIn = Callable[[Member], Client]
LISTS = [block.value for block in Block if block is not Block.MOVED_UP]


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_and_says_what_would_fill_it(app: Flask, cast: Cast, sign_in: SignIn, name: str) -> None:
    page = sign_in(cast.ha).get(f"/supervision/lists/{name}")
    assert "Không có hồ sơ nào trong danh sách này" in page.text
    assert any(words in page.text for words in ("Hồ sơ xuất hiện ở đây", "Hồ sơ hiện ở đây"))


def test_every_sweep_has_a_name_on_the_overview() -> None:
    assert set(SWEEP_NAMES) == set(SWEEPS)


def test_a_list_that_is_none_or_somebody_elses_is_not_there(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    ha = sign_in(cast.ha)
    ha.get("/supervision/lists/made_up", status=404)
    ha.get("/supervision/lists/moved_up", status=404)
    assert "xung đột lợi ích" in sign_in(cast.leader).get("/supervision/lists/moved_up").text


def test_a_late_case_is_counted_listed_and_shown_by_officer(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    late, taken_late = bring(app, cast, Action.ASSIGN), bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-09")
    fresh = bring(app, cast, Action.TAKE)
    ha = sign_in(cast.ha)
    front = ha.get("/supervision/")
    assert "2 Đã quá hạn" in front.text
    found = ha.get("/supervision/lists/late").text
    assert late.reference in found
    assert taken_late.reference in found
    assert fresh.reference not in found
    page = ha.get("/supervision/late")
    assert "Sở Xây dựng: 2 quá hạn" in page.text
    assert "Trần Thị Chi" in page.text
    ours = ha.get(f"/supervision/lists/late?agency={cast.building}&officer={cast.chi.id}").text
    assert (late.reference in ours, taken_late.reference in ours) == (False, True)
    nobodys = ha.get("/supervision/lists/late?officer=0").text
    assert (late.reference in nobodys, taken_late.reference in nobodys) == (True, False)


def test_lists_go_out_as_a_file(app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    late = bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-09")
    ha = sign_in(cast.ha)
    for path in ("lists/late", "lists/stuck", "late"):
        reply = ha.get(f"/supervision/{path}?format=csv")
        assert reply.headers["Content-Type"].startswith("text/csv")
        assert (late.reference if "lists" in path else "Trần Thị Chi") in reply.body.decode("utf-8-sig")


def test_unopened_means_that_no_officer_took_it_for_two_working_days(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    case = bring(app, cast, Action.ASSIGN)
    frozen.stand_at("2026-11-17")
    assert case.reference not in sign_in(cast.ha).get("/supervision/lists/unopened").text
    frozen.stand_at("2026-11-18")
    assert case.reference in sign_in(cast.ha).get("/supervision/lists/unopened").text
    bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-11-19")
    page = sign_in(cast.ha).get("/supervision/lists/unopened?days=3").text
    assert case.reference in page


def test_stuck_means_that_nobody_did_anything_and_the_clock_does_not_count(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    lying = bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-04")
    moving = bring(app, cast, Action.TAKE)
    with app.app_context():
        escalation.sweep_overdue()  # the clock writes into the story; it is nobody's work
    frozen.stand_at("2026-12-07")
    page = sign_in(cast.ha).get("/supervision/lists/stuck").text
    assert (lying.reference in page, moving.reference in page) == (True, False)


def test_returned_answers_stand_by_how_often(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    case = bring(app, cast, Action.APPROVE)
    with app.app_context(), writing():
        row = case_of(case)
        answers.return_answer(row, actor=actor_of(cast.ha), why="Chưa nói bao giờ xong.", codes=["generic"],
                              said=said_of(row))
    ha = sign_in(cast.ha)
    shown = {times: case.reference in ha.get(f"/supervision/lists/returned?times={times}").text
             for times in ("1", "2", "3", "")}
    assert shown == {"1": True, "2": False, "3": False, "": True}
    assert "1 câu trả lời bị trả lại một lần" in ha.get("/supervision/").text


def test_the_chairmans_list_is_what_the_ladder_brought_up(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    case = bring(app, cast, Action.TAKE)
    for day in range(7, 26):
        frozen.stand_at(f"2026-12-{day:02d}")
        with app.app_context():
            escalation.sweep_overdue()
    leader = sign_in(cast.leader)
    assert case.reference in leader.get("/supervision/lists/chairman").text
    assert "Dành cho Chủ tịch" in leader.get("/supervision/").text
    assert "Dành cho Chủ tịch" not in sign_in(cast.ha).get("/supervision/").text


def test_an_instruction_past_its_day_is_counted(app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    with app.app_context(), writing():
        db.session.add(Instruction(agency_id=cast.building, body="Trả lời dứt điểm.", issued_by_id=cast.ha.id,
                                   due_on=clock.today() - timedelta(days=1), issued_at=clock.now()))
    assert "1 chỉ đạo quá hạn" in sign_in(cast.ha).get("/supervision/").text


def test_restricted_and_hidden_cases_stand_nowhere(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    hidden = bring(app, cast, Action.ASSIGN)
    restricted = bring(app, cast, category=Category.UNOFFICIAL_COST)
    with app.app_context(), writing():
        factories.hide_from(case_of(hidden), db.session.get_one(Person, cast.ha.id))
    frozen.stand_at("2026-12-28")
    with app.app_context():
        escalation.sweep_overdue()
    ha = sign_in(cast.ha)
    for path in ("/supervision/", "/supervision/late", "/supervision/morning",
                 *(f"/supervision/lists/{name}" for name in LISTS)):
        found = ha.get(path).text
        assert (path, hidden.reference in found, restricted.reference in found) == (path, False, False)
    assert "0 Đã quá hạn" in ha.get("/supervision/").text
    assert hidden.reference in sign_in(cast.leader).get("/supervision/lists/late").text


def test_a_list_pages_by_key_and_keeps_its_filter(app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    with app.app_context(), writing():
        for _ in range(27):
            factories.walk(factories.complaint(points=["Bao giờ có kết quả?"]), Action.ASSIGN, hands=cast.hands)
    frozen.stand_at("2026-12-09")
    ha = sign_in(cast.ha)
    for name in ("late", "unopened"):
        first = ha.get(f"/supervision/lists/{name}?agency={cast.building}")
        onward = next(one.attributes["href"] for one in first.page.all("a") if one.attributes.get("rel") == "next")
        assert f"agency={cast.building}" in onward
        second = ha.get(onward)
        seen = [len([row for row in page.page.all("tr") if "table__row" in row.attributes.get("class", "")])
                for page in (first, second)]
        assert (name, seen) == (name, [25, 2])


def test_the_day_of_an_officer_has_late_today_and_tomorrow(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    case = bring(app, cast, Action.TAKE)
    chi = sign_in(cast.chi)
    assert "Hôm nay không có việc gấp" in chi.get("/desk/day").text
    with app.app_context():
        due_on = db.session.scalars(select(_total().due_on)).one()
        db.session.rollback()
    for day, words in ((due_on - timedelta(days=1), "1 đến hạn ngày làm việc kế tiếp"),
                       (due_on, "1 đến hạn hôm nay"), (due_on + timedelta(days=1), "1 quá hạn")):
        frozen.stand_at(day.isoformat())
        page = sign_in(cast.chi).get("/desk/day").text
        assert (words in page, case.reference in page) == (True, True)
        assert case.reference not in sign_in(cast.dung).get("/desk/day").text
    assert case.reference in sign_in(cast.chi_head).get("/desk/day").text


def _total():
    from sqlalchemy.orm import aliased

    from feedback.models.deadlines import Deadline
    return aliased(Deadline, select(Deadline).where(Deadline.kind == "total").subquery())
