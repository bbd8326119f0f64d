"""More time for an answer: who holds the case asks before the due date, the coordinating office decides, once a
round. Asking stops no clock and moves no date. Granted, the citizen's clock and the agency's go on in rows of
their own; denied, every date stays as it was.
"""

from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar import Unit, WorkingCalendar
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing, SamePerson, StaleEdit
from feedback.domain.lifecycle import State
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import Actor, CaseFacts, only_in, roles_filled, within_reach
from feedback.domain.roles import Role
from feedback.domain.time_changes import ASKED_IN, Ground, day_fault, evidence_fault, latest, reason_fault
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline, Limit
from feedback.models.extensions import Extension
from feedback.queries.calendar import load_calendar
from feedback.queries.extensions import open_extension, spent, total_of
from feedback.queries.transfer_requests import open_request
from feedback.queries.visibility import facts_of
from feedback.services import clocks, history, outbox
from feedback.services.recipients import Target, targets

KIND = "extension"
"""Kind of the notes: the reason, and the reason of a decision."""


def asking_role(actor: Actor, case: Case, facts: CaseFacts) -> Role | None:
    """The role in which this actor may ask, or None: the officer whose case it is (any officer of the agency while
    it is nobody's) or the head of the holding agency, from whom a conflict has not taken the case."""
    if (case.historical or case.agency_id is None or actor.person_id is None
            or State(case.state) not in ASKED_IN):
        return None
    if Role.OFFICER in actor.roles and facts.officer_id in (None, actor.person_id) and within_reach(
            only_in(actor, Role.OFFICER), facts):
        return Role.OFFICER
    at_head = case.agency_id in (actor.deputy_at | {actor.agency_id})
    if (Role.AGENCY_HEAD in actor.roles and at_head and within_reach(only_in(actor, Role.AGENCY_HEAD), facts)
            and Role.AGENCY_HEAD in roles_filled(actor, Role.AGENCY_HEAD, facts)):
        return Role.AGENCY_HEAD
    return None


def hindrance(case: Case) -> str | None:
    """Why nobody may ask for more time now, whoever it is: 'extension_open', 'extension_spent', 'transfer_open',
    'extension_late' (the due date has passed, or the clock does not run). None: it is possible."""
    if open_extension(case.id) is not None:
        return "extension_open"
    if spent(case):
        return "extension_spent"
    if open_request(case.id) is not None:
        return "transfer_open"
    total = total_of(case.id)
    return None if total is not None and _in_time(total) else "extension_late"


def most_days(total: Deadline, calendar: WorkingCalendar) -> int:
    """The most working days that the citizen's clock may be extended by: as many as its limit had at first (Decree
    61/2018/NĐ-CP, article 19.9, by analogy). What was given back after a pause does not count."""
    limit = db.session.get(Limit, total.limit_id) if total.limit_id is not None else None
    if limit is not None and limit.unit == Unit.WORKING_DAYS.value:
        return limit.amount
    return max(1, calendar.working_days_between(total.started_on, total.due_on) - total.paused_days)


def last_day(total: Deadline) -> date:
    """The latest due date that can be asked for."""
    calendar = load_calendar()
    return latest(total.due_on, most_days(total, calendar), calendar)


def ask(case: Case, *, ground: str, reason: str, evidence: str, new_on: date | None, actor: Actor,
        expected_version: int | None = None) -> Extension:
    """Ask for a later due date of the citizen's clock. Raises StaleEdit; MoveNotAllowed('role' or a code of
    ``hindrance``); BadInput: ('ground', 'missing'), ('reason' | 'evidence' | 'new_on', a code of
    ``domain.time_changes``)."""
    # The row of the case is the lock: of two who ask at once the second finds the first one's request.
    db.session.refresh(case, ["version", "state", "agency_id", "officer_id", "round"], with_for_update=True)
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    role = asking_role(actor, case, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action=KIND, state=case.state, why="role")
    if (why := hindrance(case)) is not None:
        raise MoveNotAllowed(action=KIND, state=case.state, why=why)
    total, calendar = total_of(case.id), load_calendar()
    assert total is not None  # hindrance saw to it
    assert case.agency_id is not None  # asking_role saw to it
    assert actor.person_id is not None  # and to this
    if ground not in {one.value for one in Ground}:
        raise BadInput("ground", "missing")
    if (fault := reason_fault(reason)) is not None:
        raise BadInput("reason", fault)
    if (fault := evidence_fault(evidence)) is not None:
        raise BadInput("evidence", fault)
    _demand_day(new_on, total, calendar)
    assert new_on is not None  # it has no fault
    note = _note(case, reason, actor)
    row = Extension(
        case_id=case.id, round=case.round, agency_id=case.agency_id, ground=ground, note_id=note.id,
        evidence=evidence.strip(), due_before=total.due_on, new_on=new_on,
        days=calendar.working_days_between(total.due_on, new_on),
        asked_by_id=actor.person_id, asked_at=clock.now())
    db.session.add(row)
    db.session.flush()  # its clock and the event name it
    clocks.start_for(case, DeadlineKind.EXTENSION, subject_id=row.id, agency_id=None)
    history.record(chain=f"case:{case.id}", type="extension_asked", actor=actor, role=role,
                   agency_id=case.agency_id,
                   payload={"extension": row.id, "note": note.id, "ground": ground,
                            "from": total.due_on.isoformat(), "to": new_on.isoformat(), "days": row.days})
    return row


def may_decide(actor: Actor, case: Case, asked_by_id: int, *, facts: CaseFacts | None = None) -> bool:
    """Whether this actor may grant or deny it: the coordinating office (or who stands for it), and did not ask."""
    return actor.person_id != asked_by_id and _deciding(actor, facts or facts_of(case)) is not None


def grant(case: Case, extension: Extension, *, actor: Actor, new_on: date | None = None,
          expected_version: int | None = None) -> None:
    """More time, until ``new_on`` (None: as asked; it may be earlier, not later). The citizen is told with the
    reason. Raises StaleEdit, SamePerson, MoveNotAllowed('role' or 'decided'), BadInput('new_on', a code of
    ``domain.time_changes.day_fault`` or 'later')."""
    role = _decided(case, extension, actor, expected_version)
    calendar, total = load_calendar(), total_of(case.id)
    if total is None or total.paused_at is not None:
        raise MoveNotAllowed(action=KIND, state=case.state, why="decided")
    until = new_on or extension.new_on
    if until > extension.new_on:
        raise BadInput("new_on", "later")
    _demand_day(until, total, calendar)
    before, days = total.due_on, calendar.working_days_between(total.due_on, until)
    clocks.go_on(total, due_on=until)
    for row in _of_agency(case):
        clocks.go_on(row, due_on=calendar.add_working_days(row.due_on, days))
    db.session.get_one(Note, extension.note_id).told_sender = True
    _close(extension, actor, granted=True)
    history.record(chain=f"case:{case.id}", type="extension_granted", actor=actor, role=role,
                   agency_id=extension.agency_id,
                   payload={"extension": extension.id, "note": extension.note_id, "ground": extension.ground,
                            "from": before.isoformat(), "to": until.isoformat(), "days": days})
    for target in targets(case, Recipient.COMPLAINANT):
        _owe(Notice.CASE_EXTENDED, case, extension, target)
    _tell_office(case, extension)


def deny(case: Case, extension: Extension, *, actor: Actor, why: str, expected_version: int | None = None) -> None:
    """Every date stays as it was; who asked and who works on the case are told, with the reason. Raises
    ReasonMissing, and as ``grant``."""
    if not why.strip():
        raise ReasonMissing(KIND)
    role = _decided(case, extension, actor, expected_version)
    note = _note(case, why, actor)
    extension.decision_note_id = note.id
    _close(extension, actor, granted=False)
    history.record(chain=f"case:{case.id}", type="extension_denied", actor=actor, role=role,
                   agency_id=extension.agency_id, payload={"extension": extension.id, "note": note.id})
    _tell_office(case, extension)


def _in_time(total: Deadline) -> bool:
    return total.stopped_at is None and total.paused_at is None and clock.now() <= total.due_at


def _demand_day(new_on: date | None, total: Deadline, calendar: WorkingCalendar) -> None:
    fault = day_fault(new_on, due_on=total.due_on, most=most_days(total, calendar), today=clock.today(),
                      calendar=calendar)
    if fault is not None:
        raise BadInput("new_on", fault)


def _decided(case: Case, extension: Extension, actor: Actor, expected_version: int | None) -> Role:
    """The role in which the actor decides; of two who decide at once, the second finds it decided."""
    db.session.refresh(case, ["version", "state", "agency_id", "round"], with_for_update=True)
    db.session.refresh(extension, with_for_update=True)
    if extension.decided_at is not None:
        raise MoveNotAllowed(action=KIND, state=case.state, why="decided")
    if expected_version is not None and case.version != expected_version:
        raise StaleEdit(expected=expected_version, found=case.version)
    if actor.person_id is None or actor.person_id == extension.asked_by_id:
        raise SamePerson(KIND)
    role = _deciding(actor, facts_of(case))
    if role is None:
        raise MoveNotAllowed(action=KIND, state=case.state, why="role")
    return role


def _deciding(actor: Actor, facts: CaseFacts) -> Role | None:
    return next((role for role in Role if role in actor.roles
                 and Role.COORDINATOR in roles_filled(actor, role, facts)
                 and within_reach(only_in(actor, role), facts)), None)


def _of_agency(case: Case) -> list[Deadline]:
    """The agency's clock: the first handling, or the writing anew after a return."""
    return list(db.session.scalars(select(Deadline).where(
        Deadline.case_id == case.id, Deadline.stopped_at.is_(None),
        Deadline.kind.in_([DeadlineKind.HANDLE.value, DeadlineKind.REDO.value])).order_by(Deadline.id)))


def _close(extension: Extension, actor: Actor, *, granted: bool) -> None:
    extension.decided_by_id, extension.decided_at, extension.granted = actor.person_id, clock.now(), granted
    clocks.stop_for(DeadlineKind.EXTENSION, subject_id=extension.id, kept=True)


def _tell_office(case: Case, extension: Extension) -> None:
    people = dict.fromkeys([Target(person_id=extension.asked_by_id), *targets(case, Recipient.OFFICER),
                            *targets(case, Recipient.AGENCY_HEAD)])
    for target in people:
        _owe(Notice.EXTENSION_DECIDED, case, extension, target)


def _owe(notice: Notice, case: Case, extension: Extension, target: Target) -> None:
    outbox.owe(notice=notice, dedupe=f"{notice.value}.x{extension.id}.{target.code}", case_id=case.id,
               person_id=target.person_id, agency_id=target.agency_id)


def _note(case: Case, words: str, actor: Actor) -> Note:
    note = Note(case_id=case.id, author_id=actor.person_id, kind=KIND, body=words.strip(), told_sender=False,
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the rows and the event name the note
    return note
