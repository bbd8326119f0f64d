"""A head names somebody who acts for them while they are away, from one day to another, both included.

A deputy has the head's reach and the head's word, and nothing of the head's person: they still cannot approve what
they drafted, cannot name deputies themselves, and step aside where the head has a conflict of interest.
"""

from datetime import date, timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import BadInput, NotPermitted, OutOfReach
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.appointments import Deputy
from feedback.models.people import Person, RoleGrant
from feedback.queries.agencies import tree_below
from feedback.queries.deputies import candidates
from feedback.services import history

CHAIN = "sys:people"
LONGEST_DAYS = 90
"""Days one appointment may last at most: whoever is away for longer is replaced, not represented."""


def name_deputy(head: Person, *, person_id: int, from_on: date, to_on: date, actor: Actor) -> Deputy:
    """Appoint a deputy. ``actor`` is the head in person. Raises NotPermitted for anybody else and BadInput:
    'person' not_possible, 'from_on' past or taken (another deputy's time), 'to_on' before_start or too_long."""
    if actor.person_id != head.id or head.agency_id is None or not _is_head(head.id):
        raise NotPermitted("only the head in person")
    if from_on < clock.today():
        raise BadInput("from_on", "past")
    if to_on < from_on:
        raise BadInput("to_on", "before_start")
    if to_on - from_on > timedelta(days=LONGEST_DAYS):
        raise BadInput("to_on", "too_long")
    possible = candidates(head, sorted(tree_below(head.agency_id)))
    if person_id not in {person.id for person in possible}:
        raise BadInput("person", "not_possible")
    if db.session.scalar(select(Deputy.id).where(
            Deputy.head_id == head.id, Deputy.ended_at.is_(None), Deputy.from_on <= to_on,
            Deputy.to_on >= from_on).limit(1)) is not None:
        raise BadInput("from_on", "taken")
    row = Deputy(head_id=head.id, person_id=person_id, from_on=from_on, to_on=to_on, made_at=clock.now())
    db.session.add(row)
    db.session.flush()  # the event names its id
    history.record(chain=CHAIN, type="deputy_named", actor=actor, role=Role.AGENCY_HEAD, agency_id=head.agency_id,
                   payload={"deputy": row.id, "person": person_id, "head": head.id,
                            "from": from_on.isoformat(), "to": to_on.isoformat()})
    return row


def _is_head(person_id: int) -> bool:
    """Whether this person holds the post, and does not only act for somebody who does."""
    return db.session.scalar(select(RoleGrant.id).where(
        RoleGrant.person_id == person_id, RoleGrant.role == Role.AGENCY_HEAD.value,
        RoleGrant.revoked_at.is_(None)).limit(1)) is not None


def end(deputy_id: int, *, actor: Actor) -> None:
    """End an appointment now. Raises OutOfReach when it is not one of the actor's own, or has ended."""
    row = db.session.get(Deputy, deputy_id)
    if row is None or row.head_id != actor.person_id or row.ended_at is not None:
        raise OutOfReach("no such deputy")
    row.ended_at = clock.now()
    history.record(chain=CHAIN, type="deputy_ended", actor=actor, role=Role.AGENCY_HEAD,
                   agency_id=actor.agency_id, payload={"deputy": row.id, "person": row.person_id})
