"""What a mail may say about a case: reference and days, never its words, for a mailbox can be read by others. To
senders not even the days, but the new due date after an extension."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, bindparam, select

from feedback import clock
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict
from feedback.models.deadlines import Deadline
from feedback.models.people import Person
from feedback.models.reader import Commitment
from feedback.queries.calendar import load_calendar


@dataclass(frozen=True)
class Facts:
    """The facts of one mail. ``due_on`` is the most pressing clock that still runs, ``days_late`` the working
    days past it (0: not late). ``promise`` is the line of the promise whose clock runs, else of the one that was
    broken last; empty when there is none, or it was promised without words of its own. ``promised_on`` is its day.
    Staff alone are told it."""

    reference: str | None
    due_on: date | None
    days_late: int
    promised_on: date | None = None


@dataclass(frozen=True)
class Desk:
    """Where a mail to the office goes, who reads it there (None: whoever opens the mailbox), in which language."""

    email: str | None
    name: str | None
    language: str


def facts_for(case_id: int | None) -> Facts:
    """The facts about this case (empty when the mail is about none)."""
    if case_id is None:
        return Facts(reference=None, due_on=None, days_late=0)
    row = db.session.execute(_FACTS, {"case_id": case_id}).one()
    today = clock.today()
    late = 0
    if row.due_on is not None and row.due_on < today:
        late = load_calendar().working_days_between(row.due_on, today)
    return Facts(reference=row.reference, due_on=row.due_on, days_late=late, promised_on=row.promised_on)


def _facts() -> Select[tuple[str | None, date | None, date | None]]:
    """What ``Facts`` are made of: one statement, for a heap of mails asks for nothing else as often."""
    case_id, running = bindparam("case_id"), Deadline.stopped_at.is_(None)
    reference = select(Case.reference).where(Case.id == case_id)
    due_on = (select(Deadline.due_on).where(Deadline.case_id == case_id, running, Deadline.paused_at.is_(None))
              .order_by(Deadline.due_at).limit(1))
    promised_on = (
        select(Commitment.promised_on).outerjoin(Deadline, Deadline.id == Commitment.deadline_id)
        .where(Commitment.case_id == case_id, running | Commitment.broken_at.is_not(None),
               Commitment.deadline_id.is_not(None) | Commitment.broken_at.is_not(None))
        .order_by(running.desc(), Commitment.broken_at.desc(), Commitment.promised_on).limit(1))
    return select(reference.scalar_subquery().label("reference"), due_on.scalar_subquery().label("due_on"),
                  promised_on.scalar_subquery().label("promised_on"))


_FACTS = _facts()


def desk_of(*, person_id: int | None, agency_id: int | None) -> Desk:
    """The mailbox of a member of staff, or of an agency; without address when they left or have none."""
    if person_id is not None:
        row = db.session.execute(select(Person.email, Person.display_name, Person.language, Person.disabled_at)
                                 .where(Person.id == person_id)).one()
        return Desk(email=None if row.disabled_at else row.email, name=row.display_name, language=row.language)
    email = db.session.scalar(select(Agency.email).where(Agency.id == agency_id))
    return Desk(email=email, name=None, language="vi")


def is_hidden_from(case_id: int, *, person_id: int | None, agency_id: int | None) -> bool:
    """Whether the case is about whoever reads there: a conflict of interest recorded after the mail was owed."""
    named = select(Conflict.id).where(Conflict.case_id == case_id)
    named = (named.where(Conflict.person_id == person_id) if person_id is not None else
             named.join(Person, Person.id == Conflict.person_id).where(Person.agency_id == agency_id))
    return db.session.scalar(named.limit(1)) is not None
