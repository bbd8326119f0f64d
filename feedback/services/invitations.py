"""Links that are good once and for 72 hours: into a new account, or back into one whose password is lost.

Nobody knows such a link but the mailbox it goes to. Its secret part is worked out from the row with the key of
this installation when the mail is written, so that neither the database nor the queue nor a log ever holds it.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from feedback import clock
from feedback.domain.errors import BadInput, OutOfReach
from feedback.domain.notices import Notice
from feedback.domain.permissions import Actor
from feedback.domain.roles import STAFF_ROLES, Role
from feedback.domain.wishes import may_stand_together
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.appointments import Invitation
from feedback.models.people import Person
from feedback.services import accounts, history, outbox, role_requests

GOOD_FOR = timedelta(hours=72)
CHAIN = "sys:people"


def invite(*, email: str, name: str, agency: Agency | None, language: str, roles: Iterable[Role],
           actor: Actor) -> Person:
    """Make an account without a password, ask for its roles and owe the mail with the link. A second administrator
    decides about the roles. Raises BadInput naming email, name, agency or roles, with the fault's code."""
    wanted = sorted(set(roles))
    if not wanted or any(role not in STAFF_ROLES for role in wanted):
        raise BadInput("roles", "missing")
    if not may_stand_together(frozenset(wanted)):
        raise BadInput("roles", "apart")
    if agency is None and {Role.OFFICER, Role.AGENCY_HEAD} & set(wanted):
        raise BadInput("agency", "missing")
    person = accounts.new_account(email=email, name=name, agency_id=agency.id if agency else None,
                                  language=language)
    history.record(chain=CHAIN, type="invited", actor=actor, role=Role.ADMINISTRATOR,
                   payload={"person": person.id, "agency": person.agency_id})
    for role in wanted:
        role_requests.ask_role(person, role, grants=True, actor=actor)
    send_link(person, actor=actor)
    return person


def send_link(person: Person, *, actor: Actor) -> Invitation:
    """Owe a new link to the person's own mailbox; links sent before are worth nothing from now on. The password of
    now stays until the link is used. Raises BadInput("person", "disabled")."""
    if person.disabled_at is not None:
        raise BadInput("person", "disabled")
    now = clock.now()
    db.session.execute(update(Invitation).where(
        Invitation.person_id == person.id, Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(expires_at=now))
    row = Invitation(person_id=person.id, made_by_id=actor.person_id, made_at=now, expires_at=now + GOOD_FOR,
                     token_hash=accounts.token_hash(_token(person.id, now)))
    db.session.add(row)
    db.session.flush()  # the notice and the event name its id
    outbox.owe(notice=Notice.ACCOUNT_INVITE, dedupe=f"account-invite.i{row.id}", person_id=person.id)
    history.record(chain=CHAIN, type="link_sent", actor=actor, role=Role.ADMINISTRATOR,
                   payload={"person": person.id, "invitation": row.id})
    return row


def path_of_link(person_id: int, *, now: datetime) -> str | None:
    """The path of the person's living link, for the mail alone; None when it was used, replaced or is too old."""
    row = _living(Invitation.person_id == person_id, now=now)
    return None if row is None else f"/account/welcome/{_token(person_id, row.made_at)}"


def guest_of(token: str, *, now: datetime) -> Person | None:
    """Whose living link this is; looking changes nothing, because scanners of mail look too."""
    row = _living(Invitation.token_hash == accounts.token_hash(token), now=now)
    return None if row is None else db.session.scalar(
        select(Person).where(Person.id == row.person_id).options(joinedload(Person.roles)))


def use(token: str, password_hash: str, *, now: datetime) -> Person:
    """Give the account the password that was chosen (``accounts.new_password_hash``); the link and every session
    end, the second step stays as it was. Raises OutOfReach when the link is no good any more."""
    person_id = db.session.scalar(
        update(Invitation).where(Invitation.token_hash == accounts.token_hash(token), Invitation.used_at.is_(None),
                                 Invitation.expires_at > now).values(used_at=now).returning(Invitation.person_id))
    person = db.session.get(Person, person_id) if person_id is not None else None
    if person is None or person.disabled_at is not None:
        raise OutOfReach("no living link")
    actor = Actor(roles=frozenset(), person_id=person.id, agency_id=person.agency_id)
    accounts.change_password(person, password_hash, actor=actor)
    history.record(chain=CHAIN, type="link_used", actor=actor, role=None, payload={"person": person.id})
    return person


def _living(*wanted: object, now: datetime) -> Invitation | None:
    return db.session.scalar(
        select(Invitation).join(Person, Person.id == Invitation.person_id)
        .where(*wanted, Invitation.used_at.is_(None), Invitation.expires_at > now,  # type: ignore[arg-type]
               Person.disabled_at.is_(None)).order_by(Invitation.id.desc()).limit(1))


def _token(person_id: int, made_at: datetime) -> str:
    key = current_app.extensions["settings"].secret_key.encode()
    at = made_at.astimezone(UTC).isoformat(timespec="microseconds")
    digest = hmac.new(key, f"invitation:{person_id}:{at}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
