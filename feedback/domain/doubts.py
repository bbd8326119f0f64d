"""What makes a form look as if a machine had sent it (trust.md §4.6). Nothing is refused for it: a complaint with
doubts is taken in with its receipt and key like any other, and intake is told."""

import hashlib
from datetime import timedelta
from enum import StrEnum


class Doubt(StrEnum):
    """Codes in ``Case.doubts``."""

    HONEYPOT = "honeypot"
    """A box was filled in that people do not see."""
    TOO_FAST = "too_fast"
    """Sent within 3 seconds of the first page."""
    STALE_FORM = "stale_form"
    """The form does not say when it was opened, or that was more than a day ago."""
    NO_PROOF = "no_proof"
    """The browser did not do the small work before sending: no script, a very old device, or a machine."""


FASTEST = timedelta(seconds=3)
"""Nobody reads and fills in a complaint in less."""
LONGEST = timedelta(hours=24)
PROOF_GOOD_FOR = timedelta(minutes=10)
"""How long the browser's work counts; the page asks for a new task before."""


def proves(task: str, number: str, bits: int) -> bool:
    """Whether SHA-256 of ``<task>:<number>`` begins with so many zero bits. The number is what the browser had to
    look for: 2^bits tries on average."""
    if not (number.isascii() and number.isdigit() and len(number) <= 12):
        return False
    digest = hashlib.sha256(f"{task}:{number}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - bits) == 0
