"""Apologies to the sender: with a late answer, which cannot go without one, or before it with a new date.

The citizen's clock decides: past it, an answer needs cause, reason and apology, and a new date when it is still
in progress. Whoever lets it run out writes it: the officer with the answer, the head when it ran out on their
desk, the province office when it ran out at the gate. An apology changes no due date: late stays late.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.structured import Outcome
from feedback.domain.errors import BadInput, MoveNotAllowed, StaleEdit
from feedback.domain.lateness import FURTHEST, check_apology, check_cause, check_new_date, check_reason
from feedback.domain.lifecycle import State
from feedback.domain.notices import Notice, Recipient
from feedback.domain.permissions import Actor, CaseFacts, only_in, roles_filled, within_reach
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Apology
from feedback.queries.calendar import load_calendar
from feedback.queries.lateness import before_answer, form_ready, run_out, with_answer
from feedback.queries.visibility import facts_of
from feedback.services import history, outbox
from feedback.services.commitments import reporting_role
from feedback.services.recipients import targets

WAITING = frozenset({State.ASSIGNED.value, State.IN_PROGRESS.value, State.AGENCY_APPROVAL.value,
                     State.GATE_REVIEW.value})
"""States in which a new date can be told before the answer: an agency has the case and nothing was sent."""


@dataclass(frozen=True)
class Sorry:
    """What somebody typed. ``new_on`` counts before the answer only: with an answer in progress the day by which
    it will be finished is the new date."""

    cause: str = ""
    reason: str = ""
    text: str = ""
    new_on: date | None = None

    def __bool__(self) -> bool:
        return bool(self.cause.strip() or self.reason.strip() or self.text.strip() or self.new_on)


def keep_draft(case: Case, answer: Answer, said: Sorry, *, actor: Actor) -> Apology | None:
    """Keep what the officer typed beside the draft of an answer, unchecked. The apology of a version that came
    back goes on with the next one, unsigned. Nothing is kept where nothing was typed or no apology is due yet."""
    row = with_answer(case)
    due = form_ready(case)
    if row is None and (due is None or not said):
        return None
    if row is None:
        assert due is not None
        row = _new(case, due, actor=actor)
    row.answer_id, row.signed_by_id, row.signed_at = answer.id, None, None
    _write(row, said)
    db.session.flush()  # the page that follows reads it
    return row


def complete(case: Case, answer: Answer, *, dated: bool = True) -> Apology | None:
    """Before a late answer goes on: its apology must be whole. None while the citizen's clock has not run out.
    Raises BadInput on late_cause, late_reason, late_text (codes of ``domain.lateness``), or on due_on for an
    answer in progress: late_missing, late_past, late_not_working, once (a new date was told before and missed;
    article 12.5 of Decree 61/2018 allows one). ``dated`` false: the day was checked when the answer was sent to
    the head, and is not asked for again."""
    due = run_out(case)
    if due is None:
        return None
    row = with_answer(case)
    if row is None:
        raise BadInput("late_reason", "missing")
    check_cause(row.cause, field="late_cause")
    check_reason(row.reason, field="late_reason")
    check_apology(row.text, field="late_text")
    if dated:
        row.new_on = _promised(case, answer)
    row.deadline_id, row.days_late = due.id, _days_late(due)
    return row


def missing(case: Case) -> bool:
    """Whether the answer on its way is late and nobody has written its apology: whoever has it now does."""
    if run_out(case) is None:
        return False
    row = with_answer(case)
    return row is None or not _whole(row)


def sign(case: Case, answer: Answer, *, actor: Actor, said: Sorry | None = None) -> None:
    """The head approves the answer and with it signs its apology. ``said``: what the head typed where the time ran
    out on their own desk. Raises as ``complete``. A whole apology is signed too while there is time left, so that
    it is ready should the time run out at the gate."""
    if said is not None:
        keep_draft(case, answer, said, actor=actor)
    row = complete(case, answer, dated=False)
    if row is None:
        row = with_answer(case)
        if row is None or not _whole(row):
            return
    row.signed_by_id, row.signed_at = actor.person_id, clock.now()


def tell(case: Case, answer: Answer, due: Deadline | None, *, actor: Actor, said: Sorry | None = None) -> None:
    """The answer is sent, and the sender reads the apology with it. ``due``: the citizen's clock when it had run
    out before the sending; None: the answer is in time, and an apology that was prepared is taken away. Where the
    time ran out at the gate nobody has apologised yet: the province office does, in ``said``. Raises as
    ``complete``."""
    row = with_answer(case)
    if due is None:
        if row is not None:
            db.session.delete(row)
        return
    if row is None or row.signed_at is None:
        if said is None:
            raise BadInput("late_reason", "missing")
        if row is None:
            row = _new(case, due, actor=actor)
        row.agency_id = actor.agency_id or row.agency_id
        row.answer_id, row.made_by_id = answer.id, actor.person_id or row.made_by_id
        _write(row, said)
        _check(said)
        row.signed_by_id, row.signed_at = actor.person_id, clock.now()
    row.new_on = answer.due_on if answer.outcome == Outcome.IN_PROGRESS.value else None
    row.deadline_id, row.days_late = due.id, _days_late(due)
    db.session.flush()  # the event names the apology
    _record(case, row, actor=actor, role=None)


def signing_role(actor: Actor, facts: CaseFacts) -> Role | None:
    """The role in which this actor signs for the agency: whoever stands for its head."""
    if actor.person_id is None or actor.person_id in facts.conflict_person_ids:
        return None
    return next((role for role in Role if role in actor.roles
                 and Role.AGENCY_HEAD in roles_filled(actor, role, facts)
                 and within_reach(only_in(actor, role), facts)), None)


def may_write_early(actor: Actor, case: Case, facts: CaseFacts) -> bool:
    """Whether the form before the answer is open to this actor now: an officer or head of the case, from one
    working day before the due day, and nothing signed in this round yet."""
    if case.historical or case.state not in WAITING or not (
            reporting_role(actor, facts) or signing_role(actor, facts)):
        return False
    row = before_answer(case)
    return (row is None or row.signed_at is None) and form_ready(case) is not None


def mark_of(row: Apology | None) -> str:
    """Changes whenever the apology is written anew; empty when there is none."""
    return row.made_at.isoformat() if row is not None else ""


def early(case: Case, said: Sorry, *, actor: Actor, signed: bool, seen: str | None = None) -> Apology:
    """Before the answer: keep the apology with its new date for the head (``signed`` false), or sign it, which
    tells the sender. Once a round. It moves no due date. ``seen``: ``mark_of`` what the page showed.

    Raises MoveNotAllowed (role; moved: nothing is due, the case is elsewhere, or one was signed before),
    StaleEdit, BadInput on cause, reason, text, new_on."""
    case = db.session.scalars(select(Case).where(Case.id == case.id).with_for_update()
                              .execution_options(populate_existing=True)).one()
    facts = facts_of(case)
    role = signing_role(actor, facts) if signed else reporting_role(actor, facts) or signing_role(actor, facts)
    if role is None:
        raise MoveNotAllowed(action="apology", state=case.state, why="role")
    row, due = before_answer(case), form_ready(case)
    if case.state not in WAITING or due is None or (row is not None and row.signed_at is not None):
        raise MoveNotAllowed(action="apology", state=case.state, why="apology_over")
    if seen is not None and seen != mark_of(row):
        raise StaleEdit(expected=0, found=0)
    _check(said, prefix="")
    check_new_date(said.new_on, today=clock.today(), calendar=load_calendar(), after=due.due_on, furthest=FURTHEST)
    if row is None:
        row = _new(case, due, actor=actor)
    _write(row, said)
    row.new_on, row.deadline_id, row.days_late = said.new_on, due.id, _days_late(due)
    row.made_by_id, row.made_at = actor.person_id or row.made_by_id, clock.now()
    db.session.flush()  # mails and history name the row
    if signed:
        row.signed_by_id, row.signed_at = actor.person_id, clock.now()
        _record(case, row, actor=actor, role=role)
    notice, to = ((Notice.APOLOGY_TOLD, Recipient.COMPLAINANT) if signed
                  else (Notice.APOLOGY_WAITING, Recipient.AGENCY_HEAD))
    for target in targets(case, to):
        outbox.owe(notice=notice, case_id=case.id, person_id=target.person_id, agency_id=target.agency_id,
                   dedupe=f"{notice.value}.a{row.id}.{target.code}")
    return row


def _check(said: Sorry, *, prefix: str = "late_") -> None:
    check_cause(said.cause, field=f"{prefix}cause")
    check_reason(said.reason, field=f"{prefix}reason")
    check_apology(said.text, field=f"{prefix}text")


def _whole(row: Apology) -> bool:
    try:
        _check(Sorry(row.cause, row.reason, row.text))
    except BadInput:
        return False
    return True


def _promised(case: Case, answer: Answer) -> date | None:
    """The new date of a late answer in progress: the day by which it says it will be finished."""
    if answer.outcome != Outcome.IN_PROGRESS.value:
        return None
    try:
        check_new_date(answer.due_on, today=clock.today(), calendar=load_calendar())
    except BadInput as fault:
        raise BadInput("due_on", f"late_{fault.code}") from None
    earlier = before_answer(case)
    if earlier is not None and earlier.signed_at is not None and earlier.new_on and earlier.new_on < clock.today():
        raise BadInput("due_on", "once")
    return answer.due_on


def _new(case: Case, due: Deadline, *, actor: Actor) -> Apology:
    assert actor.person_id is not None  # only people apologise
    assert case.agency_id is not None  # an agency has the case
    row = Apology(case_id=case.id, deadline_id=due.id, agency_id=case.agency_id, cause="", reason="", text="",
                  days_late=_days_late(due), made_by_id=actor.person_id, made_at=clock.now())
    db.session.add(row)
    return row


def _write(row: Apology, said: Sorry) -> None:
    row.cause, row.reason, row.text = said.cause.strip(), said.reason.strip(), said.text.strip()


def _days_late(due: Deadline) -> int:
    return max(0, load_calendar().working_days_between(due.due_on, clock.today()))


def _record(case: Case, row: Apology, *, actor: Actor, role: Role | None) -> None:
    history.record(chain=f"case:{case.id}", type="apologised", actor=actor, role=role, agency_id=row.agency_id,
                   payload={"apology": row.id, "cause": row.cause, "days_late": row.days_late,
                            "new_on": row.new_on.isoformat() if row.new_on else None})
