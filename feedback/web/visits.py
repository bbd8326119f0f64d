"""That this browser has proved to hold a case's tracking key: for half an hour, until it leaves, or until the case
gets another key.

The proof stands in the signed visitor's cookie. So that a copied cookie ends with the visit, leaving is remembered
(in Redis, while that answers; else in this process), and the cookie names the key that was shown.
"""

import hashlib
import secrets
from datetime import UTC, datetime

from flask import g, request, session

from feedback import clock
from feedback.queries import tracking
from feedback.web.limits import count_end_of_visit, visit_has_ended

SECONDS = 30 * 60
"""How long a proven tracking key opens its case in this browser."""


def begin(case_id: int, key_hash: str) -> None:
    """This browser has proved to hold the key with this hash, which is the case's."""
    session["tracked"] = {"case": case_id, "until": int(clock.now().timestamp()) + SECONDS,
                          "key": _mark(key_hash), "visit": secrets.token_hex(8)}
    g.pop("visited", None)


def end() -> None:
    """Leave the case; no copy of the cookie opens it any more."""
    proof = session.pop("tracked", None)
    g.pop("visited", None)
    if isinstance(proof, dict) and isinstance(proof.get("visit"), str):
        count_end_of_visit(proof["visit"])


def case_id() -> int | None:
    """The case whose key this browser proved to hold, or None. Found out once a request, by one statement."""
    if "visited" not in g:
        g.visited = _found()
    found: int | None = g.visited
    return found


def _found() -> int | None:
    if not request.cookies:
        return None
    proof = session.get("tracked")
    if not isinstance(proof, dict) or not isinstance(proof.get("case"), int):
        return None
    if clock.now() >= datetime.fromtimestamp(int(proof.get("until", 0)), UTC):
        return None
    key_hash = tracking.key_hash_of(proof["case"])
    if key_hash is None or proof.get("key") != _mark(key_hash) or visit_has_ended(str(proof.get("visit"))):
        return None
    return int(proof["case"])


def _mark(key_hash: str) -> str:
    """What the cookie says of the key: enough to notice another one, of no use to find it."""
    return hashlib.sha256(f"visit:{key_hash}".encode()).hexdigest()[:16]
