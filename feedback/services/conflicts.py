"""Conflicts of interest: recording whom a case is about, and moving its decisions one level up (design §7)."""

from collections.abc import Sequence

from sqlalchemy import select

from feedback import clock
from feedback.domain.conflicts import About, stored_levels
from feedback.domain.errors import BadInput, MoveNotAllowed, NotPermitted, ReasonMissing, StaleEdit
from feedback.domain.lifecycle import ENDED, State
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import GRANTS, Actor, Permission, may_record_conflict
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Conflict, Note
from feedback.models.people import Person
from feedback.queries.conflicts import CANDIDATES, left_to_decide, people_with_roles
from feedback.queries.visibility import facts_of
from feedback.services import history, outbox
from feedback.services.recipients import targets

ASKED_AT: dict[State, tuple[Notice, Recipient]] = {
    State.ASSIGNED: (Notice.CASE_ASSIGNED, Recipient.AGENCY_HEAD),
    State.IN_PROGRESS: (Notice.CASE_ASSIGNED, Recipient.AGENCY_HEAD),
    State.AGENCY_APPROVAL: (Notice.APPROVAL_WAITING, Recipient.AGENCY_HEAD),
    State.GATE_REVIEW: (Notice.GATE_WAITING, Recipient.COORDINATOR),
}
"""Who has to be told that the next decision is theirs now, by the state of the case."""


def record(case: Case, *, about: About, people: Sequence[int], why: str, actor: Actor,
           expected_version: int | None = None) -> None:
    """Say that the case is about these people. From now on they do not see it; an officer loses the case to the
    head, who gives it to somebody else; a head's and the office's decisions move one level up. Those who decide
    now are told by mail. Nobody who is named is told anything.

    Raises NotPermitted for who may not say so, BadInput('people', 'missing' | 'unfit' | 'nobody_left') when nobody
    is named, somebody is not what the case is said to be about, or nobody would be left to decide, ReasonMissing,
    StaleEdit when the case changed meanwhile, MoveNotAllowed when it has ended.
    """
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    if not may_record_conflict(actor, facts_of(case), about):
        raise NotPermitted("this is for others to say")
    if case.historical or State(case.state) in ENDED:
        raise MoveNotAllowed(action="conflict", state=case.state)
    if not why.strip():
        raise ReasonMissing("conflict")
    named = _named(about, people, actor)
    role = next((r for r in Role if r in actor.roles), None)
    note = Note(case_id=case.id, author_id=actor.person_id, kind="conflict", body=why.strip(),
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the rows and the event name the note
    known = set(db.session.scalars(select(Conflict.person_id).where(Conflict.case_id == case.id)))
    db.session.add_all(
        Conflict(case_id=case.id, person_id=person.id, about=about.value, note_id=note.id,
                 recorded_by_id=actor.person_id, recorded_at=clock.now())
        for person in named if person.id not in known)
    lost_officer, before = case.officer_id in {person.id for person in named}, case.moved_up
    if lost_officer:
        case.officer_id = None  # the head gives it to somebody else
    db.session.flush()  # the levels are counted from the rows
    case.moved_up = levels_at(case.id, case.agency_id)
    if not left_to_decide(case):
        raise BadInput("people", "nobody_left")
    # The reason is no note of the story: agencies read that.
    history.record(chain=f"case:{case.id}", type="conflict", actor=actor, role=role, agency_id=case.agency_id,
                   payload={"about": about.value, "people": len(named), "reason": note.id})
    if lost_officer or case.moved_up != before:
        _tell(case, note.id, actor)


def levels_at(case_id: int, agency_id: int | None) -> str:
    """The levels that the recorded conflicts take out while this agency handles the case, as ``Case.moved_up``
    keeps them: the office once it is named, the head only while it is this agency's."""
    rows = db.session.execute(
        select(Conflict.about, Person.agency_id).join(Person, Person.id == Conflict.person_id)
        .where(Conflict.case_id == case_id)).all()
    return stored_levels(frozenset(
        About(about) for about, of_agency in rows
        if about != About.HEAD.value or (of_agency is not None and of_agency == agency_id)))


def _named(about: About, people: Sequence[int], actor: Actor) -> list[Person]:
    wanted = set(people)
    if not wanted:
        raise BadInput("people", "missing")
    fit = {person.id: person for person in people_with_roles(CANDIDATES[about], ids=wanted)}
    for_all = any(Permission.CASE_READ_ORIGINAL in GRANTS[role] or role is Role.LEADER for role in actor.roles)
    if set(fit) != wanted or not (for_all or all(p.agency_id in actor.agency_tree for p in fit.values())):
        raise BadInput("people", "unfit")
    return [fit[person_id] for person_id in sorted(wanted)]


def _tell(case: Case, note_id: int, actor: Actor) -> None:
    asked = ASKED_AT.get(State(case.state))
    if asked is None:
        return
    for target in targets(case, asked[1]):
        if target.person_id is None or target.person_id != actor.person_id:
            outbox.owe(notice=asked[0], dedupe=f"conflict.c{case.id}.n{note_id}.{target.code}", case_id=case.id,
                       person_id=target.person_id, agency_id=target.agency_id)
