"""Questions about leave to open who sent a case: what waits, what was decided. No identity is read here."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from feedback import clock
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.models.events import Event
from feedback.models.identity import IdentityGrant, SealedIdentity
from feedback.models.people import Person
from feedback.queries.visibility import original_to

MOST = 25
"""Rows of a page; the oldest come first, so that none is forgotten."""


@dataclass(frozen=True)
class Asked:
    """One request. ``state``: waiting, declined, open (in force for who asked) or over."""

    id: int
    case: Case
    asked_by_id: int
    asked_by: str
    asked_at: datetime
    why: str
    state: str
    decided_by: str
    until: datetime | None


def _state(grant: IdentityGrant, now: datetime) -> str:
    if grant.granted_at is None:
        return "waiting" if grant.expires_at is None else "declined"
    return "open" if grant.expires_at is not None and grant.expires_at > now else "over"


def asked_of(case: Case) -> list[Asked]:
    """All requests about a case, newest first; at most 25."""
    return _rows(select(IdentityGrant).where(IdentityGrant.case_id == case.id)
                 .order_by(IdentityGrant.id.desc()).limit(MOST))


def waiting_for(actor: Actor) -> list[Asked]:
    """Requests that this actor may decide: of cases whose originals they may read, asked by somebody else, handled
    by an agency that is not theirs. The oldest 25."""
    query = (select(IdentityGrant).join(Case, Case.id == IdentityGrant.case_id)
             .where(IdentityGrant.granted_at.is_(None), IdentityGrant.expires_at.is_(None), original_to(actor),
                    IdentityGrant.asked_by_id != actor.person_id)
             .order_by(IdentityGrant.id).limit(MOST))
    if actor.agency_id is not None:
        query = query.where(or_(Case.agency_id.is_(None), Case.agency_id != actor.agency_id))
    return _rows(query)


def fields_kept(case: Case) -> frozenset[str]:
    """Which fields of the sender are sealed for this case, by name; not what they hold."""
    return frozenset(db.session.scalars(select(SealedIdentity.field).where(SealedIdentity.case_id == case.id)))


def why_declined(case: Case) -> dict[int, str]:
    """The reasons of requests that were not allowed, by the request's id."""
    payloads = [json.loads(payload) for payload in db.session.scalars(
        select(Event.payload).where(Event.chain == f"case:{case.id}", Event.type == "identity_declined"))]
    told = {payload.get("grant"): payload.get("reason") for payload in payloads}
    notes = {note.id: note.body for note in db.session.scalars(
        select(Note).where(Note.id.in_([note for note in told.values() if note is not None])))}
    return {grant: notes.get(note, "") for grant, note in told.items()}


def _rows(query: Select[tuple[IdentityGrant]]) -> list[Asked]:
    giver = aliased(Person)
    rows = db.session.execute(
        query.join(Person, Person.id == IdentityGrant.asked_by_id).join(Note, Note.id == IdentityGrant.note_id)
        .outerjoin(giver, giver.id == IdentityGrant.granted_by_id)
        .add_columns(Person.display_name, Note.body, Note.written_at, giver.display_name)).all()
    cases = {case.id: case for case in db.session.scalars(
        select(Case).where(Case.id.in_([row[0].case_id for row in rows])).options(joinedload(Case.agency)))}
    now = clock.now()
    return [Asked(id=grant.id, case=cases[grant.case_id], asked_by_id=grant.asked_by_id, asked_by=who, asked_at=at,
                  why=why, state=_state(grant, now), decided_by=by or "", until=grant.expires_at)
            for grant, who, why, at, by in rows]
