"""The buck-passing ledger: each stretch with an agency is kept with the move that made it, and A → B → A shows."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.passing import CameBy, Step, ledger
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.holdings import Holding
from feedback.queries.figures import passed_on
from feedback.queries.holdings import by_agency, held_by, hops, passed_cases, passed_totals
from feedback.services import cases, citizen, holdings, register_counts, taking_over
from tests import factories
from tests.factories import actor_of, case_of, walk


@pytest.fixture
def case(app, cast):
    """A case with Chi's agency."""
    with app.app_context(), writing():
        receipt = factories.complaint()
        walk(receipt, Action.ASSIGN, hands=cast.hands)
    return receipt


def hand_on(case, agency_id, cast):
    with writing():
        cases.transfer(case_of(case), db.session.get_one(Agency, agency_id), actor=actor_of(cast.ha),
                       why="Đúng hơn.")


def told(case):
    return [(one.agency.id, one.came_by, one.loop, one.until is None) for one in held_by(case.case_id)]


def period():
    return {"since": clock.today() - timedelta(days=30), "until": clock.today()}


def test_each_agency_that_held_the_case_is_kept_and_one_alone_holds_it_now(case, cast, db_session):
    hand_on(case, cast.land, cast)
    assert told(case) == [(cast.building, "assigned", False, False), (cast.land, "transferred", False, True)]
    assert hops(held_by(case.case_id)) == 1


def test_a_case_that_comes_back_to_who_had_it_is_a_loop(case, cast, db_session):
    """A → B → A."""
    hand_on(case, cast.land, cast)
    hand_on(case, cast.building, cast)
    assert told(case)[-1] == (cast.building, "transferred", True, True)
    assert passed_totals(**period()) == {"cases": 1, "twice": 1, "loops": 1}
    page = passed_cases(actor_of(cast.ha), **period(), loops=True)
    assert [(row.case.reference, row.hops, row.loops) for row in page.rows] == [(case.reference, 2, 1)]
    figures = {one.agency.id: one for one in by_agency(**period())}
    building = figures[cast.building]
    assert (building.passed_on, building.twice, building.loops) == (1, 1, 1)
    assert (figures[cast.land].passed_on, figures[cast.land].loops) == (1, 0)


def test_a_new_round_with_the_same_agency_is_no_loop(app, cast, db_session):
    with writing():
        receipt = factories.complaint()
        walk(receipt, Action.RELEASE, hands=cast.hands)
    assert told(receipt) == [(cast.building, "assigned", False, False)]  # answered: nobody holds it
    with writing():
        row = case_of(receipt)
        citizen.object_to(row, actor=citizen.as_sender(row.id), why="Chưa trả lời câu hai.")
    assert told(receipt)[-1] == (cast.building, "reopened", False, True)
    assert [one.round for one in held_by(receipt.case_id)] == [0, 1]


def test_a_reorganisation_is_nobodys_passing_and_hides_no_loop(case, cast, db_session):
    hand_on(case, cast.land, cast)
    with writing():
        new = factories.agency("Sở Xây dựng mới", parent=cast.office)
        old = db.session.get_one(Agency, cast.building)
        old.valid_to, old.successor_id = clock.today() - timedelta(days=1), new
    with writing():
        taking_over.take_over(cast.building)
    hand_on(case, new, cast)  # who took over from the first one
    assert told(case)[-1] == (new, "transferred", True, True)


def test_open_cases_of_an_agency_that_ended_say_how_they_came_to_its_successor(case, cast, db_session):
    with writing():
        old = db.session.get_one(Agency, cast.building)
        old.valid_to, old.successor_id = clock.today() - timedelta(days=1), cast.land
    with writing():
        taking_over.take_over(cast.building)
    assert told(case)[-1] == (cast.land, "reorganised", False, True)
    assert (hops(held_by(case.case_id)), passed_totals(**period())["cases"]) == (0, 0)


def test_working_days_are_counted_for_each_holder(frozen, case, cast, db_session):
    frozen.go_on(days=7)
    hand_on(case, cast.land, cast)
    frozen.go_on(days=7)
    # The Tuesday of the second week, the 24th, is a day off.
    assert [one.days for one in held_by(case.case_id)] == [5, 4]


def test_only_cases_within_reach_are_listed(case, cast, db_session):
    hand_on(case, cast.land, cast)
    assert [row.case.id for row in passed_cases(actor_of(cast.dung_head), **period()).rows] == [case.case_id]
    assert passed_cases(actor_of(cast.chi_head), **period()).rows == []


def test_the_list_goes_by_key(app, cast, db_session):
    made = []
    for _ in range(3):
        with writing():
            receipt = factories.complaint()
            walk(receipt, Action.ASSIGN, hands=cast.hands)
        hand_on(receipt, cast.land, cast)
        made.append(receipt.case_id)
    first = passed_cases(actor_of(cast.ha), **period(), size=2)
    rest = passed_cases(actor_of(cast.ha), **period(), size=2, after=first.after)
    assert [row.case.id for row in (*first.rows, *rest.rows)] == made[::-1]
    assert rest.after is None


def test_a_case_from_before_the_ledger_gets_it_out_of_its_history(case, cast, db_session):
    hand_on(case, cast.land, cast)
    hand_on(case, cast.building, cast)
    before = told(case)
    with writing():
        db.session.execute(delete(Holding))
    with writing():
        assert holdings.recall(case_of(case)) == 3
        assert holdings.recall(case_of(case)) == 0
    assert told(case) == before


def test_a_move_of_a_case_from_before_the_ledger_writes_what_was_before_it(case, cast, db_session):
    with writing():
        db.session.execute(delete(Holding))
    hand_on(case, cast.land, cast)
    assert told(case) == [(cast.building, "assigned", False, False), (cast.land, "transferred", False, True)]


def test_the_public_figures_count_what_was_passed_on(case, cast, db_session):
    hand_on(case, cast.land, cast)
    with writing():
        register_counts.recount()
    assert passed_on() == {"cases": 1, "twice": 0, "loops": 0}


def test_the_ledger_is_what_the_history_says():
    at = clock.now()
    told_of = [("accept", "accepted", 0, None), ("assign", "assigned", 0, 1), ("transfer", "assigned", 0, 2),
               ("transfer", "assigned", 0, 1), ("release", "answered", 0, 1), ("object", "assigned", 1, 1)]
    steps = [Step(kind, to, round_, agency, at + timedelta(days=n))
             for n, (kind, to, round_, agency) in enumerate(told_of)]
    found = ledger(steps)
    assert [(one.agency_id, one.came_by, one.loop) for one in found] == [
        (1, CameBy.ASSIGNED, False), (2, CameBy.TRANSFERRED, False), (1, CameBy.TRANSFERRED, True),
        (1, CameBy.REOPENED, False)]
    assert found[2].until == at + timedelta(days=4)


def test_one_row_alone_is_open(case, cast, db_session):
    hand_on(case, cast.land, cast)
    assert len(db.session.scalars(select(Holding).where(Holding.until.is_(None))).all()) == 1
