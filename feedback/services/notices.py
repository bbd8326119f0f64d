"""Who is told of a move: the same action word that is the button and the event is the e-mail."""

from collections.abc import Mapping
from types import MappingProxyType

from feedback.domain.lifecycle import Action, State
from feedback.domain.notices import Notice, Recipient, recipients
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.models.cases import Case
from feedback.services import outbox
from feedback.services.recipients import SENDER, Target, targets

NOTICE_OF: Mapping[Action, Notice | None] = MappingProxyType({
    Action.SUBMIT: Notice.CASE_RECEIVED,
    Action.ASK_SUBMITTER: Notice.MORE_NEEDED,
    Action.SUPPLEMENT: None,
    Action.RESUME: None,
    Action.REFUSE: Notice.CASE_REFUSED,
    Action.GUIDE: Notice.CASE_GUIDED,
    Action.FORWARD_OUTSIDE: Notice.CASE_FORWARDED,
    Action.MERGE: Notice.CASE_MERGED,
    Action.ACCEPT: Notice.CASE_ACCEPTED,
    Action.ASSIGN: Notice.CASE_ASSIGNED,
    Action.RESTRICT: None,
    Action.LIFT_RESTRICTION: None,
    Action.TRANSFER: Notice.CASE_ASSIGNED,
    Action.TAKE: None,
    Action.ALLOT: Notice.CASE_ASSIGNED,
    Action.PROPOSE_ANSWER: Notice.APPROVAL_WAITING,
    Action.SEND_BACK: Notice.ANSWER_RETURNED,
    Action.APPROVE: Notice.GATE_WAITING,
    Action.RETURN: Notice.ANSWER_RETURNED,
    Action.RELEASE: Notice.ANSWER_READY,
    Action.CLOSE: Notice.CASE_CLOSED,
    Action.OBJECT: Notice.CASE_ASSIGNED,
    Action.REOPEN: Notice.PROMISE_BROKEN,
    Action.WITHDRAW: Notice.CASE_WITHDRAWN,
})
"""Every action has a row; None: nobody is written to, the desks show it."""


def notify(case: Case, action: Action, *, actor: Actor) -> None:
    """Owe the notices of this move, in the caller's transaction, once per case, round, action and recipient.

    Who acted is not told of it; senders who stayed anonymous or gave no address, and historical cases, get none.
    ``case`` is flushed: its version is part of the key, so a second return in one round is a notice of its own.
    """
    notice = NOTICE_OF[action]
    if notice is None or case.historical:
        return
    if action is Action.OBJECT and case.state == State.SUBMITTED.value:
        return  # an objection to a refusal goes back to intake, whose list shows it
    # The head chose the officer: only they have something new to do.
    wanted = (Recipient.OFFICER,) if action is Action.ALLOT else recipients(notice)
    for target in dict.fromkeys(t for recipient in wanted for t in targets(case, recipient)):
        if not _acted(target, action, actor):
            _owe(case, action, notice, target)


def notify_sender(case: Case, action: Action) -> None:
    """``notify`` where the sender alone is told and is known to have given an address: nobody is looked for."""
    notice = NOTICE_OF[action]
    if notice is None or recipients(notice) != (Recipient.COMPLAINANT,):
        raise ValueError(f"{action.value} is not for the sender alone")
    _owe(case, action, notice, SENDER)


def _owe(case: Case, action: Action, notice: Notice, target: Target) -> None:
    outbox.owe(
        notice=notice, dedupe=f"{action.value}.r{case.round}.c{case.id}.v{case.version}.{target.code}",
        case_id=case.id, person_id=target.person_id, agency_id=target.agency_id)


def _acted(target: Target, action: Action, actor: Actor) -> bool:
    if target == SENDER:
        # The receipt of a complaint is written to who sent it; that they closed it, they know.
        return action is Action.CLOSE and Role.COMPLAINANT in actor.roles
    return target.person_id is not None and target.person_id == actor.person_id
