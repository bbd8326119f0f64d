"""What of a case is copied for the public: its words as they stand, and its facts made coarse.

Public dates are the month of receipt and durations in working days (design §13.12). Nothing is hidden here:
that is done to the copy (``publication_scan``), then by people.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.answers.structured import Outcome
from feedback.domain.lifecycle import State
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.calendar import load_calendar
from feedback.services import publication_promises, publication_way
from feedback.services.publication_body import Body

TITLE_LENGTH = 140
SCRAP = 40
"""Characters below which a question cut out of an imported text is no title."""
NOT_RECORDED = "not_recorded"
"""Outcome of a publication whose answer came from outside this system and does not say how the matter ended."""

SETTLED = (State.ANSWERED.value, State.CLOSED.value)


def released_answer(case: Case) -> Answer | None:
    """The newest answer that went to the sender, with its points; of an imported case the one it came with."""
    went_out = Answer.submitted_at if case.historical else Answer.released_at
    return db.session.scalar(
        select(Answer).where(Answer.case_id == case.id, went_out.is_not(None))
        .options(selectinload(Answer.points)).order_by(Answer.round.desc(), Answer.version.desc()).limit(1))


def may_be_public(case: Case, answer: Answer | None) -> bool:
    """Whether there is something settled to show: answered or closed, not restricted, and no mere promise.
    What is "being handled" is published once its promises were kept: until then it is a clock of its own."""
    if case.restricted or case.state not in SETTLED or answer is None:
        return False
    return answer.outcome != Outcome.IN_PROGRESS.value or publication_promises.all_kept(answer.id)


def body_of(case: Case, answer: Answer) -> Body:
    """The public copy of a settled case, nothing hidden yet. Needs the case's points loaded.

    An imported answer was written as one text: it stands whole beside the whole complaint, because dividing it
    among points would put words into an authority's mouth.
    """
    agency = db.session.get_one(Agency, case.agency_id)
    procedure = db.session.get(Procedure, case.procedure_id) if case.procedure_id else None
    answered = {point.n: point.text for point in answer.points}
    questions = [(point.n, (point.masked or point.text).strip()) for point in case.points]
    released = clock.local_date(answer.released_at) if answer.released_at else None
    return {
        "answer_id": answer.id, "language": case.language, "historical": case.historical,
        "agency_code": agency.code, "agency_vi": agency.name_vi, "agency_en": agency.name_en,
        "procedure_code": procedure.code if procedure else None,
        "procedure_vi": procedure.name_vi if procedure else None,
        "procedure_en": procedure.name_en if procedure else None,
        "kind": case.kind, "category": case.category, "outcome": answer.outcome or NOT_RECORDED,
        "title": _title(case, questions),
        "summary": "" if case.historical else (case.masked or case.narrative).strip(),
        "points": ([{"n": 1, "question": case.narrative, "answer": answer.found}] if case.historical else
                   [{"n": n, "question": question, "answer": answered.get(n, "")} for n, question in questions]),
        "found": "" if case.historical else answer.found, "done": answer.done, "owner": answer.owner,
        "due_on": answer.due_on.isoformat() if answer.due_on else None,
        "ground": answer.ground, "next_step": answer.next_step,
        "received_month": f"{case.received_on:%Y-%m}" if case.received_on else None,
        **_durations(case, released),
        "times_returned": publication_way.times_returned(case),
        "times_passed_on": publication_way.times_passed_on(case), **publication_way.of(case),
        "promises": publication_promises.copied(answer.id),
        "allowed": [],
    }


def _title(case: Case, questions: Sequence[tuple[int, str]]) -> str:
    """The first question asked. An imported text was cut into questions by rule alone: a scrap of one says less
    than the beginning of the whole."""
    first = questions[0][1] if questions else ""
    if not first or (case.historical and len(first) < SCRAP):
        return shortened(case.masked or case.narrative)
    return shortened(first)


def shortened(text: str, length: int = TITLE_LENGTH) -> str:
    """The beginning of a text as a title: at most ``length`` characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[:length].rsplit(" ", 1)[0].rstrip(" ,;:.-–") + " …"


def _durations(case: Case, released: date | None) -> dict[str, int | None]:
    """Working days from receipt to release without the days spent waiting for the sender, and working days past
    the due date (0: in time). Both unknown for imported cases."""
    if case.historical or case.received_on is None or released is None:
        return {"working_days": None, "late_days": None}
    calendar = load_calendar()
    totals = publication_way.counted_totals(case)
    waited = sum(row.paused_days for row in totals)
    taken = calendar.working_days_between(case.received_on, released) - waited
    late = calendar.working_days_between(totals[-1].due_on, released) if totals else 0
    return {"working_days": max(0, taken), "late_days": max(0, late)}
