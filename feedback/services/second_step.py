"""The second step of signing in: a code from an authenticator app (RFC 6238), or one of ten recovery codes.

A secret that is being set up is worked out from the session and stored nowhere until a first code has proved
that the app holds it. Then it lies encrypted in the person's row. No code works twice (ASVS 5.0, 6.5.1).
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

import pyotp
from flask import current_app
from sqlalchemy import delete, or_, select, update

from feedback.adapters import locked_secrets
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Actor
from feedback.domain.references import ALPHABET
from feedback.extensions import db
from feedback.models.people import Person, RecoveryCode, StaffSession
from feedback.services import accounts, history

STEP = 30
"""Seconds for which one code stands."""
WINDOW = 1
"""Steps before and after now whose codes are taken too: clocks of telephones differ a little."""
CODES = 10
FRESH = timedelta(minutes=5)
"""How long after a code weighty deeds may be done without another one (trust.md 4.7)."""
CODES_SHOWN = timedelta(minutes=10)
"""How long new recovery codes can be looked at again, in the browser where they were made only."""
ISSUER = "Hoi Am"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": " "})


def is_set_up(person: Person) -> bool:
    """Whether the person has a second step."""
    return person.totp_since is not None


def is_waived(person: Person) -> bool:
    """A sample account of a trial may have a second step but need not."""
    return person.sample and not is_set_up(person) and current_app.extensions["settings"].trial


def is_through(session: StaffSession) -> bool:
    """Whether this session may open more than the pages of the second step."""
    return session.proved_at is not None or is_waived(session.person)


def is_fresh(session: StaffSession, *, now: datetime) -> bool:
    """Whether the second step was passed in the last five minutes, or is waived."""
    if is_waived(session.person):
        return True
    return session.proved_at is not None and now - session.proved_at <= FRESH


def proposed_secret(session: StaffSession) -> str:
    """The secret this session would set up: the same each time the page is looked at, kept nowhere."""
    return base64.b32encode(_keyed("to be set up", session.token_hash)[:20]).decode()


def address_of(secret: str, *, email: str) -> str:
    """The ``otpauth:`` address that an authenticator app reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def fitting_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The 30-second step whose code this is, at most one before or after now; None when it is none of them."""
    plain, here = "".join(code.split()), int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    fitting = [step for step in range(here - WINDOW, here + WINDOW + 1)
               if hmac.compare_digest(totp.generate_otp(step).encode(), plain.encode("utf-8", "replace"))]
    return fitting[-1] if fitting else None


def keep(person: Person, secret: str, *, step: int, now: datetime) -> None:
    """Store the secret of a second step whose first code, of this step, was right."""
    person.totp_sealed = locked_secrets.lock(secret, about=_about(person.id))
    person.totp_step, person.totp_since = step, now


def set_up(person: Person, secret: str, code: str, *, actor: Actor, now: datetime) -> None:
    """Give the person this second step, in place of one there was. Every session ends (open a new one); recovery
    codes of before are worth nothing any more. Raises BadInput("code", "wrong")."""
    step = fitting_step(secret, code, now=now)
    if step is None:
        raise BadInput("code", "wrong")
    keep(person, secret, step=step, now=now)
    _forget_codes(person.id)
    accounts.revoke_all(person, actor=actor, why="second_step")
    history.record(chain=accounts.CHAIN, type="second_step_set_up", actor=actor, role=None,
                   payload={"person": person.id})


def take_away(person: Person, *, actor: Actor) -> None:
    """Remove the second step and its recovery codes: the next sign-in leads to setting up another one. Every
    session ends. Whether two administrators agreed is the caller's to know."""
    person.totp_sealed = person.totp_step = person.totp_since = None
    _forget_codes(person.id)
    accounts.revoke_all(person, actor=actor, why="second_step")
    history.record(chain=accounts.CHAIN, type="second_step_removed", actor=actor, role=None,
                   payload={"person": person.id})


def prove(session_id: int, code: str, *, now: datetime) -> str | None:
    """Pass the second step in this session with a code of the app or a recovery code. The session gets another
    cookie value, which is returned; None when the code is wrong or was used before (recorded as a failure)."""
    session = db.session.get_one(StaffSession, session_id)
    person = db.session.get_one(Person, session.person_id)
    actor = Actor(roles=frozenset(), person_id=person.id, agency_id=person.agency_id)
    if not is_set_up(person) or session.revoked_at is not None:
        return None
    if _take_code(person, code, now=now):
        how = "code"
    elif _take_recovery_code(person.id, code, now=now):
        how = "recovery"
    else:
        history.record(chain=accounts.CHAIN, type="second_step_failed", actor=actor, role=None,
                       payload={"person": person.id})
        return None
    session.proved_at = now
    token = accounts.renew(session_id)
    history.record(chain=accounts.CHAIN, type="second_step_passed", actor=actor, role=None,
                   payload={"person": person.id, "how": how})
    return token


def make_recovery_codes(person_id: int, token_hash: str, *, actor: Actor) -> None:
    """Ten new recovery codes in place of all there were; ``recovery_codes`` tells them to the session with this
    ``token_hash`` alone."""
    _forget_codes(person_id)
    for code in _codes_of(token_hash):
        db.session.add(RecoveryCode(person_id=person_id, code_hash=_code_hash(person_id, code)))
    history.record(chain=accounts.CHAIN, type="recovery_codes_made", actor=actor, role=None,
                   payload={"person": person_id, "count": CODES})


def recovery_codes(session: StaffSession, *, now: datetime) -> list[str]:
    """The codes that were made in this session within the last ten minutes; empty afterwards, and for all other
    sessions: the codes themselves are kept nowhere."""
    if session.proved_at is None or now - session.proved_at > CODES_SHOWN:
        return []
    codes = _codes_of(session.token_hash)
    kept = set(db.session.scalars(select(RecoveryCode.code_hash).where(
        RecoveryCode.person_id == session.person_id)))
    return codes if {_code_hash(session.person_id, code) for code in codes} <= kept else []


def codes_left(person_id: int) -> int:
    """How many recovery codes the person has not used yet."""
    return len(db.session.scalars(select(RecoveryCode.id).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)).limit(CODES)).all())


def _take_code(person: Person, code: str, *, now: datetime) -> bool:
    assert person.totp_sealed is not None
    secret = locked_secrets.unlock(person.totp_sealed, about=_about(person.id))
    step = None if secret is None else fitting_step(secret, code, now=now)
    if step is None:
        return False
    # A step far ahead was written by a clock that was wrong; it must not lock its owner out.
    ahead = int(now.timestamp()) // STEP + WINDOW
    taken = db.session.scalars(
        update(Person).where(Person.id == person.id, or_(
            Person.totp_step.is_(None), Person.totp_step < step, Person.totp_step > ahead))
        .values(totp_step=step).returning(Person.id)).all()
    return bool(taken)


def _take_recovery_code(person_id: int, code: str, *, now: datetime) -> bool:
    return bool(db.session.scalars(
        update(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None),
                                   RecoveryCode.code_hash == _code_hash(person_id, code))
        .values(used_at=now).returning(RecoveryCode.id)).all())


def _forget_codes(person_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


def _codes_of(token_hash: str) -> list[str]:
    """Ten codes of ten signs (50 bits each) that belong to this session's present cookie."""
    return [_written(_keyed(f"recovery {n}", token_hash)) for n in range(CODES)]


def _written(digest: bytes) -> str:
    signs = [ALPHABET[byte % 32] for byte in digest[:10]]
    return f"{''.join(signs[:5])}-{''.join(signs[5:])}"


def _code_hash(person_id: int, code: str) -> str:
    plain = "".join(code.upper().translate(_READ_AS).split())
    pepper = current_app.extensions["settings"].pepper.encode()
    return hmac.new(pepper, f"recovery:{person_id}:{plain}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _keyed(purpose: str, value: str) -> bytes:
    key = current_app.extensions["settings"].secret_key.encode()
    return hmac.new(key, f"second step, {purpose}:{value}".encode(), hashlib.sha256).digest()


def _about(person_id: int) -> str:
    return f"person:{person_id}"
