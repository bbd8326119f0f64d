"""The original of a file and the name it had, sealed to the vault's public key: the web can write both and read
neither. In front stands the id of the key, so that a rotation knows what is still sealed to an old one.
"""

from collections.abc import Callable

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from feedback.adapters import sealing
from feedback.adapters.sealing import SealBroken
from feedback.adapters.vault_keys import key_id

ID_BYTES = 16
"""A key id is 16 hex digits."""
FindKey = Callable[[str], PrivateKey]
"""Gives the private key of a key id; raises KeyError when there is none."""


def seal_original(public: PublicKey, token: str, data: bytes) -> bytes:
    """Seal the bytes of the file with this token."""
    return key_id(public).encode() + SealedBox(public).encrypt(token.encode() + data)


def open_original(find_key: FindKey, token: str, sealed: bytes) -> bytes:
    """Open what ``seal_original`` made. Raises SealBroken for anything else, KeyError when its key is gone."""
    try:
        plain = SealedBox(find_key(sealed_to(sealed))).decrypt(sealed[ID_BYTES:])
    except (CryptoError, ValueError):
        raise SealBroken("cannot be opened with this key") from None
    if not plain.startswith(token.encode()):
        raise SealBroken("was sealed for another file")
    return plain[len(token):]


def seal_name(public: PublicKey, token: str, name: str) -> bytes:
    """Seal the name the file had on the sender's device."""
    return key_id(public).encode() + sealing.seal(public, token, "file_name", name)


def open_name(find_key: FindKey, token: str, sealed: bytes) -> str:
    """Open what ``seal_name`` made. Raises as ``open_original``."""
    return sealing.unseal(find_key(sealed_to(sealed)), sealed[ID_BYTES:], token, "file_name")


def sealed_to(sealed: bytes) -> str:
    """The id of the key that opens it."""
    return sealed[:ID_BYTES].decode("ascii", "replace")
