"""``POST requests``: another system hands in a complaint with its key. It goes through intake like every other.

The answer holds the reference and no tracking key: the key is for the sender alone, and the calling system is not
the sender. Who left an e-mail or a telephone number gets a key of their own at /track/lost.
"""

import hashlib
import hmac
import json
import re
from typing import Any

from flask import Response, current_app, request
from sqlalchemy.exc import IntegrityError

from feedback.domain.answers import points
from feedback.domain.complaints import MAX_NARRATIVE, MAX_POINT, Complaint, language_of
from feedback.domain.errors import BadInput
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.extensions import db, writing
from feedback.services import api_keys, cases
from feedback.web.csrf import without_csrf
from feedback.web.guards import public
from feedback.web.limits import key_allowed
from feedback.web.machine_answers import list_of_errors, refusal
from feedback.web.open311 import bp
from feedback.web.open311.shape import answer

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s]{2,}")
_PHONE = re.compile(r"\+?[0-9 .()-]{8,20}")
NOTICE = ("Đã nhận. Người gửi lấy mã tra cứu tại {base}/track/lost. / Received. The sender gets a tracking key at "
          "{base}/en/track/lost. Places and pictures were not kept.")


@bp.post("/requests.json")
@bp.post("/requests.xml")
@public
@without_csrf
def submit() -> Response:
    """Take a complaint in: ``api_key``, ``service_code`` and ``description`` are needed; ``email`` or ``phone``
    with ``first_name`` and ``last_name`` say who sends it, in confidence. The same words with the same
    header ``Idempotency-Key`` give the same answer and make nothing new. 201; 400, 403 and 429 with the
    reasons."""
    key = api_keys.living(request.form.get("api_key", ""))
    if key is None:
        return list_of_errors([(403, "api_key: missing, unknown or revoked")], status=403)
    key_id = key.id
    if not key_allowed(key_id):
        return refusal(429)
    complaint, faults = _complaint()
    if faults or complaint is None:
        return list_of_errors([(400, fault) for fault in faults], status=400)
    nonce, settings = _nonce(key_id), current_app.extensions["settings"]

    def take_in() -> cases.Receipt:
        with writing():
            row = api_keys.living(request.form["api_key"])
            if row is not None:
                api_keys.used(row)
            return cases.submit(complaint, nonce=nonce, secret=settings.secret_key, pepper=settings.pepper)

    try:
        try:
            receipt = take_in()
        except IntegrityError:  # the same request, sent twice at once: the other one has made the case by now
            receipt = take_in()
    except BadInput as fault:
        db.session.rollback()
        return list_of_errors([(400, f"{fault.field}: {fault.code}")], status=400)
    return answer("service_requests", [{
        "service_request_id": receipt.reference, "service_notice": NOTICE.format(base=settings.base_url),
        "account_id": None}], status=201)


def _complaint() -> tuple[Complaint | None, list[str]]:
    given = {name: value.strip() for name, value in request.form.items()}
    code, story, faults = given.get("service_code", ""), given.get("description", ""), []
    if code not in frozenset(Category):
        faults.append("service_code: missing or unknown; see services")
    if not story or len(story) > MAX_NARRATIVE:
        faults.append(f"description: from 1 to {MAX_NARRATIVE} characters are needed")
    identity = _identity(given, faults)
    if faults:
        return None, faults
    asked = tuple(point for point in points.propose(story) if len(point) <= MAX_POINT) or (story[:MAX_POINT],)
    return Complaint(
        narrative=story, points=asked, identity=identity, language=language_of(story, "vi"),
        category=Category(code), identity_mode=IdentityMode.CONFIDENTIAL if identity else IdentityMode.ANONYMOUS,
        kind=CaseKind.INITIATIVE if code == Category.INITIATIVE else CaseKind.BEHAVIOUR), []


def _identity(given: dict[str, Any], faults: list[str]) -> dict[str, str]:
    """Who sends it, as far as they said; a name is of use only with a way to reach them."""
    found = {"name": " ".join(filter(None, (given.get("last_name"), given.get("first_name"))))[:200]}
    for name, pattern in (("email", _EMAIL), ("phone", _PHONE)):
        if value := given.get(name, ""):
            if not pattern.fullmatch(value):
                faults.append(f"{name}: this cannot be one")
            found[name] = value
    if found["name"] and len(found) == 1:
        faults.append("email: needed with a name, or phone")
    return {name: value for name, value in found.items() if value}


def _nonce(key_id: int) -> str:
    again = request.headers.get("Idempotency-Key", "")
    if not again:
        return cases.new_nonce()
    # With what is said in it: a header used again by mistake must not swallow another complaint.
    said = json.dumps(sorted((name, value) for name, value in request.form.items() if name != "api_key"))
    # With a secret in it: whoever can compute a form's nonce would be shown the tracking key of its case.
    pepper = current_app.extensions["settings"].pepper
    return hmac.new(pepper.encode(), f"open311:{key_id}:{again}:{said}".encode(), hashlib.sha256).hexdigest()[:32]
