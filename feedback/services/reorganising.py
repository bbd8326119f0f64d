"""An agency ends and another takes over (design §2): open cases move with their clocks, published ones keep the
old name. Moving can be repeated: it takes what is still there."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, update

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Actor
from feedback.domain.registers import NAME_LONGEST, demand_unchanged
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.extensions import Extension
from feedback.models.holdings import Contribution
from feedback.models.people import Person
from feedback.models.reader import TransferRequest
from feedback.models.settings import CategorySetting
from feedback.queries.agencies import tree_below
from feedback.queries.agency_register import is_open_case, last_successor
from feedback.services import conflicts, contributions_lapse, history, holdings, registers, transfer_lapse

BATCH = 200
"""Cases a transaction."""


def ending_of(agency: Agency) -> dict[str, object]:
    """What the closing page shows of an agency; its fingerprint tells whether it changed meanwhile."""
    return {"valid_to": agency.valid_to, "successor_id": agency.successor_id, "name_vi": agency.name_vi}


@dataclass(frozen=True)
class Moving:
    """What would go from an agency to its successor: open cases, running clocks that it holds (of cases, requests
    and contributions), open requests to pass on that name it on either side, contributions asked of it."""

    cases: int
    clocks: int
    requests: int
    contributions: int


def moving(agency_id: int) -> Moving:
    """Count what still lies with this agency, changing nothing. Four statements."""

    def many(of: type[db.Model], *conditions: object) -> int:
        return db.session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0  # type: ignore[arg-type]

    return Moving(
        cases=many(Case, Case.agency_id == agency_id, is_open_case()),
        clocks=many(Deadline, Deadline.agency_id == agency_id, Deadline.stopped_at.is_(None)),
        requests=many(TransferRequest, TransferRequest.decided_at.is_(None), or_(
            TransferRequest.from_agency_id == agency_id, TransferRequest.to_agency_id == agency_id)),
        contributions=many(Contribution, Contribution.agency_id == agency_id, Contribution.ended_at.is_(None)))


def close(agency_id: int, *, last_day: date, successor_id: int | None, source: str, move_people: bool,
          shown: str, actor: Actor) -> Agency:
    """Say that the agency ends with ``last_day`` and who takes over, resting on the document ``source``.

    When the day has passed, the agencies below it, procedures and categories that name it go to the successor,
    with ``move_people`` its people too; otherwise the sweep does so on the day after. The cases follow through
    ``move_open_cases``. Raises RowChanged; BadInput: last_day before, successor_id missing (while something hangs
    on it), same, closed or cycle, source missing.
    """
    registers.hold()
    agency = db.session.get_one(Agency, agency_id)
    demand_unchanged(ending_of(agency), shown)
    if not source.strip():
        raise BadInput("source", "missing")
    if agency.valid_from is not None and last_day < agency.valid_from:
        raise BadInput("last_day", "before")
    successor = _successor(agency, successor_id, on=max(last_day, clock.today()))
    agency.valid_to, agency.successor_id = last_day, successor.id if successor else None
    agency.source = "; ".join(part for part in (agency.source, source.strip()) if part)[-NAME_LONGEST * 2:]
    people = _move_people(agency, successor) if move_people and successor and last_day < clock.today() else 0
    registers.noted("agency_closed", actor=actor, agency=agency.id, last_day=last_day.isoformat(),
                    successor=agency.successor_id, people=people)
    hand_over(agency, actor=actor)
    return agency


def hand_over(agency: Agency, *, actor: Actor) -> int:
    """Let what names a closed agency name its successor: agencies below it, procedures, categories, open requests
    to pass a case on, contributions; how many."""
    successor = last_successor(agency)
    if successor is None or not _is_closed(agency):
        return 0
    if successor.id in tree_below(agency.id):
        successor.parent_id = agency.parent_id  # who takes over cannot stand below what is gone
    db.session.flush()  # the statement below must not put it back
    moved = {
        "below": update(Agency).where(Agency.parent_id == agency.id, Agency.valid_to.is_(None),
                                      Agency.id != successor.id).values(parent_id=successor.id),
        "procedures": update(Procedure).where(Procedure.agency_id == agency.id, Procedure.closed_on.is_(None))
        .values(agency_id=successor.id),
        "categories": update(CategorySetting).where(CategorySetting.route_agency_id == agency.id)
        .values(route_agency_id=successor.id),
    }
    done = {name: db.session.execute(statement).rowcount for name, statement in moved.items()}  # type: ignore[attr-defined]
    done["requests"] = transfer_lapse.follow(agency.id, successor.id)
    done["contributions"] = contributions_lapse.follow(agency.id, successor.id)
    if any(done.values()):
        registers.noted("agency_handed_over", actor=actor, agency=agency.id, successor=successor.id, **done)
    return sum(done.values())


def move_open_cases(agency_id: int, *, actor: Actor, most: int = BATCH) -> int:
    """Move up to ``most`` open cases of a closed agency to who took over, in the caller's transaction; how many.
    State and clocks go on. An officer who has not gone along lets go of the case."""
    agency = db.session.get_one(Agency, agency_id)
    successor = last_successor(agency)
    if successor is None or not _is_closed(agency):
        return 0
    cases = list(db.session.scalars(
        select(Case).where(Case.agency_id == agency.id, is_open_case()).order_by(Case.id).limit(most)
        .with_for_update()))
    officers = {case.officer_id for case in cases if case.officer_id is not None}
    gone_along = frozenset(db.session.scalars(
        select(Person.id).where(Person.id.in_(officers), Person.agency_id == successor.id)))
    for case in cases:
        _move(case, agency, successor, gone_along, actor=actor)
    if cases:  # what their requests and contributions name has moved with them
        transfer_lapse.follow(agency.id, successor.id)
    return len(cases)


def _move(case: Case, agency: Agency, successor: Agency, gone_along: frozenset[int], *, actor: Actor) -> None:
    stays = case.officer_id in gone_along
    case.agency_id, case.moved_up = successor.id, conflicts.levels_at(case.id, successor.id)
    if not stays:
        case.officer_id = None
    db.session.flush()  # version check first: a stale case must not leave an event behind
    holdings.moved(case)
    db.session.execute(  # a request for more time is the successor's now, else it would fall with the next step
        update(Extension).where(Extension.case_id == case.id, Extension.decided_at.is_(None))
        .values(agency_id=successor.id).execution_options(synchronize_session=False))
    contributions_lapse.lapse(case)  # what the successor was asked for, it owes to itself now
    db.session.execute(
        update(Deadline).where(Deadline.case_id == case.id, Deadline.stopped_at.is_(None),
                               Deadline.agency_id == agency.id).values(agency_id=successor.id)
        .execution_options(synchronize_session=False))
    history.record(chain=f"case:{case.id}", type="reorganised", actor=actor, role=registers.role_of(actor),
                   agency_id=successor.id,
                   payload={"from_agency": agency.id, "agency": successor.id, "officer_stays": stays,
                            "to": case.state})


def _move_people(agency: Agency, successor: Agency) -> int:
    return db.session.execute(  # type: ignore[attr-defined]
        update(Person).where(Person.agency_id == agency.id).values(agency_id=successor.id)).rowcount


def _is_closed(agency: Agency) -> bool:
    return agency.valid_to is not None and agency.valid_to < clock.today()


def _successor(agency: Agency, successor_id: int | None, *, on: date) -> Agency | None:
    if successor_id is None:
        held = db.session.scalar(select(Case.id).where(Case.agency_id == agency.id, is_open_case()).limit(1))
        if held is not None:
            raise BadInput("successor_id", "missing")
        return None
    if successor_id == agency.id:
        raise BadInput("successor_id", "same")
    successor = db.session.get(Agency, successor_id)
    if successor is None or (successor.valid_to is not None and successor.valid_to < on):
        raise BadInput("successor_id", "closed")
    chain, seen = successor, {agency.id}
    while chain.successor_id is not None:
        if chain.id in seen:
            raise BadInput("successor_id", "cycle")
        seen.add(chain.id)
        following = db.session.get(Agency, chain.successor_id)
        if following is None:
            break
        chain = following
    if chain.id == agency.id:
        raise BadInput("successor_id", "cycle")
    return successor
