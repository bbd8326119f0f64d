"""The head's explanation (giải trình) of a late case: demanded by the ladder, owed by a day, read by the province
office and the leader (Directive 27/CT-TTg of 27 October 2023). That none was given is itself counted."""

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import MoveNotAllowed, OutOfReach
from feedback.domain.lateness import check_cause, check_reason
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import SYSTEM, Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Explanation
from feedback.queries import explanations as asked
from feedback.services import clocks, history

KIND = "explanation"
"""Kind of the note that keeps the words."""


def demand(case: Case, deadline: Deadline) -> Explanation | None:
    """The head of the agency that held this late clock owes an explanation, once for each such clock; its own
    clock starts. None when it was demanded before, no agency held the clock, or the case is restricted (agencies
    know nothing of it). The caller holds the case's row as a lock."""
    agency_id = deadline.agency_id or case.agency_id
    if agency_id is None or case.restricted or case.historical:
        return None
    if db.session.scalar(select(Explanation.id).where(Explanation.late_deadline_id == deadline.id)) is not None:
        return None
    row = Explanation(case_id=case.id, late_deadline_id=deadline.id, agency_id=agency_id, demanded_at=clock.now())
    db.session.add(row)
    db.session.flush()  # its clock and the event name it
    clocks.start_for(case, DeadlineKind.EXPLANATION, subject_id=row.id, agency_id=agency_id)
    history.record(chain=f"case:{case.id}", type="explanation_demanded", actor=SYSTEM, role=Role.SYSTEM,
                   agency_id=agency_id, payload={"explanation": row.id, "deadline": deadline.id})
    return row


def give(explanation_id: int, *, cause: str, happened: str, prevents: str, actor: Actor) -> Explanation:
    """The head explains: the cause, what happened, what will prevent it. Stops the clock. Raises OutOfReach for an
    explanation that is not this person's agency's, MoveNotAllowed when it was given before, BadInput on cause,
    happened, prevents (codes of ``domain.lateness``)."""
    if asked.owed_by(actor, explanation_id) is None:
        raise OutOfReach("no such explanation")
    row = db.session.scalars(select(Explanation).where(Explanation.id == explanation_id).with_for_update()
                             .execution_options(populate_existing=True)).one()
    if row.given_at is not None:
        raise MoveNotAllowed(action=KIND, state=None, why="explained")
    row.cause = check_cause(cause).value
    words = (f"{asked.HAPPENED} {check_reason(happened, field='happened')}\n\n"
             f"{asked.PREVENTS} {check_reason(prevents, field='prevents')}")
    note = Note(case_id=row.case_id, author_id=actor.person_id, kind=KIND, body=words, written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the explanation names the note
    row.note_id, row.given_by_id, row.given_at = note.id, actor.person_id, clock.now()
    clocks.stop_for(DeadlineKind.EXPLANATION, subject_id=row.id, kept=True)
    history.record(chain=f"case:{row.case_id}", type="explained", actor=actor, role=Role.AGENCY_HEAD,
                   agency_id=row.agency_id, payload={"explanation": row.id, "cause": row.cause})
    return row
