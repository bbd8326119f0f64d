"""The blocks of the dashboards as questions: since when a case lies, and how far a number is counted."""

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.lifecycle import Action, State, find_move
from feedback.domain.permissions import acting_role
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.holdings import Holding
from feedback.models.people import Person, RoleGrant
from feedback.queries import dashboard_counts
from feedback.queries.calendar import load_calendar
from feedback.queries.dashboard_counts import cases_in, numbers
from feedback.queries.dashboard_lists import by_age
from feedback.queries.dashboards import EVERYTHING, Block, Moment, Narrow, this_moment
from feedback.queries.visibility import facts_of
from feedback.services import cases, citizen, lifecycle
from feedback.services.cases import Receipt
from tests import factories
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock
from tests.web.stage import bring


@pytest.mark.parametrize(("today", "days", "first_too_young"), [
    ("2026-11-18", 1, "2026-11-18"), ("2026-11-18", 2, "2026-11-17"), ("2026-11-16", 1, "2026-11-16"),
    ("2026-11-16", 2, "2026-11-13"),  # Monday: Friday is one working day ago, and the weekend with it
    ("2026-11-21", 1, "2026-11-20"), ("2026-11-22", 2, "2026-11-19"),  # Saturday, Sunday
])
def test_so_many_working_days_ago_agrees_with_the_calendar(
        app: Flask, today: str, days: int, first_too_young: str) -> None:
    with app.app_context():
        calendar = load_calendar()
        on = date.fromisoformat(today)
        at = Moment(datetime.fromisoformat(f"{today}T09:00+07:00"), on, calendar)
        edge = at.before(days).astimezone(clock.VIETNAM).date()
        assert edge == date.fromisoformat(first_too_young)
        assert calendar.working_days_between(edge, on) < days
        db.session.rollback()


def test_a_loop_and_a_transfer_are_seen_in_the_ledger_of_the_round(app: Flask, cast: Cast) -> None:
    there, back = bring(app, cast, Action.ASSIGN), bring(app, cast, Action.ASSIGN)
    with app.app_context(), writing():
        for receipt, ways in ((there, (cast.land,)), (back, (cast.land, cast.building))):
            for agency_id in ways:
                case = case_of(receipt)
                cases.transfer(case, db.session.get_one(Agency, agency_id), actor=actor_of(cast.ha),
                               why="Thuộc thẩm quyền nơi khác.")
    with app.app_context():
        ha, at = actor_of(cast.ha), this_moment()
        assert set(db.session.scalars(cases_in(ha, at, Block.PASSED_ON))) == {there.case_id, back.case_id}
        assert set(db.session.scalars(cases_in(ha, at, Block.LOOPS))) == {back.case_id}
        assert numbers(ha, at)["loops"] == 1
        db.session.rollback()


def test_the_longest_held_stands_first_and_days_narrow_it(app: Flask, cast: Cast, frozen: Clock) -> None:
    first = bring(app, cast, Action.ASSIGN)
    frozen.stand_at("2026-11-23")
    second = bring(app, cast, Action.ASSIGN)
    frozen.stand_at("2026-12-09")
    with app.app_context():
        ha, at = actor_of(cast.ha), this_moment()
        rows = by_age(ha, Block.HELD, at, EVERYTHING).rows
        assert [(row.case.id, row.days) for row in rows] == [(first.case_id, 16), (second.case_id, 11)]
        assert [row.case.id for row in by_age(ha, Block.HELD, at, Narrow(days=15)).rows] == [first.case_id]
        assert db.session.scalars(select(Holding.id).where(Holding.until.is_(None))).all()
        db.session.rollback()


def test_a_number_is_counted_up_to_its_bound_and_no_further(
        app: Flask, cast: Cast, frozen: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(4):
        bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-12-09")
    monkeypatch.setattr(dashboard_counts, "COUNTED", 2)
    with app.app_context():
        assert numbers(actor_of(cast.ha), this_moment())["late"] == 3, "one more than the bound says: more than 2"
        db.session.rollback()


def test_what_waits_for_the_sender_is_neither_late_nor_stuck(app: Flask, cast: Cast, frozen: Clock) -> None:
    asked = bring(app, cast)
    with app.app_context(), writing():
        lifecycle.advance(case_of(asked), Action.ASK_SUBMITTER, actor=actor_of(cast.intake), why="Xin số hồ sơ?")
    frozen.stand_at("2026-12-28")
    with app.app_context():
        ha, at = actor_of(cast.ha), this_moment()
        assert db.session.get_one(Case, asked.case_id).state == "awaiting_submitter"
        for block in (Block.LATE, Block.TODAY, Block.STUCK):
            assert list(db.session.scalars(cases_in(ha, at, block))) == []
        db.session.rollback()


def test_a_case_that_nobody_of_its_agency_may_take_stands_in_a_list_of_its_own(app: Flask, cast: Cast) -> None:
    """The block is the twin of ``acting_role`` for TAKE: it says the same of every case and officer."""
    with app.app_context(), writing():
        second = factories.member("Đỗ Văn Kiên", Role.OFFICER, agency_id=cast.building)
    fresh, objected = bring(app, cast, Action.ASSIGN), bring(app, cast, Action.RELEASE)
    with app.app_context(), writing():
        citizen.object_to(case_of(objected), actor=citizen.as_sender(objected.case_id), why="Chưa trả lời ý hai.")
    with app.app_context():
        assert _left_alone(cast, fresh, objected) == set(), "the second officer may read the objection"
        db.session.rollback()
    with app.app_context(), writing():
        db.session.get_one(Person, second.id).disabled_at = clock.now()
    with app.app_context():
        assert _left_alone(cast, fresh, objected) == {objected.case_id}
        assert numbers(actor_of(cast.ha), this_moment())["nobody_left"] == 1
        db.session.rollback()


def _left_alone(cast: Cast, *receipts: Receipt) -> set[int]:
    """What the list shows; it agrees with the rule, asked officer by officer."""
    listed = set(db.session.scalars(cases_in(actor_of(cast.ha), this_moment(), Block.NOBODY_LEFT)))
    officers = [actor_of(one) for one in db.session.scalars(
        select(RoleGrant.person_id).join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role == Role.OFFICER.value, Person.disabled_at.is_(None)))]
    move = find_move(Action.TAKE, State.ASSIGNED)
    for receipt in receipts:
        facts = facts_of(case_of(receipt))
        assert (receipt.case_id in listed) is not any(acting_role(one, move, facts) for one in officers)
    return listed
