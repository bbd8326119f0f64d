"""More time is counted apart from being in time, and pauses are given back exactly, through the services."""

from datetime import date, timedelta

import pytest

from feedback.domain.lifecycle import Action
from feedback.extensions import writing
from feedback.queries.calendar import load_calendar
from feedback.queries.figures import figures
from feedback.services import (
    citizen,
    extensions,
    lapsing,
    lifecycle,
    register_counts,
)
from tests import factories
from tests.factories import actor_of, case_of, walk
from tests.services.test_extensions import DUE, ask, clocks, decide


@pytest.fixture
def case(app, cast, an, frozen):
    """An's case in Chi's hands since Monday 16 November 2026."""
    receipt = an.complains()
    with app.app_context(), writing():
        walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt


def answer(case, cast):
    with writing():
        for action in (Action.PROPOSE_ANSWER, Action.APPROVE, Action.RELEASE):
            factories._step(case_of(case), action, hands=cast.hands, text=factories.GOOD_ANSWER)


def counted():
    with writing():
        register_counts.recount()
    return figures()


def test_an_answer_within_the_extended_date_is_not_plain_in_time(case, cast, db_session, frozen):
    decide(case, ask(case, cast.chi), cast.ha, extensions.grant)
    frozen.stand_at("2026-12-14")
    answer(case, cast)
    now = counted()
    assert (now.answered, now.in_time, now.extended, now.silent) == (1, 0, 1, 0)


def test_more_time_that_came_after_the_day_takes_nothing_back(case, cast, db_session, frozen):
    extension_id = ask(case, cast.chi)
    frozen.stand_at("2026-12-09")
    decide(case, extension_id, cast.ha, extensions.grant)
    answer(case, cast)
    now = counted()
    assert (now.answered, now.in_time, now.extended, now.silent) == (1, 0, 0, 1)


def test_ureport_open_cases_within_their_time_are_not_counted_as_in_time(case, cast, an, db_session, frozen):
    """uReport's Metrics.php counted open cases within the limit as on time (lessons.md §6)."""
    an.complains()
    answer(case, cast)
    now = counted()
    assert (now.answered, now.in_time, now.extended) == (1, 1, 0)
    assert (now.open_now, now.late_now, now.within_now) == (1, 0, 1)


def test_days_that_waited_for_the_sender_are_shown_apart(case, cast, db_session, frozen):
    with writing():
        lifecycle.advance(case_of(case), Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Số biên nhận?",
                          tell_sender=True)
    assert counted().paused_now == 1
    frozen.go_on(days=3)
    with writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Số 12.")
    decide(case, ask(case, cast.chi, new_on=date(2026, 12, 17)), cast.ha, extensions.grant)
    frozen.stand_at("2026-12-04")
    answer(case, cast)
    now = counted()
    assert (now.paused_cases, now.paused_days, now.paused_now) == (1, 3, 0)


# Pauses through the services ------------------------------------------------------------------------------------


def test_a_pause_after_an_extension_is_given_back_too(case, cast, db_session, frozen):
    decide(case, ask(case, cast.chi), cast.ha, extensions.grant)
    with writing():
        lifecycle.advance(case_of(case), Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Số biên nhận?",
                          tell_sender=True)
    frozen.go_on(days=2)
    with writing():
        citizen.supply(case_of(case), actor=citizen.as_sender(case.case_id), text="Số 12.")
    assert (clocks(case)["total"].due_on, clocks(case)["total"].paused_days) == (date(2026, 12, 17), 2)


@pytest.mark.parametrize("days_of_downtime", [0, 3])
def test_a_pause_ends_with_the_time_to_reply_however_late_the_sweep_comes(
        case, cast, db_session, frozen, days_of_downtime):
    with writing():
        lifecycle.advance(case_of(case), Action.ASK_SUBMITTER, actor=actor_of(cast.chi), why="Số biên nhận?",
                          tell_sender=True)
    until = clocks(case)["supply"].due_on
    frozen.stand_at(f"{until + timedelta(days=1 + days_of_downtime):%Y-%m-%d} 00:01")
    lapsing.sweep_supply()
    total = clocks(case)["total"]
    assert total.paused_days == load_calendar().working_days_between(date(2026, 11, 16), until)
    assert total.due_on == load_calendar().add_working_days(DUE, total.paused_days)


def test_the_second_first_reading_begins_with_the_reply_and_is_not_late_at_once(cast, db_session, frozen):
    with writing():
        receipt = factories.complaint()
        lifecycle.advance(case_of(receipt), Action.ASK_SUBMITTER, actor=actor_of(cast.intake),
                          why="Cho biết mã hồ sơ.", tell_sender=True)
    frozen.go_on(days=3)
    with writing():
        citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Mã hồ sơ H1.")
    receive = clocks(receipt)["receive"]
    assert (receive.started_on, receive.due_on) == (date(2026, 11, 19), date(2026, 11, 20))
