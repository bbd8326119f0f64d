"""History as it is written: chained, with its head, without personal data, refused to be changed."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from feedback.domain.events import GENESIS
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.events import ChainHead, Event
from feedback.queries.verification import verify_all
from feedback.services import history
from feedback.services.history import NotACode

pytestmark = pytest.mark.both_engines  # each engine has its own locks and triggers

CHAIN = "sys:auth"


def _record(n: int, chain: str = CHAIN) -> None:
    history.record(chain=chain, type="tested", actor=SYSTEM, role=Role.SYSTEM, payload={"n": n})


def test_each_event_follows_the_one_before_and_the_head_follows_the_last(db_session):
    with writing():
        for n in range(3):
            _record(n)
    rows = db.session.scalars(select(Event).where(Event.chain == CHAIN).order_by(Event.n)).all()
    assert [row.n for row in rows] == [1, 2, 3]
    assert [row.prev_hash for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    head = db.session.get_one(ChainHead, CHAIN)
    assert (head.n, head.hash) == (3, rows[2].hash)


def test_an_event_goes_when_the_change_it_tells_of_goes(db_session):
    class Broken(Exception):
        pass

    def record_and_break() -> None:
        with writing():
            _record(1)
            raise Broken

    with pytest.raises(Broken):
        record_and_break()
    assert db.session.scalar(select(Event.seq).where(Event.chain == CHAIN)) is None
    assert db.session.get(ChainHead, CHAIN) is None


def test_who_acted_is_kept_as_a_kind_and_an_id(db_session):
    with writing():
        for actor in (SYSTEM, Actor(roles=frozenset({Role.COMPLAINANT}), case_id=5),
                      Actor(roles=frozenset({Role.OFFICER}), person_id=7, agency_id=3)):
            history.record(chain=CHAIN, type="tested", actor=actor, role=None, payload={})
    rows = db.session.scalars(select(Event).where(Event.chain == CHAIN).order_by(Event.n)).all()
    assert [(row.actor_type, row.actor_id) for row in rows] == [
        ("system", None), ("complainant", None), ("person", 7)]


@pytest.mark.parametrize("words", [
    "an@thu.example", "0912345678", "0912 345 678", "0912.345.678", "Nguyễn Văn An", "he said so", "x" * 81])
def test_words_and_personal_data_are_refused(db_session, words):
    with pytest.raises(NotACode), writing():
        history.record(chain=CHAIN, type="tested", actor=SYSTEM, role=None, payload={"what": words})


@pytest.mark.parametrize("thing", [1.5, ["a"], {"a": 1}, b"a"])
def test_only_ids_counts_flags_and_codes_are_taken(db_session, thing):
    with pytest.raises(NotACode), writing():
        history.record(chain=CHAIN, type="tested", actor=SYSTEM, role=None, payload={"what": thing})


@pytest.mark.parametrize("code", ["in_progress", "extra_papers,late_result", "H1.23", "2026-11-16", "", "a" * 64,
                                  "0123456789abcdef" * 4])
def test_codes_and_digests_are_taken(db_session, code):
    with writing():
        history.record(chain=CHAIN, type="tested", actor=SYSTEM, role=None,
                       payload={"what": code, "n": 3, "yes": True, "none": None})
    assert verify_all().whole


@pytest.mark.parametrize("attack", ["UPDATE event SET type = 'other'", "DELETE FROM event"])
def test_the_database_refuses_to_change_history(db_session, attack):
    with writing():
        _record(1)
    with pytest.raises(DatabaseError, match="events never"):
        db.session.execute(text(attack))
    db.session.rollback()
    assert verify_all().whole


def test_many_at_once_write_one_unbroken_chain(app: Flask):
    faults: list[Exception] = []

    def write_some() -> None:
        try:
            for n in range(10):
                with app.app_context(), writing():
                    _record(n)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write_some) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with app.app_context():
        assert db.session.get_one(ChainHead, CHAIN).n == 40
        assert verify_all().whole
