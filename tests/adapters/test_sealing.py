"""Keys as files and seals that fit one case and one field only."""

from pathlib import Path

import pytest
from nacl.public import PrivateKey

from feedback.adapters import sealing, vault_keys
from feedback.adapters.vault_keys import KeysUnsafe


def test_what_was_sealed_opens_for_its_own_case_and_field() -> None:
    key = PrivateKey.generate()
    sealed = sealing.seal(key.public_key, "7K2M9QXA", "name", "Nguyễn Thị An")
    assert sealing.unseal(key, sealed, "7K2M9QXA", "name") == "Nguyễn Thị An"


@pytest.mark.parametrize(("reference", "field"), [("OTHERREF", "name"), ("7K2M9QXA", "email")])
def test_a_row_moved_to_another_case_or_field_does_not_open(reference: str, field: str) -> None:
    key = PrivateKey.generate()
    sealed = sealing.seal(key.public_key, "7K2M9QXA", "name", "Nguyễn Thị An")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, sealed, reference, field)


def test_another_key_and_changed_bytes_do_not_open() -> None:
    key = PrivateKey.generate()
    sealed = sealing.seal(key.public_key, "7K2M9QXA", "name", "An")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(PrivateKey.generate(), sealed, "7K2M9QXA", "name")
    with pytest.raises(sealing.SealBroken):
        sealing.unseal(key, sealed[:-1] + bytes([sealed[-1] ^ 1]), "7K2M9QXA", "name")


def test_the_size_of_a_row_does_not_tell_a_short_name_from_a_long_one() -> None:
    key = PrivateKey.generate().public_key
    assert len(sealing.seal(key, "7K2M9QXA", "name", "An")) == len(
        sealing.seal(key, "7K2M9QXA", "name", "Nguyễn Thị Minh Khai"))


def test_keys_are_made_once_and_only_the_owner_can_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = vault_keys.ensure_keys(folder)
    assert vault_keys.ensure_keys(folder) == first
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "vault.key").stat().st_mode & 0o777 == 0o600
    assert vault_keys.key_id(vault_keys.load_public(folder)) == first


@pytest.mark.parametrize(("name", "mode"), [(".", 0o750), ("vault.key", 0o640), ("vault.key", 0o604)])
def test_keys_that_others_can_read_are_refused_with_the_remedy(tmp_path: Path, name: str, mode: int) -> None:
    folder = tmp_path / "keys"
    vault_keys.ensure_keys(folder)
    (folder / name).chmod(mode)
    with pytest.raises(KeysUnsafe, match="chmod"):
        vault_keys.load_keyring(folder)
    (folder / name).chmod(0o700)  # so that the folder can be cleared away


def test_a_lost_private_key_is_not_replaced_behind_our_back(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    vault_keys.ensure_keys(folder)
    (folder / "vault.key").unlink()
    with pytest.raises(KeysUnsafe, match="safe copy"):
        vault_keys.ensure_keys(folder)


def test_a_web_machine_with_only_the_public_key_can_seal_and_cannot_open(tmp_path: Path) -> None:
    vault_keys.ensure_keys(tmp_path / "vault")
    web = tmp_path / "web"
    web.mkdir(mode=0o700)
    (web / "vault.pub").write_bytes((tmp_path / "vault" / "vault.pub").read_bytes())
    sealed = sealing.seal(vault_keys.load_public(web), "7K2M9QXA", "phone", "0900000001")
    with pytest.raises(KeysUnsafe):
        vault_keys.load_keyring(web)
    ring = vault_keys.load_keyring(tmp_path / "vault")
    assert sealing.unseal(ring.private[ring.current], sealed, "7K2M9QXA", "phone") == "0900000001"


def test_a_rotation_killed_before_the_public_key_was_written_is_mended(tmp_path: Path) -> None:
    old = vault_keys.ensure_keys(tmp_path / "keys")
    public = (tmp_path / "keys" / "vault.pub").read_bytes()
    ring = vault_keys.begin_rotation(tmp_path / "keys")
    assert ring.current != old
    assert set(ring.private) == {old, ring.current}
    (tmp_path / "keys" / "vault.pub").write_bytes(public)
    assert vault_keys.ensure_keys(tmp_path / "keys") == ring.current
    assert vault_keys.key_id(vault_keys.load_public(tmp_path / "keys")) == ring.current


def test_a_retired_key_stays_while_a_row_needs_it(tmp_path: Path) -> None:
    old = vault_keys.ensure_keys(tmp_path / "keys")
    vault_keys.begin_rotation(tmp_path / "keys")
    assert vault_keys.drop_retired(tmp_path / "keys", {old}) == 0
    assert vault_keys.drop_retired(tmp_path / "keys", set()) == 1
    assert set(vault_keys.load_keyring(tmp_path / "keys").private).isdisjoint({old})


def test_a_keyring_never_prints_its_keys(tmp_path: Path) -> None:
    vault_keys.ensure_keys(tmp_path / "keys")
    ring = vault_keys.load_keyring(tmp_path / "keys")
    assert bytes(ring.private[ring.current]).hex() not in repr(ring)
