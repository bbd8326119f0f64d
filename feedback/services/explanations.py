"""The head's explanation (giải trình) of a late case: demanded by the ladder, owed by a day, read by the province
office and the leader (Directive 27/CT-TTg of 27 October 2023). That none was given is itself counted."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

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


def demand_all(late: Sequence[tuple[Case, Deadline]]) -> dict[int, history.Told]:
    """The head of the agency that held such a late clock owes an explanation, once for each of them; its own clock
    starts. Nothing is owed where it was demanded before, no agency held the clock, or the case is restricted
    (agencies know nothing of it). The caller holds the cases' rows as locks, and records what is returned: the
    events, by the id of the late clock. Few statements, however many clocks."""
    owing = {deadline.id: (case, agency_id) for case, deadline in late
             if (agency_id := deadline.agency_id or case.agency_id) is not None
             and not (case.restricted or case.historical)}
    if not owing:
        return {}
    now, connection = clock.now(), db.session.connection()
    ids = {row.late_deadline_id: row.id for row in connection.execute(
        _demanding(connection.dialect.name),
        [{"case_id": case.id, "late_deadline_id": deadline_id, "agency_id": agency_id, "demanded_at": now}
         for deadline_id, (case, agency_id) in owing.items()])}
    owing = {deadline_id: whose for deadline_id, whose in owing.items() if deadline_id in ids}
    clocks.start_for_each(DeadlineKind.EXPLANATION, [
        (case, ids[deadline_id], agency_id) for deadline_id, (case, agency_id) in owing.items()])
    return {deadline_id: history.Told(
        chain=f"case:{case.id}", type="explanation_demanded", actor=SYSTEM, role=Role.SYSTEM, agency_id=agency_id,
        payload={"explanation": ids[deadline_id], "deadline": deadline_id})
        for deadline_id, (case, agency_id) in owing.items()}


@cache
def _demanding(dialect: str) -> Any:
    """Put together once: it is asked for with every few late clocks. What was demanded before stays as it is."""
    rows = Explanation.__table__
    insert = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}[dialect](rows)
    return insert.on_conflict_do_nothing(index_elements=["late_deadline_id"]).returning(
        rows.c.id, rows.c.late_deadline_id)


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
