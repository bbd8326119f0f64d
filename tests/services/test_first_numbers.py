"""The first numbers, counted a second time by hand: over all sorts of cases, on both databases."""

import tracemalloc
from collections import Counter
from datetime import date, timedelta

import pytest
from flask import Flask

from feedback.domain.answers.taxonomy import Flag
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.publications import FirstNumber
from feedback.queries.calendar import load_calendar
from feedback.services import answers, first_numbers, standing
from tests import factories
from tests.factories import actor_of
from tests.fixtures import many_cases
from tests.fixtures.many_cases import TODAY, Province, Told

pytestmark = pytest.mark.both_engines
FIRST = date(2025, 11, 17)
ENDED = ("answered", "closed", "refused", "guided", "merged", "withdrawn")


@pytest.fixture
def told(app: Flask, frozen, inside: None) -> tuple[Province, list[Told]]:
    """400 cases, counted by the sweep in batches of 64."""
    with writing():
        where = many_cases.province()
        cases = many_cases.mixed(where, 400)
    return where, cases


@pytest.fixture
def inside(app: Flask):
    with app.app_context():
        yield


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_numbers, "AT_ONCE", 64)


def numbers() -> dict[tuple[str, str, str], tuple[int | None, int | None]]:
    db.session.rollback()
    return {(row.scope, row.code, row.name): (row.value, row.of) for row in db.session.query(FirstNumber)}


def by_hand(cases: list[Told], *, received: int) -> dict[str, tuple[int | None, int | None]]:
    """One place's figures from what is known of its cases: no tables, no counters of the house."""
    mine = [one for one in cases if not one.historical and not one.restricted]
    period = [one for one in mine if FIRST <= one.received_on <= TODAY]
    answered = [one for one in period if one.state in ("answered", "closed")]
    open_now = [one for one in mine if one.state not in ENDED]
    overdue = [one for one in open_now if one.late and not one.paused]
    owed = len(answered) + len([one for one in overdue if one in period])
    calendar = load_calendar()
    days = sorted(max(0, calendar.working_days_between(one.received_on, one.answered_on) - one.waited)
                  for one in answered if one.answered_on)

    def nearest(percent: int) -> int | None:
        return next((day for day in days if sum(d <= day for d in days) * 100 >= percent * len(days)), None)

    return {
        "received": (len(period), received), "answered": (len(answered), len(period)),
        "in_time": (sum(not one.late and not one.extended for one in answered), owed),
        "extended": (sum(not one.late and one.extended for one in answered), owed),
        "overdue_now": (len(overdue), len(open_now)),
        "median_days": (nearest(50), len(answered)), "p90_days": (nearest(90), len(answered)),
        "returned_vague": (sum(one.returned for one in period),
                           sum(one.returned or one.answered_on is not None for one in period)),
        "passed_on": (sum(one.passed_on for one in period), sum(one.agency is not None for one in period)),
        "objected": (sum(one.objected for one in period),
                     sum(one.state in ENDED or one.round > 0 for one in period)),
        "left_unanswered": (sum(one.state in ENDED and one not in answered for one in period), len(period)),
    }


def test_every_number_of_every_agency_is_what_one_counts_by_hand(told) -> None:
    where, cases = told
    tally = standing.sweep_first_numbers()
    found = numbers()
    everybody = by_hand(cases, received=0)
    received = everybody["received"][0]
    assert tally.seen == received
    assert tally.acted == len(found)
    everybody["received"] = (received, received)
    assert {name: found["province", "", name] for name in everybody} == everybody
    assert everybody["returned_vague"][0] > 20, "the set is mixed enough to tell"
    for code in where.agencies:
        below = [one for one in cases if one.agency and code in (one.agency, *where.above[one.agency])]
        assert {name: found["agency", code, name] for name in everybody} == by_hand(below, received=received), code


def test_procedures_and_categories_are_told_unless_too_few_stand_behind_a_number(told) -> None:
    where, cases = told
    standing.sweep_first_numbers()
    found, received = numbers(), by_hand(cases, received=0)["received"][0]
    seen: Counter[str] = Counter()
    for scope, codes in (("procedure", [*where.procedures]),
                         ("category", sorted({one.category for one in cases}))):
        for code in codes:
            true = by_hand([one for one in cases if getattr(one, scope) == code], received=received)
            if (scope, code, "received") not in found:
                assert true["received"][0] == 0, "only where nothing was received is there no line"
                continue
            for name, (value, of) in true.items():
                shown = found[scope, code, name]
                seen["untold" if shown == (None, None) else "told"] += 1
                assert shown in ((value, of), (None, None)), (scope, code, name)
                if shown[1] is None:
                    continue
                assert shown[1] == 0 or shown[1] >= 5
                assert "days" in name or shown[0] == 0 or shown[0] >= 5
    assert min(seen["told"], seen["untold"]) > 20, seen


def test_what_an_agency_has_is_its_own_and_what_lies_below_it(told) -> None:
    where, cases = told
    standing.sweep_first_numbers()
    found = numbers()
    for name in ("received", "answered", "in_time", "overdue_now", "returned_vague", "passed_on", "objected"):
        below = sum(found["agency", code, name][0] for code in ("A.1.1", "A.1.2"))
        own = by_hand([one for one in cases if one.agency == "A.1"], received=0)[name][0]
        assert found["agency", "A.1", name][0] == own + below
    nobodys = [one for one in cases if one.agency is None]
    assert found["province", "", "received"][0] == found["agency", "A", "received"][0] + by_hand(
        nobodys, received=0)["received"][0]


def test_counting_again_puts_new_numbers_in_the_place_of_the_old_ones(told) -> None:
    where, _cases = told
    standing.sweep_first_numbers()
    before = numbers()
    with writing():
        many_cases.put(where, Told(9_001, "A.2", None, "other", TODAY))
    standing.sweep_first_numbers()
    after = numbers()
    assert after["province", "", "received"][0] == before["province", "", "received"][0] + 1
    assert after["agency", "A.2", "received"][0] == before["agency", "A.2", "received"][0] + 1
    assert after["agency", "A.1", "received"][0] == before["agency", "A.1", "received"][0]
    standing.sweep_first_numbers()
    assert numbers() == after


def test_cases_that_went_through_the_house_itself_are_counted_as_they_went(app: Flask, cast, an, frozen) -> None:
    """Not rows written by a test: complaints that came in, were returned, answered late and objected to."""
    first, second, third = an.complains(), an.complains(), an.complains()
    with app.app_context():
        with writing():
            factories.walk(first, Action.CLOSE, hands=cast.hands)
        with writing():
            case = factories.walk(second, Action.APPROVE, hands=cast.hands)
            answers.return_answer(case, actor=actor_of(cast.ha), why="Chưa nói rõ.", said=factories.said_of(case),
                                  codes=[Flag.RESTATE.value])
        frozen.stand_at("2027-01-15")
        with writing():
            for action in (Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE):
                factories._step(factories.case_of(second), action, hands=cast.hands, text=factories.GOOD_ANSWER)
        standing.sweep_first_numbers()
        found = numbers()
        day = timedelta(days=1)
        late = load_calendar().working_days_between(date(2026, 11, 16), date(2027, 1, 14) + day)
    mine = {name: pair for (scope, _code, name), pair in found.items() if scope == "province"}
    assert third
    assert mine["received"] == (3, 3)
    assert mine["answered"] == (2, 3)
    assert mine["in_time"] == (1, 3), "one was answered late, one still waits past its due date"
    assert mine["overdue_now"] == (1, 1)
    assert (mine["median_days"], mine["p90_days"]) == ((0, 2), (late, 2))
    assert mine["returned_vague"] == (1, 2)


def test_counting_holds_counters_and_no_list_of_cases(told) -> None:
    first_numbers.count()
    db.session.rollback()
    tracemalloc.start()
    try:
        first_numbers.count()
        few = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert few < 4_000_000, "bytes at the most, of 400 cases in batches of 64"
