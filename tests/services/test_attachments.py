"""What happens to files behind the pages: counted under a lock, adopted, dropped, compared with the storage every
night, sealed anew, opened by the vault alone."""

import os
import socket
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.adapters import storage, vault_keys
from feedback.adapters.file_check import clamd
from feedback.cli.vault import vault
from feedback.domain.errors import OutOfReach
from feedback.domain.files import FileRefused, Refusal
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.attachments import Attachment
from feedback.models.drafts import ComplaintDraft
from feedback.models.events import Event
from feedback.services import attachments, cases, draft_expiry, drafts, file_reconciling, opening_files, retention
from tests import factories
from tests.adapters import hostile_pieces as made
from tests.engines.folders import short_folder
from tests.factories import case_of


@pytest.fixture
def house(app: Flask, tmp_path: Path, db_session):
    """The app with a storage and keys of this test's own."""
    before = app.extensions["settings"]
    vault_keys.ensure_keys(tmp_path / "keys")
    app.extensions["settings"] = replace(before, storage_url=f"file://{tmp_path}/files", keys=tmp_path / "keys")
    yield app
    app.extensions["settings"] = before


def a_draft() -> tuple[int, str]:
    with writing():
        token = drafts.save(None, {"narrative": ["x"]})
    found = drafts.find(token)
    assert found is not None
    draft_id = found.id
    db.session.rollback()
    return draft_id, token


def receive(**owner) -> str:
    prepared = attachments.prepare("Đơn của An.png", made.png())
    with writing():
        attachments.receive(prepared, actor=cases.SENDER, **owner)
    return prepared.token


def there() -> set[str]:
    return {kept.name for kept in storage.names()}


def aged(tmp_path: Path, name: str, days: int) -> None:
    then = clock.now().timestamp() - days * 86_400
    os.utime(tmp_path / "files" / name, (then, then))


def test_a_file_belongs_to_a_draft_or_to_a_case_and_to_a_living_one(house):
    prepared = attachments.prepare("a.png", made.png())
    with pytest.raises(FileRefused) as why, writing():
        attachments.receive(prepared, actor=cases.SENDER, draft_id=4711)
    assert why.value.code is Refusal.NOT_NOW
    with pytest.raises(ValueError, match="draft or to a case"), writing():
        attachments.receive(prepared, actor=cases.SENDER)


def test_adopting_twice_adopts_once(house):
    draft_id, _token = a_draft()
    receive(draft_id=draft_id)
    with writing():
        case = case_of(factories.complaint())
        assert attachments.adopt(draft_id, case, actor=cases.SENDER) == 1
        assert attachments.adopt(draft_id, case, actor=cases.SENDER) == 0
    assert len(list(db.session.scalars(select(Event).where(Event.type == "files_added")))) == 1


def test_a_file_of_a_sent_complaint_cannot_be_taken_back(house):
    draft_id, _token = a_draft()
    token = receive(draft_id=draft_id)
    with writing():
        attachments.adopt(draft_id, case_of(factories.complaint()), actor=cases.SENDER)
    with pytest.raises(OutOfReach), writing():
        attachments.remove(draft_id, token)


def test_an_expired_draft_takes_its_files_along(house):
    draft_id, _token = a_draft()
    receive(draft_id=draft_id)
    with clock.travelling(clock.now() + timedelta(days=8)):
        assert draft_expiry.sweep_drafts().acted == 1
    assert db.session.get(ComplaintDraft, draft_id) is None
    assert (list(db.session.scalars(select(Attachment))), there()) == ([], set())


def test_originals_and_their_names_are_forgotten_with_the_sender_also_of_who_gave_no_name(house, cast):
    """A photo knows where it was taken: what the office forgets must not lie on in a sealed file."""
    with writing():
        named = factories.complaint(identity={"name": "Nguyễn Văn An", "phone": "0903 111 222"})
        nameless = factories.complaint()
        going = factories.complaint()
    tokens = {}
    for receipt in (named, nameless, going):
        tokens[receipt.case_id] = receive(case=case_of(receipt))
        db.session.rollback()
    with writing():
        for receipt in (named, nameless):
            factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    with clock.travelling(clock.now() + timedelta(days=800)):
        retention.sweep_identities()
        assert retention.sweep_identities().acted == 0
    rows = {row.case_id: row for row in db.session.scalars(select(Attachment))}
    for receipt in (named, nameless):
        token = tokens[receipt.case_id]
        assert rows[receipt.case_id].name_sealed == b""
        assert rows[receipt.case_id].sha256
        assert (storage.has(token + ".clean"), storage.has(token + ".original")) == (True, False)
        with pytest.raises(LookupError):
            opening_files.record_opening(receipt.reference, 1)
    assert storage.has(tokens[going.case_id] + ".original")
    assert file_reconciling.sweep_files().fault is None
    both = vault_keys.begin_rotation(Path(house.extensions["settings"].keys))
    with writing():
        assert opening_files.reseal(current=both.private[both.current], current_id=both.current,
                                    find_key=both.private.__getitem__) == 1


def test_every_night_orphans_go_and_what_is_missing_is_told(house, tmp_path):
    draft_id, _token = a_draft()
    good, lost = receive(draft_id=draft_id), receive(draft_id=draft_id)
    orphan, young = "a" * 32 + ".clean", "b" * 32 + ".clean"
    storage.keep(orphan, b"x")
    storage.keep(young, b"x")
    aged(tmp_path, orphan, 2)
    aged(tmp_path, good + ".clean", 30)
    storage.forget(lost + ".original")
    tally = file_reconciling.sweep_files()
    assert (tally.acted, tally.failed, tally.fault) == (1, 1, "FilesMissing")
    assert there() == {good + ".clean", good + ".original", lost + ".clean", young}


def test_an_old_copy_of_the_database_does_not_cost_the_files(house, tmp_path, monkeypatch):
    monkeypatch.setattr(file_reconciling, "MOST_AT_ONCE", 3)
    for n in range(4):
        storage.keep(f"{n:032x}.clean", b"x")
        aged(tmp_path, f"{n:032x}.clean", 2)
    tally = file_reconciling.sweep_files()
    assert (tally.acted, tally.failed, tally.fault) == (0, 4, "ManyOrphans")
    assert len(there()) == 4


def test_after_a_rotation_the_new_key_opens_every_original_and_the_old_one_none(house, tmp_path):
    with writing():
        receipt = factories.complaint()
    token = receive(case=case_of(receipt))
    old = vault_keys.load_keyring(tmp_path / "keys")
    both = vault_keys.begin_rotation(tmp_path / "keys")
    with writing():
        done = opening_files.reseal(current=both.private[both.current], current_id=both.current,
                                    find_key=both.private.__getitem__)
    assert done == 1
    with writing():
        assert opening_files.reseal(current=both.private[both.current], current_id=both.current,
                                    find_key=both.private.__getitem__) == 0
    assert opening_files.keys_in_use() == {both.current}
    row = db.session.scalars(select(Attachment).where(Attachment.token == token)).one()
    assert opening_files.original(row, find_key=both.private.__getitem__) == ("Đơn của An.png", made.png())
    with pytest.raises(KeyError):
        opening_files.original(row, find_key=old.private.__getitem__)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)  # the command is the same on both
def test_the_vaults_command_opens_an_original_and_writes_it_down_first(house, tmp_path, monkeypatch):
    with writing():
        receipt = factories.complaint()
    receive(case=case_of(receipt))
    monkeypatch.setattr("feedback.app.create_app", lambda _settings=None: house)
    monkeypatch.setattr("feedback.cli.vault._settings", lambda: house.extensions["settings"])
    target = tmp_path / "original.png"
    answer = CliRunner().invoke(vault, ["open-file", receipt.reference, "1", str(target)])
    assert answer.exit_code == 0, answer.output
    assert "Đơn của An.png" in answer.output
    assert target.read_bytes() == made.png()
    assert target.stat().st_mode & 0o077 == 0
    assert db.session.scalar(select(Event.payload).where(Event.type == "file_opened")) is not None
    assert CliRunner().invoke(vault, ["open-file", receipt.reference, "2", str(target)]).exit_code == 1


# The scanner ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "why"), [
    (b"stream: OK\0", None), (b"stream: Eicar-Test-Signature FOUND\0", Refusal.INFECTED),
    (b"INSTREAM size limit exceeded. ERROR\0", Refusal.SCANNER_SILENT), (b"", Refusal.SCANNER_SILENT)])
def test_only_a_clear_word_of_the_scanner_lets_a_file_through(app, monkeypatch, answer, why):
    with short_folder("clam-") as folder, app.app_context(), socket.socket(socket.AF_UNIX) as scanner:
        scanner.bind(str(folder / "c"))
        scanner.listen()
        heard = bytearray()

        def serve() -> None:
            connection, _ = scanner.accept()
            with connection:
                while not heard.endswith(b"\0\0\0\0"):
                    heard.extend(connection.recv(65_536))
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        monkeypatch.setitem(app.extensions, "settings",
                            replace(app.extensions["settings"], clamd_socket=str(folder / "c")))
        if why is None:
            clamd.look_through(b"x" * 100_000)
        else:
            with pytest.raises(FileRefused) as refused:
                clamd.look_through(b"x" * 100_000)
            assert refused.value.code is why
        thread.join()
        assert heard.startswith(b"zINSTREAM\0")
        assert heard.count(b"x") == 100_000


def test_a_scanner_that_is_not_there_lets_nothing_through(app, monkeypatch):
    with app.app_context(), pytest.raises(FileRefused) as refused:
        monkeypatch.setitem(app.extensions, "settings",
                            replace(app.extensions["settings"], clamd_socket="/nowhere/clamd.sock"))
        clamd.look_through(b"x")
    assert refused.value.code is Refusal.SCANNER_SILENT
