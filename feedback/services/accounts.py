"""Staff accounts and their sessions: signing in and out, ending sessions, making and closing accounts.

A session is a row; the browser holds a random value of which only the SHA-256 is stored. Sessions end after
30 minutes without use and after 12 hours in any case, on signing out, and all together when ``auth_epoch``
goes up (password, role, disabling).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from feedback import clock
from feedback.domain import passwords as password_rules
from feedback.domain.errors import BadInput
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import STAFF_ROLES, Role
from feedback.extensions import db
from feedback.models.people import Person, RoleGrant, StaffSession
from feedback.queries.people import administrators, is_founder_alone
from feedback.services import history, passwords

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
CHAIN = "sys:auth"
NOBODY = Actor(roles=frozenset())


@dataclass(frozen=True)
class Checked:
    """Somebody whose password was right a moment ago. ``new_hash`` when the stored one is of an older cost."""

    person_id: int
    auth_epoch: int
    new_hash: str | None = None


def check(email: str, password: str) -> Checked | None:
    """Whose password this is, or None. Reads only, so that no write lock is held while hashing.

    An address that nobody has, a disabled account and a sample account outside a trial do the same work and
    give the same None as a wrong password.
    """
    row = db.session.execute(
        select(Person.id, Person.auth_epoch, Person.password_hash, Person.disabled_at, Person.sample)
        .where(Person.email == plain_email(email))).one_or_none()
    usable = row is not None and row.disabled_at is None and (
        not row.sample or current_app.extensions["settings"].trial)
    stored = row.password_hash or None if row is not None and usable else None  # invited: no password yet
    if not passwords.fits(password, stored) or row is None:
        return None
    new_hash = passwords.make_hash(password) if passwords.is_outdated(row.password_hash) else None
    return Checked(row.id, row.auth_epoch, new_hash)


def open_session(checked: Checked, *, now: datetime, device: str = "",
                 proved_at: datetime | None = None) -> str | None:
    """Open a session and return the value for the cookie (256 random bits, shown nowhere else); None when the
    account was closed or changed since the password was checked. ``device``: a few words about the browser.
    Without ``proved_at`` only the second step opens (``services/second_step``)."""
    person = db.session.get(Person, checked.person_id)
    if person is None or person.disabled_at is not None or person.auth_epoch != checked.auth_epoch:
        return None
    if checked.new_hash is not None:
        person.password_hash = checked.new_hash
    token = secrets.token_urlsafe(32)
    db.session.add(StaffSession(
        token_hash=token_hash(token), person_id=person.id, auth_epoch=person.auth_epoch, created_at=now,
        seen_at=now, expires_at=now + LONGEST, device=device, proved_at=proved_at))
    history.record(chain=CHAIN, type="signed_in", actor=_self(person), role=None, payload={"person": person.id})
    return token


def sign_in(email: str, password: str, *, now: datetime) -> str | None:
    """Check the password and open a session in one go: the cookie's value, or None (recorded as a failure)."""
    checked = check(email, password)
    token = open_session(checked, now=now) if checked else None
    if token is None:
        record_failure(email)
    return token


def record_failure(email: str) -> None:
    """Write down that a sign-in failed. An account is named by its id, an unknown address by a keyed hash."""
    address = plain_email(email)
    person_id = db.session.scalar(select(Person.id).where(Person.email == address))
    history.record(chain=CHAIN, type="sign_in_failed", actor=NOBODY, role=None,
                   payload={"person": person_id, "unknown": None if person_id else account_code(address)})


def account_code(email: str) -> str:
    """16 letters that stand for an address in counters and in the history; nothing without the pepper."""
    pepper = current_app.extensions["settings"].pepper
    address = plain_email(email).encode("utf-8", "replace")
    digest = hmac.new(pepper.encode(), b"account:" + address, hashlib.sha256).hexdigest()[:16]
    # Letters only: the history refuses what could be a telephone number.
    return digest.translate(str.maketrans("0123456789abcdef", "abcdefghijklmnop"))


def find_session(token: str, *, now: datetime) -> StaffSession | None:
    """The living session of this cookie, with its person, their roles and agency (one statement); or None."""
    living = (StaffSession.token_hash == token_hash(token), StaffSession.revoked_at.is_(None),
              StaffSession.expires_at > now, StaffSession.seen_at > now - IDLE,
              Person.disabled_at.is_(None), Person.auth_epoch == StaffSession.auth_epoch)
    # Sample accounts have known passwords: a copied trial database must not let anybody in.
    if not current_app.extensions["settings"].trial:
        living = (*living, Person.sample.is_(False))
    return db.session.scalars(
        select(StaffSession).join(StaffSession.person).where(*living).options(
            joinedload(StaffSession.person).joinedload(Person.roles),
            joinedload(StaffSession.person).joinedload(Person.agency))).unique().one_or_none()


def renew(session_id: int) -> str:
    """Give a session another value for its cookie, which is returned; the one before opens nothing any more."""
    token = secrets.token_urlsafe(32)
    db.session.get_one(StaffSession, session_id).token_hash = token_hash(token)
    return token


def touch(session_id: int, *, now: datetime) -> None:
    """Note that the session is in use, so that its 30 idle minutes start again."""
    db.session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def own_sessions(person_id: int, *, now: datetime) -> list[StaffSession]:
    """The person's living sessions, the newest first."""
    return list(db.session.scalars(
        select(StaffSession).join(StaffSession.person).where(
            StaffSession.person_id == person_id, StaffSession.revoked_at.is_(None),
            StaffSession.expires_at > now, StaffSession.seen_at > now - IDLE,
            Person.auth_epoch == StaffSession.auth_epoch)
        .order_by(StaffSession.id.desc())))


def end_session(session_id: int, *, actor: Actor, now: datetime) -> bool:
    """End one session of the actor's own; False when it is not theirs or has ended already."""
    ended = db.session.scalars(update(StaffSession).where(
        StaffSession.id == session_id, StaffSession.person_id == actor.person_id,
        StaffSession.revoked_at.is_(None)).values(revoked_at=now).returning(StaffSession.id)).all()
    if ended:
        history.record(chain=CHAIN, type="signed_out", actor=actor, role=None, payload={"session": session_id})
    return bool(ended)


def sign_out(token: str, *, now: datetime) -> None:
    """End the session of this cookie; nothing happens when there is none."""
    session = db.session.execute(select(StaffSession.id, StaffSession.person_id).where(
        StaffSession.token_hash == token_hash(token))).one_or_none()
    if session is not None:
        end_session(session.id, actor=Actor(roles=frozenset(), person_id=session.person_id), now=now)


def revoke_all(person: Person, *, actor: Actor, why: str = "asked") -> None:
    """End every session of the person at once. ``why`` is a code: asked, password, role, second_step, disabled."""
    person.auth_epoch += 1
    db.session.execute(update(StaffSession).where(
        StaffSession.person_id == person.id, StaffSession.revoked_at.is_(None)).values(revoked_at=clock.now()))
    history.record(chain=CHAIN, type="sessions_ended", actor=actor, role=None,
                   payload={"person": person.id, "why": why})


def disable(person: Person, *, actor: Actor) -> None:
    """Close an account; all its sessions end."""
    person.disabled_at = clock.now()
    revoke_all(person, actor=actor, why="disabled")


def new_password_hash(new: str, *, email: str) -> str:
    """The hash of a password somebody chose. Raises BadInput("new", code) for a weak one. Takes its time: call it
    before the write begins."""
    if code := password_rules.fault(new, email=email):
        raise BadInput("new", code)
    return passwords.make_hash(new)


def change_password(person: Person, new_hash: str, *, actor: Actor) -> None:
    """Give the account another password (see ``new_password_hash``); all its sessions end."""
    person.password_hash = new_hash
    revoke_all(person, actor=actor, why="password")


def new_account(*, email: str, name: str, agency_id: int | None = None, language: str = "vi", sample: bool = False,
                password_hash: str = "") -> Person:
    """Make an account without roles, and without a password unless its hash is given: nobody signs in then. Raises
    BadInput naming email or name, with the fault's code."""
    address = plain_email(email)
    _free(address, name)
    person = Person(email=address, display_name=name.strip(), password_hash=password_hash, agency_id=agency_id,
                    language=language, created_at=clock.now(), sample=sample)
    db.session.add(person)
    db.session.flush()  # grants, invitations and events name the person's id
    return person


def rename(person: Person, *, name: str, language: str, actor: Actor, post: str = "") -> None:
    """Mend the name colleagues see, the language of mails and the post held. Raises
    BadInput("name", "missing")."""
    if not name.strip():
        raise BadInput("name", "missing")
    person.display_name, person.language = name.strip(), "en" if language == "en" else "vi"
    person.post = " ".join(post.split())
    history.record(chain="sys:people", type="renamed", actor=actor, role=Role.ADMINISTRATOR,
                   payload={"person": person.id, "language": person.language})


def create_person(*, email: str, name: str, password: str, roles: Iterable[Role], actor: Actor,
                  agency_id: int | None = None, language: str = "vi", sample: bool = False) -> Person:
    """Make an account with a password and roles at once: the first administrator, and sample accounts. Everybody
    else is invited. Raises BadInput naming email, name, password or roles, with the fault's code."""
    wanted = sorted(set(roles))
    if not wanted or any(role not in STAFF_ROLES for role in wanted):
        raise BadInput("roles", "missing")
    if code := password_rules.fault(password, email=plain_email(email)):
        raise BadInput("password", code)
    person = new_account(email=email, name=name, agency_id=agency_id, language=language, sample=sample,
                         password_hash=passwords.make_hash(password))
    for role in wanted:
        db.session.add(RoleGrant(person_id=person.id, role=role.value, granted_by_id=actor.person_id,
                                 granted_at=person.created_at))
        history.record(chain="sys:roles", type="role_granted", actor=actor, role=None,
                       payload={"person": person.id, "role": role.value})
    return person


def check_first_administrator(*, email: str, name: str) -> None:
    """Whether ``create_first_administrator`` would go through but for the password; raises as it does."""
    left = administrators()
    if len(left) > 1 or any(is_founder_alone(person_id) for person_id in left):
        raise BadInput("email", "not_empty")
    _free(plain_email(email), name)


def create_first_administrator(*, email: str, name: str, password: str) -> Person:
    """The administrator of a system that has none, or a second one where a single one is left of several. Raises
    BadInput("email", "not_empty") otherwise: accounts are made by administrators, never from the command line."""
    check_first_administrator(email=email, name=name)
    return create_person(email=email, name=name, password=password, roles=[Role.ADMINISTRATOR], actor=SYSTEM)


def plain_email(email: str) -> str:
    """An address as accounts are found by it: without spaces around, lower-case."""
    return email.strip().lower()


def token_hash(token: str) -> str:
    """What is stored of a cookie's value: its SHA-256 in hex (the value has 256 random bits)."""
    return hashlib.sha256(token.encode()).hexdigest()


def _free(address: str, name: str) -> None:
    if not _looks_like_email(address):
        raise BadInput("email", "malformed")
    if db.session.scalar(select(func.count()).select_from(Person).where(Person.email == address)):
        raise BadInput("email", "taken")
    if not name.strip():
        raise BadInput("name", "missing")


def _self(person: Person) -> Actor:
    return Actor(roles=frozenset(), person_id=person.id, agency_id=person.agency_id)


def _looks_like_email(address: str) -> bool:
    name, at, host = address.partition("@")
    return bool(name and at and "." in host and not host.startswith(".") and len(address) <= 254
                and not any(sign.isspace() or ord(sign) < 33 for sign in address) and "@" not in host)
