"""Limits: guessing stops, one place cannot starve the others, and a dead Redis changes nothing."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from feedback.domain.permissions import SYSTEM
from feedback.extensions import writing
from feedback.services import accounts
from feedback.web import limits
from feedback.web.limits import Counts, Limit
from tests.factories import PASSWORD
from tests.fixtures.cast import Cast
from tests.web.test_security_sessions import sign_in

FAR = {"REMOTE_ADDR": "203.0.113.5"}
OTHER = {"REMOTE_ADDR": "203.0.113.6"}


@pytest.fixture
def fresh(app: Flask) -> Iterator[Flask]:
    """The app with counters that have counted nothing, and no Redis."""
    kept = app.extensions["limits"]
    app.extensions["limits"] = Counts("unix:///nowhere/valkey.sock")
    yield app
    app.extensions["limits"] = kept


def test_the_eleventh_guess_in_a_quarter_of_an_hour_is_not_even_looked_at(fresh: Flask, cast: Cast) -> None:
    client = fresh.test_client()
    answers = [sign_in(client, cast.chi, password="sai mật khẩu rồi nhé").status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]
    refused = sign_in(client, cast.chi)  # not with the right password either
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert sign_in(client, cast.dung).status_code == 303  # and nobody else suffers


def test_an_address_that_nobody_has_is_counted_the_same_way(fresh: Flask, cast: Cast) -> None:
    from dataclasses import replace

    nobody = replace(cast.chi, email="khong-co-ai@tinh.example")
    answers = [sign_in(fresh.test_client(), nobody).status_code for _ in range(11)]
    assert answers == [400] * 10 + [429]


def test_signing_in_well_is_not_counted(fresh: Flask, cast: Cast) -> None:
    assert {sign_in(fresh.test_client(), cast.chi).status_code for _ in range(15)} == {303}


def test_a_stranger_who_types_wrong_passwords_locks_nobody_out(fresh: Flask, cast: Cast) -> None:
    stranger, owner = fresh.test_client(), fresh.test_client()
    stranger.environ_base.update(FAR)
    owner.environ_base.update(OTHER)
    assert [sign_in(stranger, cast.chi, password="sai mật khẩu rồi nhé").status_code for _ in range(11)][-1] == 429
    assert sign_in(owner, cast.chi).status_code == 303


def test_many_strangers_at_once_stop_unknown_browsers_and_not_the_owners(fresh: Flask, cast: Cast) -> None:
    owner = fresh.test_client()
    owner.environ_base.update(OTHER)
    assert sign_in(owner, cast.chi).status_code == 303
    owner.delete_cookie("sid")
    for n in range(100):  # each from a place of its own
        with fresh.test_request_context("/sign-in", environ_base={"REMOTE_ADDR": f"198.51.100.{n}"}):
            assert not limits.sign_in_refused(cast.chi.email)
            limits.count_failed_sign_in(cast.chi.email)
    unknown = fresh.test_client()
    unknown.environ_base.update({"REMOTE_ADDR": "192.0.2.7"})
    assert sign_in(unknown, cast.chi).status_code == 429
    assert sign_in(owner, cast.chi).status_code == 303
    owner.delete_cookie("sid")
    guesses = [sign_in(owner, cast.chi, password="sai mật khẩu rồi nhé").status_code for _ in range(11)]
    assert guesses == [400] * 10 + [429]  # a browser that is known may not guess without end either


def test_one_place_that_tries_many_accounts_is_stopped_and_others_are_not(fresh: Flask) -> None:
    for n in range(30):
        with fresh.test_request_context("/sign-in", environ_base=FAR):
            assert not limits.sign_in_refused(f"a{n}@tinh.example")
            limits.count_failed_sign_in(f"a{n}@tinh.example")
    with fresh.test_request_context("/sign-in", environ_base=FAR):
        assert limits.sign_in_refused("fresh@tinh.example")
    with fresh.test_request_context("/sign-in", environ_base=OTHER):
        assert not limits.sign_in_refused("fresh@tinh.example")


def test_wrong_tracking_keys_are_counted_by_place(fresh: Flask) -> None:
    for _ in range(10):
        with fresh.test_request_context("/track", environ_base=FAR):
            assert not limits.tracking_refused()
            limits.count_wrong_key()
    with fresh.test_request_context("/track", environ_base=FAR):
        assert limits.tracking_refused()
    with fresh.test_request_context("/track", environ_base=OTHER):
        assert not limits.tracking_refused()


def test_complaints_are_counted_without_asking_redis(fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Untouchable:
        def __getattr__(self, name: str) -> None:
            raise AssertionError("Redis was asked before a reply")

    fresh.extensions["limits"].shared = Untouchable()
    allowed = []
    for _ in range(31):
        with fresh.test_request_context("/complain", environ_base=FAR):
            allowed.append(limits.submission_allowed())
    assert allowed == [True] * 30 + [False]
    with fresh.test_request_context("/register", environ_base=FAR):
        assert limits.search_allowed()


def test_a_trial_and_a_proxy_that_was_not_named_do_not_put_everybody_under_one_count(fresh: Flask) -> None:
    for _ in range(100):
        with fresh.test_request_context("/complain", environ_base={"REMOTE_ADDR": "127.0.0.1"}):
            assert limits.submission_allowed()


def test_the_key_of_a_place_hides_it_changes_daily_and_joins_a_households_addresses(
        fresh: Flask, at_date) -> None:
    def key(address: str) -> str:
        with fresh.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
            return limits.address_key()

    at_date("2026-11-16")
    first = key("203.0.113.5")
    assert "203" not in first[:3]
    assert first == key("203.0.113.5") != key("203.0.113.6")
    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") != key("2001:db8:1:3::1")
    at_date("2026-11-17")
    assert key("203.0.113.5") != first


def test_counts_are_shared_through_redis(fresh: Flask, valkey_url: str) -> None:
    one, two = Counts(valkey_url), Counts(valkey_url)
    key = f"shared-{time.time_ns()}"
    for _ in range(10):
        assert not two.is_over(Limit.SIGN_IN_ACCOUNT, key)
        one.count(Limit.SIGN_IN_ACCOUNT, key)
    assert two.is_over(Limit.SIGN_IN_ACCOUNT, key)


def test_nothing_readable_about_anybody_stands_in_redis(fresh: Flask, cast: Cast, valkey_url: str) -> None:
    import redis

    fresh.extensions["limits"] = Counts(valkey_url)
    client = fresh.test_client()
    client.environ_base.update(FAR)
    sign_in(client, cast.chi, password="sai mật khẩu rồi nhé")
    with redis.Redis.from_url(valkey_url) as store:
        kept = b" ".join(key + (store.dump(key) or b"") for key in store.keys("*"))
    assert b"LIMITS" in kept or b"SIGN_IN" in kept
    assert cast.chi.email.encode() not in kept
    assert b"203.0.113.5" not in kept


def test_a_redis_that_hangs_costs_a_moment_once_and_limits_go_on(fresh: Flask, tmp_path: Path) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        counts = Counts(f"redis://127.0.0.1:{deaf.getsockname()[1]}/0")
        began = time.monotonic()
        for _ in range(10):
            assert not counts.is_over(Limit.SIGN_IN_ACCOUNT, "somebody")
            counts.count(Limit.SIGN_IN_ACCOUNT, "somebody")
        assert counts.is_over(Limit.SIGN_IN_ACCOUNT, "somebody")
        assert time.monotonic() - began < 1.0


def test_guesses_counted_before_redis_died_still_count(valkey_url: str) -> None:
    counts = Counts(valkey_url)
    key = f"dying-{time.time_ns()}"
    for _ in range(10):
        counts.count(Limit.SIGN_IN_ACCOUNT, key)
    counts.shared = Counts("unix:///nowhere/valkey.sock").shared
    assert counts.is_over(Limit.SIGN_IN_ACCOUNT, key)


def test_making_the_app_connects_to_no_redis(app: Flask, cast: Cast) -> None:
    with app.app_context(), writing():
        accounts.create_person(email="moi@tinh.example", name="Mới", password=PASSWORD, actor=SYSTEM,
                               roles=[accounts.Role.OFFICER])
    assert app.test_client().get("/sign-in").status_code == 200


def test_two_first_questions_at_the_same_time_are_both_answered() -> None:
    """In a process of its own: what is tried is the very first import, held up in the middle by another one."""
    ran = subprocess.run(
        [sys.executable, "-c", TWO_FIRST], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "False"), ran.stderr


TWO_FIRST = """
import importlib.abc, sys, threading
from feedback.web.limits import Counts, Limit
assert "redis" not in sys.modules

reached, go_on, said = threading.Event(), threading.Event(), []

class HeldUp(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.startswith("redis.") and "redis.exceptions" in sys.modules and not reached.is_set():
            reached.set()
            go_on.wait(30)
        return None

sys.meta_path.insert(0, HeldUp())
other = threading.Thread(target=lambda: __import__("redis"))
other.start()
assert reached.wait(30)
asking = threading.Thread(target=lambda: said.append(
    Counts("unix:///nowhere/valkey.sock").is_over(Limit.TRACKING_ADDRESS, "somebody")))
asking.start()
asking.join(1)  # it waits for the import, or has failed by now
go_on.set()
other.join(30)
asking.join(30)
print(*said)
"""
