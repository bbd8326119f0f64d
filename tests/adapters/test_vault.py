"""The vault over its socket: what it tells, what it refuses, and that it writes down before it tells."""

import json
import os
import socket
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from feedback.adapters import vault, vault_keys, vault_server, vault_wire
from feedback.cli import vault_verbs
from feedback.domain.errors import NotPermitted, VaultUnavailable
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.events import Event
from feedback.models.identity import IdentityGrant
from feedback.models.outbox import Outbox
from feedback.services import identity
from tests import factories
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Cast, Citizen


@pytest.fixture
def socket_path(app: Flask) -> Path:
    return app.extensions["settings"].vault_socket


@pytest.fixture
def running(app: Flask, socket_path: Path) -> Iterator[Flask]:
    """The vault, answering in this process, and an app context to ask from."""
    keys = app.extensions["settings"].keys
    verbs = vault_verbs.verbs(app, keys, vault_keys.load_keyring(keys))
    with vault_server.listening(socket_path, verbs) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            with app.app_context():
                yield app
        finally:
            server.shutdown()
            thread.join()


def granted(cast: Cast, citizen: Citizen, *, given: bool = True) -> tuple[int, int]:
    """A case with Chi's agency and Chi's grant for it: (case, grant)."""
    receipt = citizen.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
        case_of(receipt).identity_mode = "named"
        grant = identity.ask_grant(case_of(receipt), actor=actor_of(cast.chi), why="Cần gọi hỏi số nhà").id
    if given:
        with writing():
            identity.give_grant(db.session.get_one(IdentityGrant, grant), actor=actor_of(cast.ha))
    return receipt.case_id, grant


def opened() -> int:
    db.session.rollback()
    return len(db.session.scalars(
        select(Event).where(Event.chain == identity.CHAIN, Event.type == "identity_opened")).all())


def test_a_running_vault_is_healthy_and_an_absent_one_is_not(app: Flask, running: Flask) -> None:
    assert vault.check()


def test_without_a_vault_nothing_is_guessed(app: Flask) -> None:
    with app.app_context():
        assert not vault.check()
        with pytest.raises(VaultUnavailable):
            vault.address_of(1)
        with pytest.raises(VaultUnavailable):
            vault.match_text(1, ["Nguyễn Văn An"])
        with pytest.raises(VaultUnavailable):
            vault.open_under_grant(1, person_id=1)


def test_the_socket_is_the_owners_alone(running: Flask, socket_path: Path) -> None:
    assert stat.S_IMODE(socket_path.stat().st_mode) == 0o600


def test_the_address_is_told_only_while_a_notice_is_owed(running: Flask, an: Citizen) -> None:
    case_id = an.complains(language="en").case_id
    with writing():
        db.session.execute(text("UPDATE outbox SET sent_at = created_at"))
    assert vault.address_of(case_id) is None
    with writing():
        for row in db.session.scalars(select(Outbox).where(Outbox.case_id == case_id)):
            row.sent_at = None
    address = vault.address_of(case_id)
    assert address is not None
    assert (address.email, address.language) == (an.identity["email"], "en")
    assert an.identity["email"] not in repr(address)


def test_a_sender_without_e_mail_has_no_address(running: Flask, app: Flask) -> None:
    receipt = Citizen(app, {"name": "An"}, []).complains()
    assert vault.address_of(receipt.case_id) is None


def test_matching_tells_where_and_not_what(running: Flask, an: Citizen) -> None:
    case_id = an.complains().case_id
    words = "Anh Nguyễn Văn An gọi số 0912.345.678 hôm qua."
    (ranges,) = vault.match_text(case_id, [words])
    assert {words[start:end] for start, end in ranges} == {"Nguyễn Văn An", "0912.345.678"}
    assert vault.match_text(case_id, ["Không có ai ở đây."]) == [[]]


def test_matching_cannot_be_used_to_try_names_one_after_another(running: Flask, an: Citizen) -> None:
    case_id = an.complains().case_id
    for _ in range(vault_verbs.MATCHES_AN_HOUR):
        vault.match_text(case_id, ["Trần Văn Bê"])
    with pytest.raises(VaultUnavailable, match="too_many"):
        vault.match_text(case_id, ["Nguyễn Văn An"])


def test_one_call_cannot_carry_a_telephone_book(running: Flask, an: Citizen) -> None:
    case_id = an.complains().case_id
    with pytest.raises(VaultUnavailable, match="too_large"):
        vault.match_text(case_id, ["x" * (vault_verbs.LETTERS_A_CALL + 1)])
    with pytest.raises(VaultUnavailable, match="too_large"):
        vault.match_text(case_id, ["Trần Văn Bê"] * (vault_verbs.TEXTS_A_CALL + 1))
    tally = vault_verbs.Tally(most=100, most_letters=10)
    assert [tally.allows(1, 6), tally.allows(1, 6), tally.allows(2, 6)] == [True, False, True]


def test_a_grant_opens_and_each_opening_is_in_the_history(running: Flask, cast: Cast, an: Citizen) -> None:
    _case, grant = granted(cast, an)
    assert vault.open_under_grant(grant, person_id=cast.chi.id) == an.identity
    assert vault.open_under_grant(grant, person_id=cast.chi.id) == an.identity
    assert opened() == 2


def test_without_a_grant_the_vault_refuses_and_no_opening_is_recorded(
        running: Flask, cast: Cast, an: Citizen) -> None:
    _case, grant = granted(cast, an, given=False)
    for person in (cast.chi.id, cast.ha.id):
        with pytest.raises(NotPermitted):
            vault.open_under_grant(grant, person_id=person)
    assert opened() == 0


def test_the_event_is_committed_before_anything_is_read(
        running: Flask, cast: Cast, an: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    _case, grant = granted(cast, an)
    seen: list[int] = []

    def read(case_id: int, **_: Any) -> dict[str, str]:
        # another connection, so that only what is committed shows
        with db.engine.connect() as other:
            count = text("SELECT count(*) FROM event WHERE type = 'identity_opened' AND chain = 'sys:identity'")
            seen.append(other.execute(count).scalar_one())
        return {}

    monkeypatch.setattr(vault_verbs.opening, "read", read)
    vault.open_under_grant(grant, person_id=cast.chi.id)
    assert seen == [1]


def test_when_the_event_cannot_be_written_nothing_is_told(
        running: Flask, cast: Cast, an: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    _case, grant = granted(cast, an)

    def broken(**_: Any) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(vault_verbs.opening.history, "record", broken)
    with pytest.raises(VaultUnavailable):
        vault.open_under_grant(grant, person_id=cast.chi.id)
    assert opened() == 0


def raw(path: Path, sent: bytes) -> bytes:
    """Send these bytes and return what comes back until the vault hangs up."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.settimeout(5)
        sock.connect(str(path))
        try:
            sock.sendall(sent)
            return sock.recv(65_536)
        except (BrokenPipeError, ConnectionResetError):
            return b""


@pytest.mark.parametrize("line", [
    b'{"verb": "keys"}\n', b'{"verb": ["open"]}\n', b'{"verb": "open", "grant": "1"}\n', b'{"verb": "open"}\n',
    b'{"verb": "address", "case": true}\n', b'{"verb": "match", "case": 1, "texts": "x"}\n', b"{}\n"])
def test_a_request_that_makes_no_sense_is_refused_with_a_code(
        running: Flask, socket_path: Path, line: bytes) -> None:
    reply = json.loads(raw(socket_path, line))
    assert reply["ok"] is False
    assert set(reply) == {"ok", "code"}


@pytest.mark.parametrize(
    "line", [b"nonsense\n", b"[]\n", b"[" * 100_000 + b"\n", b"x" * (vault_wire.MAX_LINE + 9)])
def test_a_line_that_is_no_request_gets_no_answer_and_the_vault_lives_on(
        running: Flask, socket_path: Path, line: bytes) -> None:
    assert raw(socket_path, line) == b""
    assert vault.check()


def test_a_line_that_never_ends_is_cut_off(
        running: Flask, socket_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_server, "SECONDS", 0.1)
    assert raw(socket_path, b'{"verb": ') == b""


def test_a_vault_that_does_not_answer_is_given_up_after_two_seconds(
        app: Flask, socket_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "SECONDS", 0.1)
    with app.app_context(), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
        deaf.bind(str(socket_path))
        deaf.listen(1)
        try:
            began = time.monotonic()
            with pytest.raises(VaultUnavailable):
                vault.address_of(1)
            assert time.monotonic() - began < 1
        finally:
            os.unlink(socket_path)


def test_nothing_of_a_sender_reaches_the_log(
        running: Flask, cast: Cast, an: Citizen, caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    case_id, grant = granted(cast, an)
    vault.open_under_grant(grant, person_id=cast.chi.id)

    def failing(*_: Any, **__: Any) -> None:
        raise ValueError(an.identity["name"])

    monkeypatch.setattr(vault_verbs.opening, "read", failing)
    with pytest.raises(VaultUnavailable):
        vault.open_under_grant(grant, person_id=cast.chi.id)
    written = "".join(capfd.readouterr()) + caplog.text + "".join(str(vars(r)) for r in caplog.records)
    assert "vault_verb_failed" in written
    assert not any(value in written for value in an.identity.values())


def test_a_second_vault_on_the_same_socket_is_refused_and_a_dead_ones_socket_is_replaced(
        tmp_path: Path, running: Flask, socket_path: Path) -> None:
    with pytest.raises(vault_server.VaultBusy), vault_server.listening(socket_path, {}):
        pass
    left = socket_path.with_name("left.sock")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as dead:
        dead.bind(str(left))
    with vault_server.listening(left, {}):
        pass
    assert not left.exists()


def test_a_key_that_came_with_a_rotation_is_found_without_a_restart(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    vault_keys.ensure_keys(folder)
    cupboard = vault_verbs.KeyCupboard(folder, vault_keys.load_keyring(folder))
    new = vault_keys.begin_rotation(folder).current
    assert cupboard.find(new)
    with pytest.raises(KeyError):
        cupboard.find("0" * 16)
