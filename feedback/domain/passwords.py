"""What a staff password must be. Length is what protects; no rules about signs (NIST and ASVS 5.0, 6.2)."""

import unicodedata

SHORTEST = 15
LONGEST = 256
"""Longer ones would only make hashing expensive."""
FEWEST_SIGNS = 6


def normal(password: str) -> str:
    """The password as it is hashed: NFC, because Vietnamese keyboards write the same letter in two ways."""
    return unicodedata.normalize("NFC", password)


def fault(password: str, *, email: str) -> str | None:
    """Why this cannot be a password (``too_short``, ``too_long``, ``too_plain``, ``has_email``), or None.

    Too plain: fewer than six different signs, or one short piece over and over.
    """
    password = normal(password)
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    folded = password.casefold()
    if len(set(folded)) < FEWEST_SIGNS or _repeats(folded):
        return "too_plain"
    name = email.casefold().partition("@")[0]
    if len(name) >= 4 and len(folded.replace(name, "")) < SHORTEST - 3 and name in folded:
        return "has_email"
    return None


def _repeats(text: str) -> bool:
    return any(text == (text[:size] * len(text))[:len(text)] for size in range(1, len(text) // 2 + 1))
