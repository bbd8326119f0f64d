"""Asking the sender for more: intake before the case is given away, or the officer afterwards, and only once.

Decree 61/2018/NĐ-CP, article 11. The clocks that run for the answer wait meanwhile (``domain.clocks``).
"""

from sqlalchemy import select

from feedback.domain import asking
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.events import Event
from feedback.services import lifecycle


def asked_already(case: Case) -> bool:
    """Whether somebody, intake or the officer, has asked the sender of this case before, in any round."""
    return db.session.scalar(select(Event.seq).where(
        Event.chain == f"case:{case.id}", Event.type == Action.ASK_SUBMITTER.value).limit(1)) is not None


def ask(case: Case, *, actor: Actor, what: str, expected_version: int | None = None) -> None:
    """Ask the sender, who reads these words as they are. Raises MoveNotAllowed('asked_once') the second time, and
    as ``lifecycle.advance``."""
    if asked_already(case):
        raise MoveNotAllowed(action=Action.ASK_SUBMITTER, state=case.state, why="asked_once")
    lifecycle.advance(case, Action.ASK_SUBMITTER, actor=actor, why=what, expected_version=expected_version,
                      tell_sender=True)


def ask_for_details(case: Case, *, actor: Actor, what: str, expected_version: int | None = None) -> None:
    """The officer asks: one concrete thing a line. Raises BadInput('why', code of ``domain.asking.fault``), and as
    ``ask``."""
    if (wrong := asking.fault(what)) is not None:
        raise BadInput("why", wrong[0])
    ask(case, actor=actor, what=asking.as_list(what), expected_version=expected_version)
