"""What is owed is sent once, by whoever is quicker, and is never forgotten."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from feedback import clock
from feedback.domain.notices import Notice
from feedback.extensions import db, writing
from feedback.models.outbox import Outbox
from feedback.services import outbox
from tests import factories
from tests.fixtures.cast import Citizen
from tests.fixtures.time import Clock

pytestmark = pytest.mark.usefixtures("app")


def _owe(n: int = 1) -> list[int]:
    with writing():
        agency = factories.agency()
        made = [outbox.owe(notice=Notice.GATE_WAITING, dedupe=f"t.{i}", agency_id=agency) for i in range(n)]
    return [row_id for row_id in made if row_id is not None]


def _claim(**how: int) -> list[outbox.Claim]:
    with writing():
        return outbox.claim(now=clock.now(), **how)


def _row(row_id: int) -> Outbox:
    db.session.expire_all()
    return db.session.get_one(Outbox, row_id)


def test_the_same_notice_owed_twice_is_owed_once(app: Flask) -> None:
    with app.app_context():
        assert len(_owe()) == 1
        with writing():
            again = outbox.owe(notice=Notice.GATE_WAITING, dedupe="t.0")
        assert again is None
        assert len(db.session.scalars(select(Outbox)).all()) == 1


@pytest.mark.parametrize("dedupe", ["a b", "a:1", "", "a..b", "x\r\nBcc: y", "á"])
def test_a_key_that_could_not_stand_in_a_message_id_is_refused(dedupe: str, app: Flask) -> None:
    with app.app_context(), pytest.raises(ValueError, match="dot-atom"):
        outbox.owe(notice=Notice.GATE_WAITING, dedupe=dedupe)


def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        assert [c.id for c in _claim(limit=5)] == [row]
        assert _claim(limit=5) == []
        assert _claim(row_id=row) == []
        frozen.go_on(minutes=3)
        assert [c.tries for c in _claim(limit=5)] == [2]


def test_a_lease_written_by_a_wrong_clock_does_not_hold_a_row_for_ever(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        frozen.go_on(days=30)
        _claim(limit=1)
        frozen.go_on(days=-30)
        assert [c.id for c in _claim(limit=1)] == [row]


def test_a_try_put_far_ahead_by_a_wrong_clock_does_not_wait_for_it(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        with writing():
            db.session.execute(update(Outbox).values(next_try=clock.now() + timedelta(days=30)))
        assert [c.id for c in _claim(limit=1)] == [row]


def test_what_failed_waits_longer_each_time_and_at_most_an_hour(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        waits = []
        for _ in range(14):
            (claim,) = _claim(row_id=row)
            with writing():
                outbox.mark_failed(claim, now=clock.now(), fault="ConnectionRefusedError")
            waits.append(_row(row).next_try - clock.now())
            assert _claim(limit=1) == [], "it was claimed before its time"
            frozen.coordinates.move_to(_row(row).next_try)  # type: ignore[union-attr]
        assert waits[0] <= timedelta(seconds=5)
        assert timedelta(minutes=30) <= waits[-1] <= timedelta(hours=1)


def test_after_seven_days_of_trying_it_is_given_up_and_kept(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        tries = 0
        while _row(row).dead_at is None:
            (claim,) = _claim(row_id=row)
            with writing():
                outbox.mark_failed(claim, now=clock.now(), fault="ConnectionRefusedError")
            frozen.go_on(hours=1)
            tries += 1
        assert 7 * 24 <= tries <= 7 * 24 + 2
        assert _row(row).fault == "ConnectionRefusedError"
        assert _claim(row_id=row) == []


def test_a_machine_that_stood_still_for_a_week_tries_before_it_gives_up(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        frozen.go_on(days=8)
        (claim,) = _claim(row_id=row)
        with writing():
            outbox.mark_failed(claim, now=clock.now(), fault="ConnectionRefusedError")
        assert _row(row).dead_at is None


def test_what_was_sent_by_a_slow_worker_is_not_sent_again(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        (slow,) = _claim(limit=1)
        frozen.go_on(minutes=5)
        (quick,) = _claim(limit=1)
        with writing():
            outbox.mark_sent(slow, now=clock.now())
        with writing():
            outbox.mark_failed(quick, now=clock.now(), fault="TimeoutError")
        assert _row(row).sent_at is not None
        assert _claim(row_id=row) == []


def test_a_failure_of_a_worker_that_lost_its_lease_changes_nothing(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        (row,) = _owe()
        (slow,) = _claim(limit=1)
        frozen.go_on(minutes=5)
        (quick,) = _claim(limit=1)
        with writing():
            outbox.mark_failed(slow, now=clock.now(), fault="TimeoutError")
        assert _row(row).lease_token == quick.token


@pytest.mark.both_engines
def test_many_who_claim_at_once_share_the_rows_between_them(app: Flask) -> None:
    with app.app_context():
        rows = _owe(60)
    taken: list[int] = []
    start = Barrier(4)

    def work() -> None:
        start.wait()
        with app.app_context():
            while claims := _claim(limit=5):
                taken.extend(c.id for c in claims)
            db.session.remove()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == rows


def test_nothing_is_owed_when_the_change_was_undone(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError):
            _owe_and_break()
        assert db.session.scalars(select(Outbox)).all() == []


def _owe_and_break() -> None:
    with writing():
        outbox.owe(notice=Notice.GATE_WAITING, dedupe="t.0", agency_id=factories.agency())
        raise RuntimeError


def test_a_bell_rings_after_the_commit_and_not_before(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Callable[[], object]] = []
    monkeypatch.setitem(app.extensions, "ring", heard.extend)
    with app.app_context():
        with writing():
            row = outbox.owe(notice=Notice.GATE_WAITING, dedupe="t.0", agency_id=factories.agency())
            assert heard == []
        assert heard == [("deliver_owed", row)]


def test_a_sender_who_stayed_anonymous_is_owed_nothing(app: Flask, an: Citizen) -> None:
    with app.app_context():
        with writing():
            factories.complaint()
        assert db.session.scalars(select(Outbox)).all() == []
    an.complains()
    with app.app_context():
        (row,) = db.session.scalars(select(Outbox)).all()
        assert (row.notice, row.person_id, row.agency_id) == ("case-received", None, None)
        assert row.dedupe.startswith(f"submit.r0.c{row.case_id}.v")
