"""Abuse control without third parties and without a wall: a box for machines, the time a form took, a little work.

All three are signed or checked against the form's nonce, and one nonce makes one case: a task solved once and sent
a thousand times makes nothing new, so no table of used tasks is needed.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue

from feedback import clock
from feedback.domain.doubts import FASTEST, LONGEST, PROOF_GOOD_FOR, Doubt, proves
from feedback.domain.province import Switch
from feedback.queries.province import switch
from feedback.web.guards import public
from feedback.web.public import bp

BOX, OPENED, TASK, PROOF = "website", "opened", "task", "proof"
"""Fields of the form: the box nobody sees, the signed time of the first page, the task and the number found."""


def trap_fields(nonce: str, sent: Mapping[str, str], *, task: bool = False) -> dict[str, str]:
    """What a page of the complaint carries, for ``components/trap.html``. ``sent``: the form that led here, whose
    time of opening goes on when it is ours. ``task``: also a task, for the page from which it is sent."""
    opened = sent.get(OPENED, "")
    at = _opened_at(opened, nonce)
    # A draft taken up again days later was opened just now.
    fresh = at is not None and clock.now() - at < LONGEST / 2
    return {"box": sent.get(BOX, ""), OPENED: opened if fresh else _stamp("opened", nonce),
            TASK: _new_task(nonce) if task else ""}


def doubts_of(form: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of what looks automatic in a form that was sent, for ``Case.doubts``; usually none."""
    nonce, now = form.get("nonce", ""), clock.now()
    found = []
    if form.get(BOX, ""):
        found.append(Doubt.HONEYPOT)
    opened = _opened_at(form.get(OPENED, ""), nonce)
    if opened is None or now - opened > LONGEST:
        found.append(Doubt.STALE_FORM)
    elif now - opened < FASTEST:
        found.append(Doubt.TOO_FAST)
    if not _has_proof(form.get(TASK, ""), form.get(PROOF, ""), nonce):
        found.append(Doubt.NO_PROOF)
    return tuple(doubt.value for doubt in found)


@bp.post("/complain/task")
@public
def new_task() -> ResponseReturnValue:
    """Another task for a page that has been open for long. Answers JSON ``{"task": …}``; stores nothing."""
    return jsonify({TASK: _new_task(request.form.get("nonce", ""))})


def _new_task(nonce: str) -> str:
    return _stamp(f"task{switch(Switch.PROOF_BITS):02d}", nonce)


def _has_proof(task: str, number: str, nonce: str) -> bool:
    kind = task.partition(".")[0]
    bits = kind.removeprefix("task")
    if not (kind.startswith("task") and bits.isascii() and bits.isdigit() and len(bits) == 2):
        return False
    made = _read(task, kind, nonce)
    return (made is not None and clock.now() - made <= PROOF_GOOD_FOR and 0 < int(bits) <= 32
            and proves(task, number, int(bits)))


def _opened_at(stamp: str, nonce: str) -> datetime | None:
    return _read(stamp, "opened", nonce)


def _stamp(kind: str, nonce: str) -> str:
    """``<kind>.<unix seconds>.<signature>``: when this was made, for this nonce."""
    said = f"{kind}.{int(clock.now().timestamp())}"
    return f"{said}.{_signature(said, nonce)}"


def _read(stamp: str, kind: str, nonce: str) -> datetime | None:
    """When the stamp was made, or None when it is not ours, of another kind, or for another form."""
    said, _, signature = stamp.rpartition(".")
    if not said.startswith(f"{kind}.") or not hmac.compare_digest(
            signature.encode(), _signature(said, nonce).encode()):
        return None
    return datetime.fromtimestamp(int(said.partition(".")[2]), UTC)


def _signature(said: str, nonce: str) -> str:
    key: str = current_app.extensions["settings"].secret_key
    return hmac.new(key.encode(), f"doubts:{said}:{nonce}".encode(), hashlib.sha256).hexdigest()[:24]
