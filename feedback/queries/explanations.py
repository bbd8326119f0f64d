"""Questions about explanations: which are owed, by whom, and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.domain.limits import DeadlineKind
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case, Conflict, Note
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Explanation
from feedback.models.people import Person
from feedback.queries.agencies import tree_below
from feedback.queries.visibility import visible_to

PAGE = 50
"""Rows of one page."""
HAPPENED, PREVENTS = "Việc đã xảy ra:", "Việc sẽ làm để không lặp lại:"
"""What stands before the two parts of the kept words: an official text, in Vietnamese for every reader."""
_Own = aliased(Deadline)
_Late = aliased(Deadline)


class Given(StrEnum):
    """How an explanation stands. MISSING: owed and its day has passed."""

    OWED = "owed"
    MISSING = "missing"
    GIVEN = "given"
    GIVEN_LATE = "given_late"


@dataclass(frozen=True)
class Row:
    """One explanation as the lists show it. ``due_on`` is its own day, ``late_kind`` and ``late_on`` the clock
    that ran out; ``words`` are for the agency's head, the province office and the leader."""

    id: int
    reference: str
    agency: Agency
    late_kind: str
    late_on: date
    demanded_at: datetime
    due_on: date
    standing: Given
    cause: str
    words: str
    given_by: str
    given_at: datetime | None


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and the key of the next page."""

    rows: Sequence[Row]
    after: int | None


def owed_by(actor: Actor, explanation_id: int) -> Row | None:
    """One explanation of this head's agencies, owed or given; None for anybody else."""
    found = db.session.execute(_rows().where(_of_head(actor), Explanation.id == explanation_id)).one_or_none()
    return _row(found) if found is not None else None


def of_head(actor: Actor) -> list[Row]:
    """What the heads' page shows: everything owed, the soonest due first, then the newest 20 that were given."""
    owed = db.session.execute(_rows().where(_of_head(actor), Explanation.given_at.is_(None))
                              .order_by(_Own.due_on, Explanation.id).limit(200)).all()
    given = db.session.execute(_rows().where(_of_head(actor), Explanation.given_at.is_not(None))
                               .order_by(Explanation.given_at.desc()).limit(20)).all()
    return [_row(found) for found in (*owed, *given)]


def of_case(case_id: int) -> list[Row]:
    """The explanations of one case, the oldest first. Who may read the words is for the caller to ask."""
    return [_row(found) for found in db.session.execute(
        _rows().where(Explanation.case_id == case_id).order_by(Explanation.id))]


def listed(actor: Actor, *, agency_id: int | None = None, standing: Given | None = None, after: int | None = None,
           size: int = PAGE) -> Page:
    """All explanations within reach, the newest first by key ``after``; of an agency with all below it."""
    chosen = _rows().where(visible_to(actor), *_narrowed(agency_id, standing))
    if after is not None:
        chosen = chosen.where(Explanation.id < after)
    rows = [_row(found) for found in db.session.execute(
        chosen.order_by(Explanation.id.desc()).limit(size + 1))]
    return Page(rows[:size], rows[size - 1].id if len(rows) > size else None)


def counts(actor: Actor, *, agency_id: int | None = None) -> dict[Given, int]:
    """How many stand how, within reach: one statement."""
    owed, late, met = Explanation.given_at.is_(None), _Own.due_at < clock.now(), _Own.met.is_(True)
    row = db.session.execute(_joined(select(
        func.count().filter(owed & ~late), func.count().filter(owed & late), func.count().filter(~owed & met),
        func.count().filter(~owed & ~met)).select_from(Explanation)
    ).where(visible_to(actor), *_narrowed(agency_id, None))).one()
    return dict(zip(Given, row, strict=True))


def is_owed(case_id: int) -> bool:
    """Whether an explanation about this case is still owed."""
    return db.session.scalar(select(Explanation.id).where(
        Explanation.case_id == case_id, Explanation.given_at.is_(None)).limit(1)) is not None


def _of_head(actor: Actor) -> ColumnElement[bool]:
    """Explanations that this actor owes as head or deputy of one: of their agencies, and of agencies that were
    merged into these. The case itself may be with another agency by now."""
    if Role.AGENCY_HEAD not in actor.roles or not actor.agency_tree:
        return false()
    tree = sorted(actor.agency_tree)
    hidden = select(Conflict.id).where(Conflict.case_id == Case.id, Conflict.person_id == actor.person_id)
    # Agencies are merged more than once: X went into Y, and Y into Z. UNION ends where a ring would go on.
    merged = select(Agency.id).where(Agency.successor_id.in_(tree)).cte("merged", recursive=True)
    merged = merged.union(select(Agency.id).join(merged, Agency.successor_id == merged.c.id))
    return or_(Explanation.agency_id.in_(tree), Explanation.agency_id.in_(select(merged.c.id))) & (
        Case.restricted.is_(False)) & ~hidden.exists()


def _narrowed(agency_id: int | None, standing: Given | None) -> list[ColumnElement[bool]]:
    by: list[ColumnElement[bool]] = []
    if agency_id is not None:
        by.append(Explanation.agency_id.in_(tree_below(agency_id)))
    if standing in (Given.OWED, Given.MISSING):
        late = _Own.due_at < clock.now()
        by += [Explanation.given_at.is_(None), late if standing is Given.MISSING else ~late]
    elif standing is not None:
        by += [Explanation.given_at.is_not(None), _Own.met.is_(standing is Given.GIVEN)]
    return by


def _rows() -> Select[tuple[object, ...]]:
    return _joined(select(
        Explanation, Case.reference, Agency, _Late.kind, _Late.due_on, _Own.due_on.label("own_on"),
        _Own.due_at.label("own_at"), _Own.met, Note.body, Person.display_name)
    ).outerjoin(Note, Note.id == Explanation.note_id).outerjoin(Person, Person.id == Explanation.given_by_id)


def _joined(chosen: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return (chosen.join(Case, Case.id == Explanation.case_id).join(Agency, Agency.id == Explanation.agency_id)
            .join(_Late, _Late.id == Explanation.late_deadline_id)
            .join(_Own, (_Own.kind == DeadlineKind.EXPLANATION.value) & (_Own.subject_id == Explanation.id)
                  & (_Own.case_id == Explanation.case_id)))


def _row(found: Sequence[object]) -> Row:
    row, reference, agency, late_kind, late_on, own_on, own_at, met, body, name = found
    return Row(id=row.id, reference=reference, agency=agency, late_kind=late_kind, late_on=late_on,  # type: ignore
               demanded_at=row.demanded_at, due_on=own_on, cause=row.cause, words=body or "",  # type: ignore
               standing=_standing(row.given_at is None, own_at < clock.now(), met),  # type: ignore
               given_by=name or "", given_at=row.given_at)  # type: ignore


def _standing(owed: object, late: object, met: object) -> Given:
    if owed:
        return Given.MISSING if late else Given.OWED
    return Given.GIVEN if met else Given.GIVEN_LATE
