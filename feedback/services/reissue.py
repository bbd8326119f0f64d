"""A new tracking key for who lost theirs (design §13.1), through the e-mail given with the complaint.

The other way, at the counter, is ``reissue_counter``. The old key opens nothing from then on; neither way shows
who the sender is, and each new key stands in the history of the case, where the sender reads it.
"""

import hmac
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select, update

from feedback import clock
from feedback.domain import references
from feedback.domain.notices import Notice
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from feedback.models.reissues import KeyReissue
from feedback.services import history, identity, outbox

CODE_LASTS = timedelta(minutes=30)
MOST_TRIES = 5
MOST_MAILS = 3
"""Codes mailed for one case within a day: asking again and again must not fill somebody's mailbox."""
CONTACT = "contact"
SENDER = Actor(roles=frozenset({Role.COMPLAINANT}))


def ask_by_contact(reference: str, email: str) -> None:
    """Owe a mail with a code when this e-mail was given with the case of this reference. Nobody is told whether it
    was: either way there is one question, and for a case that exists one row, written in the same transaction."""
    settings = current_app.extensions["settings"]
    wanted = references.normalise_reference(reference)
    blind = identity.blind_index("email", email, pepper=settings.pepper)
    found = db.session.execute(
        select(Case.id, SealedIdentity.id.label("email"))
        .outerjoin(SealedIdentity, (SealedIdentity.case_id == Case.id) & (SealedIdentity.field == "email")
                   & (SealedIdentity.blind_index == (blind or "-")))
        .where(Case.reference == (wanted or "-"), Case.key_hash.is_not(None), Case.historical.is_(False))
    ).one_or_none()
    if found is None:
        return
    now = clock.now()
    lately = db.session.scalar(select(func.count()).select_from(KeyReissue).where(
        KeyReissue.case_id == found.id, KeyReissue.way == CONTACT, KeyReissue.granted.is_not(False),
        KeyReissue.asked_at > now - timedelta(days=1))) or 0
    fits = found.email is not None and lately < MOST_MAILS
    row = KeyReissue(case_id=found.id, way=CONTACT, asked_at=now, expires_at=now + CODE_LASTS,
                     granted=None if fits else False, decided_at=None if fits else now)
    db.session.add(row)
    db.session.flush()  # the notice is named by the row's id
    if fits:
        outbox.owe(notice=Notice.KEY_CODE, dedupe=f"key-code.k{row.id}", case_id=found.id)


def code_to_mail(case_id: int) -> str | None:
    """The code of the newest request of this case that still waits, worked out now; None when there is none (it
    was used, or is too old to be of use)."""
    row = _waiting_code(case_id)
    return None if row is None else _code(row)


def use_code(reference: str, code: str, *, nonce: str) -> str | None:
    """Give the case a new key when the code is right; the reference, or None for a wrong, used or old code, an
    unknown reference, or more than five tries (nobody is told which). ``nonce`` makes the key, as at sending: the
    same form sent twice gives the same key."""
    wanted = references.normalise_reference(reference)
    case = db.session.scalar(select(Case).where(Case.reference == (wanted or "-")))
    row = _waiting_code(case.id) if case is not None else None
    if case is None or row is None:
        return wanted if case is not None and has_key_of(case, nonce) else None
    # One statement: of two who guess at once, each is counted.
    tries = db.session.scalar(
        update(KeyReissue).where(KeyReissue.id == row.id, KeyReissue.tries < MOST_TRIES)
        .values(tries=KeyReissue.tries + 1).returning(KeyReissue.tries)
        .execution_options(synchronize_session=False))
    typed = references.normalise_key(code)
    if tries is None or not hmac.compare_digest(references.normalise_key(_code(row)).encode(), typed.encode()):
        return None
    row.granted, row.decided_at, row.tries = True, clock.now(), tries - 1
    give(case, row, nonce=nonce, actor=SENDER, role=Role.COMPLAINANT)
    return case.reference


def key_of(nonce: str) -> str:
    """The key that a form with this nonce gives."""
    return references.key_from_nonce(current_app.extensions["settings"].secret_key.encode(), bytes.fromhex(nonce))


def give(case: Case, row: KeyReissue, *, nonce: str, actor: Actor, role: Role | None) -> None:
    """Give the case the key of this nonce, for a request that was granted; the event names request and way."""
    # Not through the row's version: nobody's open page is made stale by it.
    db.session.execute(update(Case).where(Case.id == case.id).values(key_hash=_hash_of(nonce)))
    row.used_at = clock.now()
    history.record(chain=f"case:{case.id}", type="key_reissued", actor=actor, role=role,
                   payload={"reissue": row.id, "way": row.way})


def has_key_of(case: Case, nonce: str) -> bool:
    """Whether the case's key is the one of this nonce already: the same form, sent again."""
    return case.key_hash is not None and hmac.compare_digest(case.key_hash, _hash_of(nonce))


def _hash_of(nonce: str) -> str:
    return references.key_hash(current_app.extensions["settings"].pepper.encode(), key_of(nonce))


def _waiting_code(case_id: int) -> KeyReissue | None:
    return db.session.scalar(select(KeyReissue).where(
        KeyReissue.case_id == case_id, KeyReissue.way == CONTACT, KeyReissue.granted.is_(None),
        KeyReissue.used_at.is_(None), KeyReissue.expires_at > clock.now(), KeyReissue.tries < MOST_TRIES)
        .order_by(KeyReissue.id.desc()).limit(1))


def _code(row: KeyReissue) -> str:
    """Eight symbols, 40 bits, from the row and the pepper: nowhere stored, and of no use once the row is."""
    pepper: str = current_app.extensions["settings"].pepper
    said = f"key-code:{row.id}:{row.case_id}:{row.asked_at.isoformat()}"
    return references.new_reference(hmac.digest(pepper.encode(), said.encode(), "sha256"))
