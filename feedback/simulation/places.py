"""Whether each case is somewhere it can be: its state beside the clocks that run and the people who hold it."""

from collections import defaultdict

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline

ENDED = frozenset({"refused", "guided", "forwarded_outside", "merged", "answered", "closed", "withdrawn"})
NEEDS: dict[str, tuple[frozenset[str], ...]] = {
    "submitted": (frozenset({"receive"}),),
    "awaiting_submitter": (frozenset({"supply"}),),
    "awaiting_details": (frozenset({"supply"}), frozenset({"handle", "redo"})),
    "accepted": (frozenset({"transfer"}),),
    "assigned": (frozenset({"handle", "redo"}),),
    "in_progress": (frozenset({"handle", "redo"}),),
    "agency_approval": (frozenset({"approve"}), frozenset({"handle", "redo"})),
    "gate_review": (frozenset({"gate"}),),
}
"""Of each group one clock has to run; an open case needs the citizen's clock besides. Written by hand, not read
from the house's own table."""
WITH_OFFICER = frozenset({"in_progress", "awaiting_details", "agency_approval", "gate_review"})
ONLY_AFTERWARDS = frozenset({"commitment", "explanation", "instruction", "publish"})
"""Clocks that may run on when the case has ended."""


def impossible() -> list[str]:
    """One line for each case that cannot be as it is."""
    running: dict[int, set[str]] = defaultdict(set)
    for case_id, kind in db.session.execute(
            select(Deadline.case_id, Deadline.kind).where(Deadline.stopped_at.is_(None))):
        running[case_id].add(kind)
    found = []
    for row in db.session.execute(
            select(Case.id, Case.state, Case.agency_id, Case.officer_id, Case.ended_at).order_by(Case.id)):
        kinds = running[row.id]
        ended = row.state in ENDED
        if (row.ended_at is not None) != ended:
            found.append(f"case {row.id} is {row.state} and ended at {row.ended_at}")
        if ended and kinds - ONLY_AFTERWARDS:
            found.append(f"case {row.id} is {row.state} and runs {sorted(kinds)}")
        if not ended and "total" not in kinds:
            found.append(f"case {row.id} is {row.state} and nobody counts the citizen's days")
        if any(not group & kinds for group in NEEDS.get(row.state, ())):
            found.append(f"case {row.id} is {row.state} and runs only {sorted(kinds)}")
        if row.state in WITH_OFFICER and (row.officer_id is None or row.agency_id is None):
            found.append(f"case {row.id} is {row.state} and nobody has it")
    return found
