"""All open cases of somebody go to a colleague, or back to the head of the agency, at once (issue: people).

An administrator does this without reading a case: numbers and states are all they see. Clocks, states and texts
stay as they are; a conflict of interest and an objection are respected by giving such a case to the head instead.
"""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from feedback.domain.errors import BadInput, SamePerson
from feedback.domain.notices import Notice
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Conflict
from feedback.models.people import Person, RoleGrant
from feedback.queries.people import held_by
from feedback.queries.visibility import facts_of
from feedback.services import history, outbox

CHAIN = "sys:people"


@dataclass
class Handover:
    """What goes where. ``states``: how many cases by state; ``to_colleague`` and ``to_head``: how many go to whom;
    ``held_back``: how many of the latter the colleague must not have, by why (conflict, objection, agency)."""

    states: Counter[str] = field(default_factory=Counter)
    to_colleague: int = 0
    to_head: int = 0
    held_back: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """All cases that change hands."""
        return self.to_colleague + self.to_head


def colleagues_of(person: Person) -> list[Person]:
    """Active officers of the same agency, by name, to whom the cases could go."""
    if person.agency_id is None:
        return []
    return list(db.session.scalars(
        select(Person).join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.OFFICER.value, RoleGrant.revoked_at.is_(None), Person.id != person.id,
               Person.agency_id == person.agency_id, Person.disabled_at.is_(None), Person.password_hash != "")
        .order_by(Person.display_name, Person.id)))


def preview(person: Person, colleague: Person | None) -> Handover:
    """What ``hand_over`` would do now; changes nothing. Raises as it does."""
    _may_get(person, colleague)
    found = Handover()
    for case in _held(person):
        _count(found, case, _why_not(case, colleague), colleague)
    return found


def hand_over(person: Person, colleague: Person | None, *, actor: Actor) -> Handover:
    """Give every open case of ``person`` to the colleague (None: all back to the head, who gives them out anew),
    in the caller's one transaction. Each case gets an event that names its officers by id; the colleague and the
    head are told once each. Doing it again moves nothing. Raises SamePerson for the actor's own cases,
    BadInput("to", "not_of_agency") for somebody who may not have them."""
    if person.id == actor.person_id:
        raise SamePerson("handover")
    _may_get(person, colleague)
    done = Handover()
    for case in _held(person, lock=True):
        why_not = _why_not(case, colleague)
        _count(done, case, why_not, colleague)
        case.officer_id = colleague.id if colleague is not None and why_not is None else None
        history.record(
            chain=f"case:{case.id}", type="handover", actor=actor, role=Role.ADMINISTRATOR,
            agency_id=case.agency_id,
            payload={"from_officer": person.id, "officer": case.officer_id, "held_back": why_not})
    if done.total:
        event = history.record(
            chain=CHAIN, type="handed_over", actor=actor, role=Role.ADMINISTRATOR,
            payload={"person": person.id, "to": colleague.id if colleague else None,
                     "to_colleague": done.to_colleague, "to_head": done.to_head})
        db.session.flush()  # the notices are named by the event's number
        _tell(person, colleague, done, mark=event.n)
    return done


def _held(person: Person, *, lock: bool = False) -> list[Case]:
    query = select(Case).where(*held_by(person.id)).order_by(Case.id)
    return list(db.session.scalars(query.with_for_update() if lock else query))


def _may_get(person: Person, colleague: Person | None) -> None:
    if colleague is not None and colleague.id not in {one.id for one in colleagues_of(person)}:
        raise BadInput("to", "not_of_agency")


def _why_not(case: Case, colleague: Person | None) -> str | None:
    """Why this case must not go to the colleague, as a code; None when it may (or when nobody is named)."""
    if colleague is None:
        return None
    if case.agency_id != colleague.agency_id:
        return "agency"
    if db.session.scalar(select(Conflict.id).where(
            Conflict.case_id == case.id, Conflict.person_id == colleague.id)) is not None:
        return "conflict"
    if case.objected and colleague.id in facts_of(case).drafter_ids:
        return "objection"  # an objection is read by somebody else
    return None


def _count(done: Handover, case: Case, why_not: str | None, colleague: Person | None) -> None:
    done.states[case.state] += 1
    if colleague is not None and why_not is None:
        done.to_colleague += 1
        return
    done.to_head += 1
    if why_not is not None:
        done.held_back[why_not] += 1


def _tell(person: Person, colleague: Person | None, done: Handover, *, mark: int) -> None:
    told = [colleague.id] if colleague is not None and done.to_colleague else []
    if done.to_head:
        told += db.session.scalars(
            select(Person.id).join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(RoleGrant.role == Role.AGENCY_HEAD.value, RoleGrant.revoked_at.is_(None),
                   Person.agency_id == person.agency_id, Person.disabled_at.is_(None)).order_by(Person.id))
    for person_id in dict.fromkeys(told):
        outbox.owe(notice=Notice.CASES_HANDED_OVER, dedupe=f"cases-handed-over.e{mark}.p{person_id}",
                   person_id=person_id)
