"""A case found complicated when it is taken on gets the longer limits, and its sender is told why."""

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.services import clocks, history

LONGEST = 1_000
"""Characters of the reason."""


def mark(case: Case, *, why: str, actor: Actor) -> Note:
    """Mark a case as complex while it is taken on, before it is given to an agency. The reason is told to the
    sender. Raises BadInput('complex_why', missing or too_long)."""
    if not why.strip():
        raise BadInput("complex_why", "missing")
    if len(why) > LONGEST:
        raise BadInput("complex_why", "too_long")
    note = Note(case_id=case.id, author_id=actor.person_id, kind="reason", body=why.strip(), told_sender=True,
                written_at=clock.now())
    db.session.add(note)
    db.session.flush()  # the event names it
    case.complex = True
    history.record(chain=f"case:{case.id}", type="found_complex", actor=actor, role=_role(actor),
                   payload={"note": note.id})
    return note


def fit_clock(case: Case, *, actor: Actor) -> None:
    """Give the citizen's clock the limit of what the case has turned out to be (its kind, category, complexity,
    the tier of its agency), and write down where its due date moved."""
    before = clocks.running_total(case)
    was = before.due_on if before is not None else None
    row = clocks.fit(case)
    if row is None or was is None:
        return
    history.record(chain=f"case:{case.id}", type="limit_fitted", actor=actor, role=_role(actor),
                   payload={"clock": row.kind, "deadline": row.id, "limit": row.limit_id,
                            "from": was.isoformat(), "to": row.due_on.isoformat()})


def _role(actor: Actor) -> Role:
    return next((role for role in (Role.INTAKE, Role.COORDINATOR, Role.RESTRICTED_DESK) if role in actor.roles),
                Role.SYSTEM)
