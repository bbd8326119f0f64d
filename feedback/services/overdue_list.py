"""Copying the overdue cases that the ladder made public: minimal rows and totals, by the counting sweep."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select

from feedback import clock
from feedback.domain.lifecycle import OPEN
from feedback.extensions import db
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.overdue import OverdueListing, OverdueTotal
from feedback.models.people import Person
from feedback.queries.calendar import load_calendar
from feedback.queries.climbed import on_the_public_list

MOST = 5_000
"""Rows that are copied, the longest overdue first."""
FEW = 5
"""Fewer of one category at one agency are listed without it (design §5): it could point at who sent the case. Of
whatever category: were only harassment and costs left out, a row without one would say that it is one of them."""
FEW_OF_A_POST = 3
"""Fewer cases of one post are told only within the agency's total: one case would name the person. An agency's own
count is never hidden (design §13.12)."""
_LOCK = 5_071
NOBODY = "-"
"""The post of cases that no officer has, or whose officer has no post in the register."""


def copy_overdue() -> int:
    """Write the list and its totals anew, in the caller's transaction; how many cases are on it. Open cases whose
    citizen's clock has run out and whose ladder reached the public list; never restricted or imported ones."""
    if db.session.get_bind().dialect.name == "postgresql":
        # Two sweeps at once would both write every row: the second one waits for the first.
        db.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    now, calendar = clock.now(), load_calendar()
    rows = _overdue()
    few = Counter((row.agency_id, row.category) for row in rows)
    listed = [{
        "reference": row.reference, "agency_code": row.code or "", "agency_vi": row.name_vi or "",
        "agency_en": row.name_en or "", "due_on": row.due_on, "counted_at": now,
        "category": "" if few[row.agency_id, row.category] < FEW else row.category,
        "days_late": max(0, calendar.working_days_between(row.due_on, clock.today())),
    } for row in rows]
    for table, values in ((OverdueListing, listed), (OverdueTotal, _totals(rows, listed))):
        db.session.execute(delete(table))
        if values:
            db.session.execute(insert(table), values)
    return len(listed)


def _overdue() -> Sequence[Any]:
    return db.session.execute(
        select(Case.reference, Case.category, Case.agency_id, Agency.code, Agency.name_vi, Agency.name_en,
               Deadline.due_on, Person.post)
        .join(Deadline, Deadline.case_id == Case.id)
        .outerjoin(Agency, Agency.id == Case.agency_id).outerjoin(Person, Person.id == Case.officer_id)
        .where(Deadline.kind == "total", Deadline.stopped_at.is_(None), Deadline.paused_at.is_(None),
               Deadline.due_at < clock.now(), Case.state.in_(sorted(s.value for s in OPEN)),
               Case.restricted.is_(False), Case.historical.is_(False), on_the_public_list())
        .order_by(Deadline.due_on, Case.reference).limit(MOST)).all()


def _totals(rows: Sequence[Any], listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """By agency, and by agency and post where there are enough; what is left over stands under no post."""
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    names = {}
    for row, line in zip(rows, listed, strict=True):
        code = line["agency_code"]
        names[code] = {"agency_code": code, "agency_vi": line["agency_vi"], "agency_en": line["agency_en"]}
        days[code, ""].append(line["days_late"])
        days[code, row.post or NOBODY].append(line["days_late"])
    return [{**names[code], "post": post, "cases": len(found), "most_days": max(found)}
            for (code, post), found in sorted(days.items())
            if not post or (post != NOBODY and len(found) >= FEW_OF_A_POST)]
