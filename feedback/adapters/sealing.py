"""One field of a sender, sealed so that only the vault can read it (libsodium's sealed box).

What is sealed names the case and the field it belongs to: a row copied to another case, or a name put where
the e-mail stands, does not open. Lengths are rounded up, so that the size of a row tells nothing.
"""

import json

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

VERSION = 1
ROUND_TO = 128
"""The plaintext is padded to a multiple of this many bytes."""


class SealBroken(Exception):
    """The bytes do not open with this key, or belong to another case or field."""


def seal(public: PublicKey, reference: str, field: str, value: str) -> bytes:
    """Seal ``value`` of ``field`` for the case with this public reference."""
    plain = json.dumps([VERSION, reference, field, value], ensure_ascii=False, separators=(",", ":")).encode()
    # Spaces after the list are still JSON, so the padding needs no format of its own.
    return SealedBox(public).encrypt(plain.ljust(-(-len(plain) // ROUND_TO) * ROUND_TO))


def unseal(private: PrivateKey, sealed: bytes, reference: str, field: str) -> str:
    """Open a seal and demand that it was made for this case and field; raises SealBroken otherwise."""
    try:
        version, of_case, of_field, value = json.loads(SealedBox(private).decrypt(sealed))
    except (CryptoError, ValueError, TypeError):
        raise SealBroken("cannot be opened with this key") from None
    if (version, of_case, of_field) != (VERSION, reference, field) or not isinstance(value, str):
        raise SealBroken("was sealed for another case or field")
    return value
