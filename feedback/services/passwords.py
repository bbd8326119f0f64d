"""Hashing staff passwords with argon2id; the same work is done for an address that nobody has."""

import threading
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from feedback.domain.passwords import normal

COST: dict[str, int] = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1}
"""About 25 ms and 19 MiB a guess. ``app.config["ARGON2"]`` may hold another cost (tests do)."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Hashes made at the same time in one process: many guesses at once must not eat the machine."""


def make_hash(password: str) -> str:
    """The argon2id hash to store."""
    with _AT_ONCE:
        return _hasher().hash(normal(password))


def fits(password: str, stored: str | None) -> bool:
    """Whether the password belongs to the stored hash. None (no such account) takes as long and is False."""
    with _AT_ONCE:
        try:
            return _hasher().verify(stored or _nobody(**_cost()), normal(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with another cost than today's and should be made anew at this sign-in."""
    return _hasher().check_needs_rehash(stored)


def _cost() -> dict[str, Any]:
    return dict(current_app.config.get("ARGON2", COST))


def _hasher() -> PasswordHasher:
    return PasswordHasher(**_cost())


@lru_cache(maxsize=8)
def _nobody(**cost: Any) -> str:
    return PasswordHasher(**cost).hash("nobody's password")
