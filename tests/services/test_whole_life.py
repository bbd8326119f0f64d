"""The whole life of a case as a machine: rules play people, time and mistakes against the services,
and a plain model beside them says what ought to have come of it.

``HOIAM_LIVES=500 pytest tests/services/test_whole_life.py`` plays 500 lives, others each time; without it, few and
always the same.
"""

import os
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.engines.smtp import Sink
from tests.fixtures.databases import Database
from tests.services.whole_life.province import careful
from tests.services.whole_life.time_rules import Lives

LIVES = int(os.environ.get("HOIAM_LIVES", "0"))
IN_TEST = {"sqlite": 25, "postgresql": 6}


@pytest.fixture
def own_habits(app: Flask) -> Iterator[None]:
    """Afterwards the connections of the shared app are careful again."""
    yield
    careful(app)


@pytest.fixture
def lives(app: Flask, migrated: Database, post: Sink, own_habits: None) -> type[Lives]:
    """The machine on this test's database."""
    class Played(Lives):
        pass

    Played.app, Played.database, Played.post = app, migrated, post
    return Played


def test_whatever_happens_no_case_is_lost_and_no_clock_is_wrong(lives: type[Lives]) -> None:
    run_state_machine_as_test(lives, settings=settings(
        max_examples=LIVES or IN_TEST[lives.database.engine], stateful_step_count=60 if LIVES else 30,
        derandomize=not LIVES, database=None, deadline=None, print_blob=False,
        phases=(Phase.generate,), suppress_health_check=list(HealthCheck)))


def test_the_machine_has_more_than_forty_rules() -> None:
    rules = [name for name in dir(Lives) if hasattr(getattr(Lives, name), "hypothesis_stateful_rule")]
    assert len(rules) >= 40, rules


# What the machine found, as it happened.


def test_a_sender_who_was_asked_while_the_clock_was_ahead_can_reply_when_it_is_right_again(
        lives: type[Lives]) -> None:
    machine = lives()
    machine.begin(stages=["in_progress"], urgent=False)
    machine.the_sender_is_asked(n=0)
    machine.the_clock_is_set_back(hours=30)
    machine.the_sender_supplements(n=0)
    machine.everything_agrees()


def test_a_case_keeps_the_limit_it_was_given_when_that_is_amended_on_the_same_day(lives: type[Lives]) -> None:
    machine = lives()
    machine.begin(stages=["accepted"], urgent=False)
    machine.a_limit_is_amended(key="total", amount=5, later=0)
    machine.it_is_given_to_an_agency(n=0, agency=0, complex_=False)
    machine.everything_agrees()


def test_a_request_for_more_time_goes_to_who_took_over_with_the_case(lives: type[Lives]) -> None:
    machine = lives()
    machine.begin(stages=["in_progress"], urgent=False)
    machine.more_time_is_asked_for(n=0, days=2)
    life = machine.m.lives[0]
    turn = next(to for to in range(3) if min(machine.live(), key=lambda id_: (id_ + to) % 3) == life.agency)
    machine.an_agency_is_merged_into_another(n=0, to=turn)
    machine.the_officer_answers(n=0, days=0)
    machine.everything_agrees()
    machine.the_office_decides_about_time(n=0, grant=True)
    machine.everything_agrees()


def test_a_long_silence_a_kept_promise_and_a_denied_one_are_what_the_model_says(lives: type[Lives]) -> None:
    """What chance brings seldom in few lives, once for certain."""
    machine = lives()
    machine.begin(stages=["promised", "in_progress", "gate_review"], urgent=False)
    machine.a_promise_is_reported_as_kept(n=0)
    machine.the_sender_denies_it(n=0)
    machine.more_time_is_asked_for(n=1, days=2)
    machine.the_office_decides_about_time(n=0, grant=True)
    for _ in range(24):
        machine.days_go_by(days=1)
        machine.the_sweeps_run(times=2)
        machine.everything_agrees()
    machine.the_mail_is_sent_twice_over()
    machine.the_head_explains(n=0)
    machine.the_head_apologises_before_the_answer(n=0, days=1)
    machine.the_officer_answers(n=0, days=2)
    machine.the_head_reads_the_answer(n=0, agree=True)
    machine.the_gate_reads_the_answer(n=0, lets_through=True)
    machine.the_gate_reads_the_answer(n=0, lets_through=True)
    machine.everything_agrees()
    machine.days_go_by(days=9)
    machine.the_sweeps_run(times=3)
    machine.everything_agrees()
    machine.teardown()
