"""What the clock does by itself happens once, through the one door; the watch is watched; a wrong clock waits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from rq import Queue
from sqlalchemy import select

from feedback import clock
from feedback.adapters import queue
from feedback.domain.answers.structured import Outcome
from feedback.domain.health import Fault
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.domain.sweeps import SWEEPS, TICK
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.outbox import ClockGuard, Outbox, SweepRun
from feedback.models.publications import RegisterCount
from feedback.queries import health
from feedback.services import lapsing, lifecycle, outbox, watchdog
from feedback.services.watchdog import Tally
from tests import factories
from tests.engines.smtp import Sink
from tests.engines.together import together
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock
from workers import schedule


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture(autouse=True)
def _the_databases_clock_stands_with_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "database_clock", lambda: None)


def _case(case_id: int) -> Case:
    db.session.rollback()
    return factories.case_of(case_id)


def _asked(cast: Cast, an: Citizen) -> int:
    """A case whose sender was asked for something on Monday 16 November 2026; five working days to answer."""
    receipt = an.complains()
    with writing():
        lifecycle.advance(factories.case_of(receipt), Action.ASK_SUBMITTER, actor=factories.actor_of(cast.intake),
                          why="Xin cho biết số hồ sơ.", tell_sender=True)
    return receipt.case_id


def _answered(cast: Cast, an: Citizen, promised: date | None = None) -> int:
    receipt = an.complains()
    text = factories.GOOD_ANSWER
    if promised is not None:
        text = replace(text, outcome=Outcome.IN_PROGRESS, due_on=promised)
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands, text=text)
    return receipt.case_id


def test_a_sender_who_stays_silent_does_not_stop_the_case(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _asked(cast, an)
    frozen.stand_at("2026-11-23")  # the fifth working day
    assert lapsing.sweep_supply().seen == 0
    frozen.stand_at("2026-11-25")  # the 24th is a day off
    assert (lapsing.sweep_supply().acted, lapsing.sweep_supply().acted) == (1, 0)
    assert _case(case_id).state == "submitted"


def test_an_answer_nobody_objected_to_closes_after_its_fifteen_days(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _answered(cast, an)
    frozen.stand_at("2026-12-01")  # the fifteenth day: an objection is still in time
    assert lapsing.sweep_close().seen == 0
    frozen.stand_at("2026-12-02")
    assert (lapsing.sweep_close().acted, lapsing.sweep_close().acted) == (1, 0)
    assert _case(case_id).state == "closed"


def test_an_answer_that_promises_something_stays_open(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _answered(cast, an, promised=date(2026, 12, 25))
    frozen.stand_at("2026-12-10")
    assert lapsing.sweep_close().seen == 0
    assert _case(case_id).state == "answered"


def test_a_broken_promise_brings_the_case_back_in_a_new_round(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _answered(cast, an, promised=date(2026, 11, 27))
    frozen.stand_at("2026-11-27 23:00")
    assert lapsing.sweep_commitments().seen == 0, "the promised day is not over"
    frozen.stand_at("2026-11-28")
    assert (lapsing.sweep_commitments().acted, lapsing.sweep_commitments().acted) == (1, 0)
    case = _case(case_id)
    assert (case.state, case.round, case.objected) == ("assigned", 1, False)
    running = set(db.session.scalars(
        select(Deadline.kind).where(Deadline.case_id == case_id, Deadline.stopped_at.is_(None))))
    assert running == {"total", "handle"}
    why = db.session.scalars(select(Note).where(Note.case_id == case_id).order_by(Note.id.desc())).first()
    assert why is not None
    assert why.told_sender
    assert "đã hứa" in why.body


@pytest.mark.both_engines
def test_lapsing_at_the_same_time_acts_once(app: Flask, cast: Cast, an: Citizen, frozen: Clock) -> None:
    with app.app_context():
        promised = [_answered(cast, an, promised=date(2026, 11, 20)) for _ in range(6)]
    frozen.stand_at("2026-11-23")
    acted = together(app, lambda: lapsing.sweep_commitments().acted)
    with app.app_context():
        assert sum(acted) == 6
        assert {_case(i).round for i in promised} == {1}


def test_every_sweep_has_a_deed_and_a_rhythm() -> None:
    assert set(schedule.DEEDS) == set(SWEEPS)
    assert list(SWEEPS)[0] == "overdue"


def test_a_tick_runs_what_is_due_and_the_next_one_only_what_is_due_again(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)
    assert schedule.tick() == list(SWEEPS)
    assert schedule.tick() == []
    frozen.go_on(seconds=TICK.total_seconds())
    assert schedule.tick() == ["outbox"]
    frozen.go_on(seconds=50)
    assert schedule.tick() == ["overdue", "outbox", "supply", "commitments", "publish", "rescan"]


def test_two_tickers_run_each_sweep_once(app: Flask, frozen: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(
        schedule, "DEEDS", {name: lambda name=name: ran.append(name) or Tally() for name in SWEEPS})
    start = Barrier(4)

    def ticker() -> None:
        start.wait()
        with app.app_context():
            schedule.tick()

    threads = [Thread(target=ticker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == sorted(SWEEPS)


def test_a_sweep_that_breaks_is_written_down_and_stops_no_other(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    deeds = _deeds(monkeypatch)
    deeds["overdue"] = _breaks
    assert schedule.tick() == list(SWEEPS)
    db.session.rollback()
    run = db.session.get_one(SweepRun, "overdue")
    assert (run.fault, run.failed) == ("ZeroDivisionError", 1)
    assert _faults() == ["sweep_failing:overdue"]


def _breaks() -> Tally:
    return Tally(seen=1 // 0)


def _deeds(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    deeds: dict[str, object] = dict.fromkeys(SWEEPS, Tally)
    monkeypatch.setattr(schedule, "DEEDS", deeds)
    return deeds


def test_a_missed_week_is_caught_up_by_the_next_ticks(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    assert "overdue" in schedule.tick()
    frozen.stand_at("2026-12-07")  # the machine stood still for three weeks
    for _ in range(4):
        schedule.tick()
        frozen.go_on(seconds=TICK.total_seconds())
    db.session.rollback()
    fired = db.session.execute(select(Deadline.kind, Escalation.rung).join(Deadline).order_by(Deadline.kind))
    assert [tuple(row) for row in fired] == [("handle", "after_1"), ("total", "before_2")]


def test_a_clock_that_jumps_forward_stops_what_cannot_be_taken_back(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)
    schedule.tick()
    frozen.go_on(days=30)
    irreversible = {name for name, sweep in SWEEPS.items() if sweep.irreversible}
    assert set(schedule.tick()) == set(SWEEPS) - irreversible
    assert "clock" in _faults()
    ran = []
    for _ in range(watchdog.STABLE_TICKS):
        frozen.go_on(seconds=TICK.total_seconds())
        ran.append(irreversible <= set(schedule.tick()))
    assert ran == [False, False, True]
    assert "clock" not in _faults()


def test_a_clock_that_jumps_back_stops_them_too(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)
    schedule.tick()
    frozen.go_on(minutes=-5)
    assert "overdue" not in schedule.tick()
    assert not watchdog.is_trusted()


def test_many_ticks_in_one_moment_do_not_make_a_wrong_clock_right(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)
    schedule.tick()
    frozen.go_on(days=1)
    for _ in range(10):
        schedule.tick()
    assert not watchdog.is_trusted()


def test_somebody_who_looked_at_the_clock_can_let_the_sweeps_go_on(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)
    schedule.tick()
    frozen.go_on(days=1)
    schedule.tick()
    with pytest.raises(PermissionError, match="clock"):
        schedule.run_by_hand("overdue")
    with writing():
        watchdog.confirm_clock(now=clock.now())
    assert "overdue" in schedule.tick()


def test_a_database_whose_clock_disagrees_is_not_believed_either(frozen: Clock, inside: None) -> None:
    with writing():
        watchdog.see(clock.now())
    with writing():
        assert not watchdog.see(clock.now(), database_now=clock.now() + timedelta(hours=2))
    assert db.session.scalar(select(ClockGuard.jumped_at)) is not None


def test_a_silent_or_missing_sweep_is_itself_a_fault(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _faults() == [f"sweep_missing:{name}" for name in SWEEPS]
    _deeds(monkeypatch)
    schedule.tick()
    assert _faults() == []
    frozen.go_on(minutes=6)
    assert _faults() == [f"sweep_late:{name}" for name, sweep in SWEEPS.items()
                         if sweep.late_after < timedelta(minutes=6)]


def test_mail_that_waits_too_long_and_mail_given_up_are_faults(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)["outbox"] = lambda: Tally(seen=1)  # it sees the mail, and the server does not take it
    with writing():
        row_id = outbox.owe(notice=Notice.GATE_WAITING, dedupe="t", agency_id=factories.agency())
    frozen.go_on(minutes=20)
    schedule.tick()
    assert _faults() == [Fault.MAIL_LATE]
    with writing():
        db.session.get_one(Outbox, row_id).dead_at = clock.now()
        db.session.get_one(Outbox, row_id).fault = "SMTPRecipientsRefused:550"
    assert _faults() == [Fault.MAIL_DEAD]
    with writing():
        db.session.get_one(Outbox, row_id).fault = outbox.NO_ADDRESS
    assert _faults() == [], "nobody gave an address: nothing is wrong"


def test_queue_and_vault_are_named_when_they_do_not_answer(
        frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    _deeds(monkeypatch)
    schedule.tick()
    assert health.report(queue_answers=False, vault_answers=False).faults == ["vault", "queue"]


def _faults() -> list[str]:
    db.session.rollback()
    return health.report(queue_answers=True, vault_answers=True).faults


def test_what_the_queue_forgot_is_rung_again(app: Flask, an: Citizen, queued: str, post: Sink) -> None:
    an.complains()
    client = queue.connect(queued)
    assert Queue(queue.MAIL, connection=client).count == 1
    client.flushall()
    with app.app_context():
        assert schedule.run_by_hand("outbox").acted == 1
    assert Queue(queue.MAIL, connection=client).count == 1
    assert post.messages == [], "sending is the job's work while the queue answers"
    client.close()


def test_without_a_queue_the_sweep_sends_by_itself(an: Citizen, post: Sink, inside: None) -> None:
    an.complains()
    assert schedule.run_by_hand("outbox").acted == 1
    assert len(post.messages) == 1


def test_the_checkpoint_and_the_counts_are_written_by_the_clock(inside: None) -> None:
    assert schedule.run_by_hand("checkpoint").acted == 1
    assert schedule.run_by_hand("counts").acted >= 1
    db.session.rollback()
    assert db.session.get_one(RegisterCount, "published").value == 0


def test_without_a_vault_new_drafts_wait_and_it_is_said(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _answered(cast, an)
    tally = schedule.run_by_hand("publish")
    assert tally.fault == "VaultUnavailable"
