"""Follow-up notes: what a supervisor wants to look at again on a day. For supervisors alone: like internal notes
they leave no event, because agencies read the story of a case."""

from datetime import date, timedelta

from sqlalchemy import select

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, OutOfReach
from feedback.domain.permissions import Actor, Permission
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.instructions import FollowUp
from feedback.queries.follow_ups import overseen_cases

LONGEST = 4_000
"""Characters of one note."""
FARTHEST_DAYS = 366


def write(case: Case, *, actor: Actor, text: str, on: date | None) -> FollowUp:
    """Note something about a case and the day to look again. Written twice, it stands once. Raises OutOfReach for
    who is no supervisor of this case, BadInput: ('text', 'missing' | 'too_long'), ('on', 'missing' | 'past' |
    'too_far')."""
    if not _oversees(actor, case.id):
        raise OutOfReach("no supervisor of this case")
    assert actor.person_id is not None  # supervisors are staff
    if not text.strip():
        raise BadInput("text", "missing")
    if len(text) > LONGEST:
        raise BadInput("text", "too_long")
    if on is None:
        raise BadInput("on", "missing")
    if on < clock.today():
        raise BadInput("on", "past")
    if on > clock.today() + timedelta(days=FARTHEST_DAYS):
        raise BadInput("on", "too_far")
    db.session.execute(select(Case.id).where(Case.id == case.id).with_for_update())  # a double click takes turns
    same = db.session.scalar(select(FollowUp).where(
        FollowUp.case_id == case.id, FollowUp.author_id == actor.person_id, FollowUp.body == text.strip(),
        FollowUp.look_again_on == on, FollowUp.done_at.is_(None)))
    if same is not None:
        return same
    row = FollowUp(case_id=case.id, author_id=actor.person_id, body=text.strip(), look_again_on=on,
                   written_at=clock.now())
    db.session.add(row)
    return row


def finish(follow_up_id: int, *, actor: Actor) -> None:
    """It was looked at: by its author, or by another supervisor of the case (somebody may have left). Raises
    OutOfReach, MoveNotAllowed('moved') when it is done already."""
    row = db.session.scalar(select(FollowUp).where(FollowUp.id == follow_up_id).with_for_update()
                            .execution_options(populate_existing=True))
    if row is None or not _oversees(actor, row.case_id):
        raise OutOfReach("no such note")
    if row.done_at is not None:
        raise MoveNotAllowed(action="follow_up", state="done", why="moved")
    row.done_at = clock.now()


def _oversees(actor: Actor, case_id: int) -> bool:
    return actor.can(Permission.CASE_OVERSEE) and db.session.scalar(
        select(Case.id).where(Case.id == case_id, overseen_cases(actor))) is not None
