"""Staff accounts: who gets in, for how long, and how everybody is put out at once."""

import statistics
import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.domain.permissions import SYSTEM
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.people import Person, StaffSession
from feedback.services import accounts
from tests.factories import PASSWORD
from tests.fixtures.cast import Cast
from tests.fixtures.time import Clock


def sign_in(email: str, password: str = PASSWORD) -> str | None:
    with writing():
        return accounts.sign_in(email, password, now=clock.now())


def is_in(token: str | None) -> bool:
    db.session.rollback()
    return token is not None and accounts.find_session(token, now=clock.now()) is not None


def events() -> list[Event]:
    return list(db.session.scalars(select(Event).where(Event.chain == accounts.CHAIN).order_by(Event.n)))


@pytest.fixture
def standing(app: Flask, cast: Cast, frozen: Clock):
    """The cast, a clock that stands, an app context."""
    with app.app_context():
        yield cast


def test_the_right_password_opens_a_session_and_the_cookie_value_is_stored_nowhere(standing: Cast) -> None:
    token = sign_in(standing.chi.email)
    assert is_in(token)
    row = db.session.scalars(select(StaffSession)).one()
    assert token is not None
    assert token not in str(vars(row))
    assert len(token) >= 43  # 256 bits


def test_the_address_may_be_typed_with_capitals_and_spaces(standing: Cast) -> None:
    assert is_in(sign_in(f"  {standing.chi.email.upper()} "))


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper(), "x" * 5000, "mật khẩu sai rồi"])
def test_a_wrong_password_opens_nothing(standing: Cast, password: str) -> None:
    assert sign_in(standing.chi.email, password) is None


def test_a_password_typed_with_a_keyboard_that_decomposes_letters_is_the_same(standing: Cast) -> None:
    import unicodedata

    assert is_in(sign_in(standing.chi.email, unicodedata.normalize("NFD", PASSWORD)))


def test_a_failure_is_recorded_without_the_address(standing: Cast) -> None:
    sign_in(standing.chi.email, "sai")
    sign_in("khong-co-ai@tinh.example", "sai")
    failed = [e for e in events() if e.type == "sign_in_failed"]
    assert len(failed) == 2
    assert all("@" not in e.payload and "khong-co-ai" not in e.payload for e in failed)
    assert f'"person":{standing.chi.id}' in failed[0].payload


def test_each_sign_in_gets_another_session(standing: Cast) -> None:
    assert sign_in(standing.chi.email) != sign_in(standing.chi.email)


def test_a_session_ends_after_half_an_hour_without_use_and_lives_on_while_used(
        standing: Cast, frozen: Clock) -> None:
    token = sign_in(standing.chi.email)
    assert token is not None
    frozen.go_on(minutes=29)
    session = accounts.find_session(token, now=clock.now())
    assert session is not None
    with writing():
        accounts.touch(session.id, now=clock.now())
    frozen.go_on(minutes=29)
    assert is_in(token)
    frozen.go_on(minutes=2)
    assert not is_in(token)


def test_a_session_ends_after_twelve_hours_however_busy(standing: Cast, frozen: Clock) -> None:
    token = sign_in(standing.chi.email)
    assert token is not None
    for _ in range(24):
        frozen.go_on(minutes=29)
        session = accounts.find_session(token, now=clock.now())
        assert session is not None
        with writing():
            accounts.touch(session.id, now=clock.now())
    frozen.go_on(minutes=25)
    assert not is_in(token)


def test_signing_out_ends_the_session_in_the_database(standing: Cast) -> None:
    token, other = sign_in(standing.chi.email), sign_in(standing.chi.email)
    assert token is not None
    with writing():
        accounts.sign_out(token, now=clock.now())
    assert not is_in(token)
    assert is_in(other)


@pytest.mark.parametrize("deed", ["revoke_all", "disable", "password"])
def test_every_session_ends_at_once(standing: Cast, deed: str) -> None:
    tokens = [sign_in(standing.chi.email), sign_in(standing.chi.email)]
    with writing():
        person = db.session.get_one(Person, standing.chi.id)
        if deed == "revoke_all":
            accounts.revoke_all(person, actor=SYSTEM)
        elif deed == "disable":
            accounts.disable(person, actor=SYSTEM)
        else:
            new = accounts.new_password_hash("một câu khác hẳn câu cũ", email=person.email)
            accounts.change_password(person, new, actor=SYSTEM)
    assert not any(map(is_in, tokens))


def test_a_session_of_an_older_epoch_is_dead_even_when_nobody_revoked_it(standing: Cast) -> None:
    token = sign_in(standing.chi.email)
    with writing():
        db.session.get_one(Person, standing.chi.id).auth_epoch += 1
    assert not is_in(token)


def test_a_disabled_account_cannot_sign_in(standing: Cast) -> None:
    with writing():
        accounts.disable(db.session.get_one(Person, standing.chi.id), actor=SYSTEM)
    assert sign_in(standing.chi.email) is None


def test_an_account_closed_between_checking_and_opening_stays_closed(standing: Cast) -> None:
    checked = accounts.check(standing.chi.email, PASSWORD)
    assert checked is not None
    with writing():
        accounts.disable(db.session.get_one(Person, standing.chi.id), actor=SYSTEM)
    with writing():
        assert accounts.open_session(checked, now=clock.now()) is None


def test_a_sample_account_gets_in_during_a_trial_only(app: Flask, standing: Cast) -> None:
    real = app.extensions["settings"]
    with writing():
        accounts.create_person(email="mau@tinh.example", name="Mẫu", password=PASSWORD, roles=[Role.OFFICER],
                               actor=SYSTEM, sample=True)
    assert sign_in("mau@tinh.example") is None
    app.extensions["settings"] = replace(real, trial=True)
    try:
        token = sign_in("mau@tinh.example")
        assert is_in(token)
    finally:
        app.extensions["settings"] = real
    assert not is_in(token)  # a copied trial database lets nobody in


def test_an_address_that_nobody_has_takes_as_long_as_a_wrong_password(app: Flask, standing: Cast) -> None:
    cheap = app.config["ARGON2"]
    app.config["ARGON2"] = {"time_cost": 2, "memory_cost": 16_384, "parallelism": 1}
    try:
        with writing():
            db.session.get_one(Person, standing.chi.id).password_hash = accounts.new_password_hash(
                PASSWORD, email=standing.chi.email)
        times: dict[str, list[int]] = {standing.chi.email: [], "khong-co-ai@tinh.example": []}
        for _ in range(11):
            for email, taken in times.items():
                began = time.perf_counter_ns()
                accounts.check(email, "một mật khẩu sai nào đó")
                taken.append(time.perf_counter_ns() - began)
        known, unknown = (statistics.median(taken) / 1e6 for taken in times.values())
        assert 0.5 < known / unknown < 2  # without the work, one of them would take a twentieth of the other
    finally:
        app.config["ARGON2"] = cheap


def test_a_hash_of_an_older_cost_is_made_anew_at_the_next_sign_in(app: Flask, standing: Cast) -> None:
    before = db.session.get_one(Person, standing.chi.id).password_hash
    cheap = app.config["ARGON2"]
    app.config["ARGON2"] = {**cheap, "time_cost": 3}
    try:
        assert is_in(sign_in(standing.chi.email))
        db.session.rollback()
        after = db.session.get_one(Person, standing.chi.id).password_hash
        assert "t=3" in after
        assert before != after
        assert is_in(sign_in(standing.chi.email))
    finally:
        app.config["ARGON2"] = cheap


@pytest.mark.parametrize(("change", "field", "code"), [
    ({"email": "khong phai thu"}, "email", "malformed"), ({"email": "a@b@c.vn"}, "email", "malformed"),
    ({"name": "  "}, "name", "missing"), ({"roles": []}, "roles", "missing"),
    ({"roles": [Role.SYSTEM]}, "roles", "missing"), ({"password": "mười bốn ký t"}, "password", "too_short"),
    ({"password": "abcabcabcabcabcabc"}, "password", "too_plain"),
    ({"password": "nhanvienmoi-nhanvienmoi1"}, "password", "has_email"),
])
def test_an_account_that_breaks_a_rule_is_not_made(
        standing: Cast, change: dict[str, object], field: str, code: str) -> None:
    wanted = {"email": "nhanvienmoi@tinh.example", "name": "Mới", "password": PASSWORD, "roles": [Role.OFFICER]}
    with pytest.raises(BadInput) as refused, writing():
        accounts.create_person(**{**wanted, **change}, actor=SYSTEM)  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.code) == (field, code)


def test_two_accounts_cannot_have_one_address(standing: Cast) -> None:
    with pytest.raises(BadInput, match="taken"), writing():
        accounts.create_person(email=standing.chi.email.upper(), name="Khác", password=PASSWORD,
                               roles=[Role.OFFICER], actor=SYSTEM)


def test_the_first_administrator_is_made_once(app: Flask, frozen: Clock) -> None:
    with app.app_context():
        with writing():
            accounts.create_first_administrator(email="quan@tinh.example", name="Quân", password=PASSWORD)
        assert is_in(sign_in("quan@tinh.example"))
        with pytest.raises(BadInput, match="not_empty"), writing():
            accounts.create_first_administrator(email="khac@tinh.example", name="Khác", password=PASSWORD)


def test_who_is_signed_in_is_found_with_one_statement(app: Flask, standing: Cast, sql_log) -> None:
    token = sign_in(standing.chi_head.email)
    assert token is not None
    sql_log.clear()
    session = accounts.find_session(token, now=clock.now())
    assert session is not None
    assert [grant.role for grant in session.person.roles] == ["agency_head"]
    assert session.person.agency is not None
    assert len(sql_log.statements) == 1
