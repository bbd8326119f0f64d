"""What is kept comes back, encrypted on the way; a copied folder shows nothing. S3 itself is not run here: there
is no server for it among our packages; that its settings reach the client is."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from feedback.adapters import file_seals, storage, vault_keys
from feedback.adapters.sealing import SealBroken
from feedback.config import UnsafeSettings, load_settings
from feedback.domain.errors import NotKept, StorageUnavailable

NAME, OTHER = "0123456789abcdef" * 2 + ".clean", "f" * 32 + ".clean"
SECRET = "Nguyễn Văn An, 0912345678 ".encode() * 40
BASE = {"FEEDBACK_SECRET_KEY": "s" * 40, "FEEDBACK_PEPPER": "p" * 40}


@pytest.fixture
def store(tmp_path: Path) -> Flask:
    """An app whose storage is a folder of this test's own."""
    app = Flask("store")
    app.extensions["settings"] = load_settings({**BASE, "FEEDBACK_DATA": str(tmp_path / "var")})
    with app.app_context():
        yield app


def folder(store: Flask) -> Path:
    return store.extensions["settings"].data / "files"


def test_what_was_kept_comes_back_until_it_is_forgotten(store):
    storage.keep(NAME, SECRET)
    assert storage.fetch(NAME) == SECRET
    assert [kept.name for kept in storage.names()] == [NAME]
    assert storage.has(NAME)
    storage.forget(NAME)
    storage.forget(NAME)
    assert not storage.has(NAME)
    with pytest.raises(NotKept):
        storage.fetch(NAME)


def test_the_folder_is_closed_to_others_and_shows_nothing(store):
    storage.keep(NAME, SECRET)
    assert folder(store).stat().st_mode & 0o077 == 0
    lying = (folder(store) / NAME).read_bytes()
    assert SECRET[:20] not in lying
    assert b"0912345678" not in lying


def test_the_same_file_twice_looks_different(store):
    storage.keep(NAME, SECRET)
    storage.keep(OTHER, SECRET)
    assert (folder(store) / NAME).read_bytes() != (folder(store) / OTHER).read_bytes()


def test_an_object_that_was_changed_or_put_under_another_name_does_not_open(store):
    storage.keep(NAME, SECRET)
    lying = (folder(store) / NAME).read_bytes()
    (folder(store) / OTHER).write_bytes(lying)
    (folder(store) / NAME).write_bytes(lying[:-1] + bytes([lying[-1] ^ 1]))
    for name in (NAME, OTHER):
        with pytest.raises(StorageUnavailable):
            storage.fetch(name)


def test_another_secret_key_opens_nothing(store):
    storage.keep(NAME, SECRET)
    store.extensions["settings"] = replace(store.extensions["settings"], secret_key="t" * 40)
    with pytest.raises(StorageUnavailable):
        storage.fetch(NAME)


@pytest.mark.parametrize("name", [
    "../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "/b", "", "a" * 32 + ".b\n", "."])
def test_a_name_that_is_no_token_reaches_nothing(store, name):
    for deed in (storage.fetch, storage.forget, storage.has, lambda n: storage.keep(n, b"x")):
        with pytest.raises(ValueError, match="not the name"):
            deed(name)


def test_a_folder_that_is_gone_is_said_and_names_nobody(store, tmp_path):
    (tmp_path / "file").write_text("no folder")
    store.extensions["settings"] = replace(
        store.extensions["settings"], storage_url=f"file://{tmp_path}/file/below")
    with pytest.raises((StorageUnavailable, OSError)):
        storage.keep(NAME, SECRET)


@pytest.mark.parametrize("url", ["files", "file://files", "file:///", "ftp://a/b", "s3://", "https://s3.example/b",
                                 "s3://b?endpoint=http://s3.example"])
def test_an_address_that_would_go_wrong_is_refused_at_the_start(url):
    with pytest.raises(UnsafeSettings, match="FEEDBACK_STORAGE_URL"):
        load_settings({**BASE, "FEEDBACK_STORAGE_URL": url})


def test_the_settings_of_a_bucket_reach_the_client(store):
    store.extensions["settings"] = replace(
        store.extensions["settings"],
        storage_url="s3://key:se%2Fcret@bucket/hoi-am?endpoint=https://s3.tinh.example&region=hn")
    client = storage._store()
    assert client.prefix == "hoi-am"
    assert client.config["bucket"] == "bucket"
    assert client.config["endpoint"] == "https://s3.tinh.example"
    assert client.config["secret_access_key"] == "se/cret"
    assert storage.room() is None


def test_a_store_that_was_used_before_a_fork_is_not_used_after_it(store, monkeypatch):
    """It would hang for ever instead."""
    storage.keep(NAME, SECRET)
    monkeypatch.setattr("os.getpid", lambda: 1)
    with pytest.raises(RuntimeError, match="forked"):
        storage.fetch(NAME)


def test_only_the_vaults_key_opens_an_original_and_only_as_the_file_it_was(tmp_path):
    vault_keys.ensure_keys(tmp_path / "keys")
    ring = vault_keys.load_keyring(tmp_path / "keys")
    token, find = "a" * 32, ring.private.__getitem__
    sealed = file_seals.seal_original(vault_keys.load_public(tmp_path / "keys"), token, SECRET)
    name = file_seals.seal_name(vault_keys.load_public(tmp_path / "keys"), token, "Đơn của An.pdf")
    assert SECRET[:10] not in sealed
    assert file_seals.sealed_to(sealed) == file_seals.sealed_to(name) == ring.current
    assert file_seals.open_original(find, token, sealed) == SECRET
    assert file_seals.open_name(find, token, name) == "Đơn của An.pdf"
    for wrong in (sealed[:-1], sealed[:16] + sealed[40:]):
        with pytest.raises(SealBroken):
            file_seals.open_original(find, token, wrong)
    with pytest.raises(SealBroken):
        file_seals.open_original(find, "b" * 32, sealed)
    with pytest.raises(SealBroken):
        file_seals.open_name(find, "b" * 32, name)
