"""Asking the sender for more: intake before the case is given away, or the officer afterwards, and only once.

Decree 61/2018/NĐ-CP, article 11. The clocks that run for the answer wait meanwhile (``domain.clocks``).
"""

from sqlalchemy import select

from feedback.domain import asking
from feedback.domain.errors import BadInput, MoveNotAllowed, ReasonMissing
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.events import Event
from feedback.queries.papers import published_list
from feedback.services import lifecycle, papers


def asked_already(case: Case) -> bool:
    """Whether somebody, intake or the officer, has asked the sender of this case before, in any round."""
    return db.session.scalar(select(Event.seq).where(
        Event.chain == f"case:{case.id}", Event.type == Action.ASK_SUBMITTER.value).limit(1)) is not None


def ask(case: Case, *, actor: Actor, what: str, expected_version: int | None = None) -> None:
    """Ask the sender, who reads these words as they are. Raises MoveNotAllowed('asked_once') the second time, and
    as ``lifecycle.advance``."""
    _demand_first(case)
    lifecycle.advance(case, Action.ASK_SUBMITTER, actor=actor, why=what, expected_version=expected_version,
                      tell_sender=True)


def ask_for_details(case: Case, *, actor: Actor, what: str, signed_online: bool = False,
                    override: str | None = None, expected_version: int | None = None) -> None:
    """Ask for concrete things, one a line, read against the procedure's published list first
    (``services.papers``). ``signed_online``: the file was sent online and signed. What the list does not allow is
    asked only with a written reason in ``override``, which the coordinating office reads. Raises BadInput('why',
    code of ``domain.asking.fault``), ReasonMissing for the override, and as ``ask``."""
    if (wrong := asking.fault(what)) is not None:
        raise BadInput("why", wrong[0])
    _demand_first(case)
    listed = published_list(case)
    found = papers.read_question(case, what, signed=signed_online, listed=listed)
    if found and not (override or "").strip():
        raise ReasonMissing("override")
    ask(case, actor=actor, what=asking.as_list(what), expected_version=expected_version)
    papers.keep(case, found, actor=actor, why=override, listed=listed)


def _demand_first(case: Case) -> None:
    if asked_already(case):
        raise MoveNotAllowed(action=Action.ASK_SUBMITTER, state=case.state, why="asked_once")
