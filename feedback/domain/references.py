"""The two things a complainant holds: the public reference, said aloud, and the secret tracking key.

Both use Crockford's base32: no I, L, O or U, so that nothing read from paper can be two things. The key ends
in a check symbol over GF(32): every single wrong symbol and every swap of two symbols, near or far, is found
without looking at the database, so a slip of the finger is told apart from a key that does not exist.
"""

import hashlib
import hmac
import unicodedata
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_RANDOM = 24
KEY_LENGTH = KEY_RANDOM + 1
REFERENCE_LENGTH = 8

_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)}
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = {"Zs", "Cc", "Cf", "Pd"}


class KeyFault(StrEnum):
    """Why a typed key cannot be a key. ACCENTED: a Vietnamese keyboard turned letters into accented ones.
    REFERENCE: it is as long as a reference. MISTYPED: the check symbol does not fit."""

    EMPTY = "empty"
    ACCENTED = "accented"
    BAD_SYMBOL = "bad_symbol"
    REFERENCE = "reference"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    MISTYPED = "mistyped"


def _powers_of_alpha(count: int) -> list[int]:
    power, powers = 1, []
    for _ in range(count):
        powers.append(power)
        power <<= 1
        if power & 32:
            power ^= 0b100101  # x^5 + x^2 + 1 is primitive, so the first 31 powers all differ
    return powers


_ALPHA = _powers_of_alpha(31)
_LOG = {power: exponent for exponent, power in enumerate(_ALPHA)}


def _times_alpha(value: int, exponent: int) -> int:
    return _ALPHA[(_LOG[value] + exponent) % 31] if value else 0


def _check_symbol(body: str) -> str:
    total = 0
    for position, symbol in enumerate(body, start=1):
        total ^= _times_alpha(_VALUE[symbol], position)
    return ALPHABET[total]


def _symbols(data: bytes, count: int) -> str:
    """The first ``count`` symbols of the bytes, five bits each. Raises ValueError when there are too few."""
    bits = len(data) * 8
    if bits < count * 5:
        raise ValueError(f"{count} symbols need at least {-(-count * 5 // 8)} bytes")
    number = int.from_bytes(data, "big")
    return "".join(ALPHABET[number >> (bits - 5 * (i + 1)) & 31] for i in range(count))


def _grouped(text: str, size: int) -> str:
    return "-".join(text[i : i + size] for i in range(0, len(text), size))


def _normalise(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(c for c in plain if unicodedata.category(c) not in _SEPARATORS and c not in "._")
    return unicodedata.normalize("NFC", kept).upper().translate(_READ_AS)


def new_key(random_bytes: bytes) -> str:
    """A tracking key, shown in groups of five, from at least 15 bytes of a secure random source.
    Raises ValueError when there are fewer."""
    body = _symbols(random_bytes, KEY_RANDOM)
    return _grouped(body + _check_symbol(body), 5)


def key_from_nonce(secret: bytes, nonce: bytes) -> str:
    """The tracking key of the complaint whose form carried this nonce. The same nonce gives the same key, so
    a retry after a lost reply shows it again although only its hash is stored."""
    return new_key(hmac.digest(secret, b"tracking-key\x00" + nonce, hashlib.sha256))


def normalise_key(text: str) -> str:
    """The key as typed, without spaces and dashes, in capitals, with O read as 0 and I or L as 1."""
    return _normalise(text)


def check_key(text: str) -> KeyFault | None:
    """What is wrong with a typed key, or None when it is well formed (which does not mean that it exists)."""
    key = normalise_key(text)
    if not key:
        return KeyFault.EMPTY
    for symbol in key:
        if symbol not in _VALUE:
            return KeyFault.ACCENTED if ord(symbol) > 127 and symbol.isalpha() else KeyFault.BAD_SYMBOL
    if len(key) == REFERENCE_LENGTH:
        return KeyFault.REFERENCE
    if len(key) != KEY_LENGTH:
        return KeyFault.TOO_SHORT if len(key) < KEY_LENGTH else KeyFault.TOO_LONG
    return None if _check_symbol(key[:-1]) == key[-1] else KeyFault.MISTYPED


def key_hash(pepper: bytes, key: str) -> str:
    """What is stored of a key: HMAC-SHA256 in hex, of its normal form. At 120 random bits no slow hash is
    needed; the pepper lives outside the database."""
    return hmac.new(pepper, b"tracking-key\x00" + normalise_key(key).encode(), hashlib.sha256).hexdigest()


def new_reference(random_bytes: bytes) -> str:
    """A public reference such as ``7K3M-Q9XW`` from at least 5 random bytes; ValueError when fewer."""
    return _grouped(_symbols(random_bytes, REFERENCE_LENGTH), 4)


def is_nonce(text: str) -> bool:
    """Whether the text is a form's nonce: 128 bits as 32 small hex digits."""
    return len(text) == 32 and all(c in "0123456789abcdef" for c in text)


def reference_from_nonce(secret: bytes, nonce: bytes, attempt: int = 0) -> str:
    """The reference of the complaint whose form carried this nonce. References are short, so two may collide
    one day: whoever stores it tries ``attempt`` 1, 2, … then. Raises ValueError outside 0–255."""
    if not 0 <= attempt <= 255:
        raise ValueError("attempt must be 0 to 255")
    return new_reference(hmac.digest(secret, b"reference\x00" + bytes([attempt]) + nonce, hashlib.sha256))


def normalise_reference(text: str) -> str | None:
    """The typed reference in its shown form, or None when it cannot be one."""
    plain = _normalise(text)
    if len(plain) != REFERENCE_LENGTH or any(symbol not in _VALUE for symbol in plain):
        return None
    return _grouped(plain, 4)
