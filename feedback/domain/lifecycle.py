"""The life of a case as a table that a person from the ministry can read.

Each row says: this action leads from these states to that one, these roles may do it, whether they must say
why, and who has to confirm it as a second person. Everything that is not in the table is refused.
States follow the statuses of the field (new, waiting for the submitter, refused, …); *late* is never a state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.errors import MoveNotAllowed
from feedback.domain.roles import Role


class State(StrEnum):
    """Where a case is."""

    SUBMITTED = "submitted"
    AWAITING_SUBMITTER = "awaiting_submitter"
    REFUSED = "refused"
    GUIDED = "guided"
    FORWARDED_OUTSIDE = "forwarded_outside"
    MERGED = "merged"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    AWAITING_DETAILS = "awaiting_details"
    """The officer asked the sender for more; intake's own question is AWAITING_SUBMITTER."""
    AGENCY_APPROVAL = "agency_approval"
    GATE_REVIEW = "gate_review"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """The words for deeds: the same word is the URL, the button, the event, the e-mail and the test."""

    SUBMIT = "submit"
    ASK_SUBMITTER = "ask_submitter"
    SUPPLEMENT = "supplement"
    RESUME = "resume"
    REFUSE = "refuse"
    GUIDE = "guide"
    FORWARD_OUTSIDE = "forward_outside"
    MERGE = "merge"
    ACCEPT = "accept"
    ASSIGN = "assign"
    RESTRICT = "restrict"
    LIFT_RESTRICTION = "lift_restriction"
    TRANSFER = "transfer"
    TAKE = "take"
    ALLOT = "allot"
    PROPOSE_ANSWER = "propose_answer"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    RETURN = "return"
    RELEASE = "release"
    CLOSE = "close"
    OBJECT = "object"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


ENDED: frozenset[State] = frozenset(
    {State.REFUSED, State.GUIDED, State.FORWARDED_OUTSIDE, State.MERGED, State.ANSWERED, State.CLOSED,
     State.WITHDRAWN}
)
"""States in which the citizen's clock has ended. All but ANSWERED and CLOSED are counted apart (design §2)."""

OPEN: frozenset[State] = frozenset(State) - ENDED
"""States in which somebody still owes the citizen an answer."""

WITH_AGENCY: frozenset[State] = frozenset({State.ASSIGNED, State.IN_PROGRESS, State.AGENCY_APPROVAL})
"""States in which the handling agency's own clock runs."""


@dataclass(frozen=True)
class Move:
    """One allowed step. ``second_by`` empty means the actor alone is enough; otherwise a different person of
    one of those roles has to confirm before the state changes. ``new_round`` starts the next round."""

    action: Action
    from_: State | None
    to: State
    by: frozenset[Role]
    must_say_why: bool = False
    second_by: frozenset[Role] = frozenset()
    new_round: bool = False


def _rows(action: Action, from_: tuple[State | None, ...], to: State, by: tuple[Role, ...], *,
          why: bool = False, second: tuple[Role, ...] = (), new_round: bool = False) -> list[Move]:
    return [Move(action, f, to, frozenset(by), why, frozenset(second), new_round) for f in from_]


S, A, R = State, Action, Role
_BEFORE_AGENCY = (S.SUBMITTED, S.ACCEPTED)
_READERS = (R.INTAKE, R.RESTRICTED_DESK)
_OVERSIGHT = (R.INTAKE, R.COORDINATOR, R.RESTRICTED_DESK)
"""Reach decides which of them it is: a restricted case is read and confirmed by the restricted desk alone."""

MOVES: tuple[Move, ...] = tuple(
    move
    for rows in (
        _rows(A.SUBMIT, (None,), S.SUBMITTED, (R.COMPLAINANT, R.INTAKE, R.RESTRICTED_DESK)),
        _rows(A.ASK_SUBMITTER, (S.SUBMITTED,), S.AWAITING_SUBMITTER, _READERS, why=True),
        _rows(A.SUPPLEMENT, (S.AWAITING_SUBMITTER,), S.SUBMITTED, (R.COMPLAINANT,)),
        _rows(A.RESUME, (S.AWAITING_SUBMITTER,), S.SUBMITTED, (R.SYSTEM, *_READERS)),
        # The officer's question: once a case whoever asked (Decree 61/2018/NĐ-CP, article 11; services.asking).
        _rows(A.ASK_SUBMITTER, (S.IN_PROGRESS,), S.AWAITING_DETAILS, (R.OFFICER,), why=True),
        _rows(A.SUPPLEMENT, (S.AWAITING_DETAILS,), S.IN_PROGRESS, (R.COMPLAINANT,)),
        _rows(A.RESUME, (S.AWAITING_DETAILS,), S.IN_PROGRESS, (R.SYSTEM, R.OFFICER)),
        # Leaving without an answer must not be the easy way out: a reason and a second person, always.
        _rows(A.REFUSE, _BEFORE_AGENCY, S.REFUSED, _READERS, why=True, second=_OVERSIGHT),
        _rows(A.GUIDE, _BEFORE_AGENCY, S.GUIDED, _READERS, why=True, second=_OVERSIGHT),
        _rows(A.FORWARD_OUTSIDE, _BEFORE_AGENCY, S.FORWARDED_OUTSIDE, _READERS, why=True, second=_OVERSIGHT),
        _rows(A.MERGE, _BEFORE_AGENCY, S.MERGED, _READERS, why=True, second=_OVERSIGHT),
        _rows(A.ACCEPT, (S.SUBMITTED,), S.ACCEPTED, _READERS),
        # Whoever sees a possible denunciation gives it to its desk and does not see it any more.
        _rows(A.RESTRICT, (S.SUBMITTED,), S.SUBMITTED, (R.INTAKE, R.COORDINATOR), why=True),
        _rows(A.RESTRICT, (S.ACCEPTED,), S.ACCEPTED, (R.INTAKE, R.COORDINATOR), why=True),
        # A possible denunciation is never given to an agency. When its desk finds that it is none, it becomes an
        # ordinary case again and goes on from where it is (design §2, §13.8).
        _rows(A.LIFT_RESTRICTION, (S.SUBMITTED,), S.SUBMITTED, (R.RESTRICTED_DESK,), why=True),
        _rows(A.LIFT_RESTRICTION, (S.ACCEPTED,), S.ACCEPTED, (R.RESTRICTED_DESK,), why=True),
        _rows(A.ASSIGN, (S.ACCEPTED,), S.ASSIGNED, (R.INTAKE, R.COORDINATOR)),
        # By SYSTEM: the agency that was named took it, or the common superior gave it (services.transfer_replies).
        _rows(A.TRANSFER, (S.ASSIGNED, S.IN_PROGRESS), S.ASSIGNED, (R.COORDINATOR, R.SYSTEM), why=True),
        _rows(A.TAKE, (S.ASSIGNED,), S.IN_PROGRESS, (R.OFFICER,)),
        _rows(A.ALLOT, (S.ASSIGNED, S.IN_PROGRESS), S.IN_PROGRESS, (R.AGENCY_HEAD,)),
        _rows(A.ALLOT, (S.AWAITING_DETAILS,), S.AWAITING_DETAILS, (R.AGENCY_HEAD,)),
        _rows(A.PROPOSE_ANSWER, (S.IN_PROGRESS,), S.AGENCY_APPROVAL, (R.OFFICER,)),
        _rows(A.SEND_BACK, (S.AGENCY_APPROVAL,), S.IN_PROGRESS, (R.AGENCY_HEAD,), why=True),
        _rows(A.APPROVE, (S.AGENCY_APPROVAL,), S.GATE_REVIEW, (R.AGENCY_HEAD,)),
        # Returning an unsuitable answer before it is published: Decision 31/2021/QĐ-TTg, article 46(2).
        _rows(A.RETURN, (S.GATE_REVIEW,), S.IN_PROGRESS, (R.COORDINATOR,), why=True),
        _rows(A.RELEASE, (S.GATE_REVIEW,), S.ANSWERED, (R.COORDINATOR,)),
        _rows(A.CLOSE, (S.ANSWERED,), S.CLOSED, (R.COMPLAINANT, R.SYSTEM)),
        _rows(A.OBJECT, (S.ANSWERED,), S.ASSIGNED, (R.COMPLAINANT,), why=True, new_round=True),
        _rows(A.OBJECT, (S.REFUSED, S.GUIDED, S.FORWARDED_OUTSIDE, S.MERGED, S.WITHDRAWN), S.SUBMITTED,
              (R.COMPLAINANT,), why=True, new_round=True),
        # A broken commitment reopens by itself and leaves the citizen's one objection untouched (design §13.7).
        _rows(A.REOPEN, (S.ANSWERED, S.CLOSED), S.ASSIGNED, (R.SYSTEM,), why=True, new_round=True),
        _rows(A.WITHDRAW, (S.SUBMITTED, S.AWAITING_SUBMITTER, S.ACCEPTED, S.ASSIGNED, S.IN_PROGRESS,
                           S.AWAITING_DETAILS, S.AGENCY_APPROVAL, S.GATE_REVIEW), S.WITHDRAWN, (R.COMPLAINANT,),
              why=True, second=_OVERSIGHT),
    )
    for move in rows
)
"""Every step there is. (action, from) is unique: a test demands it."""

TABLE: Mapping[tuple[Action, State | None], Move] = {(m.action, m.from_): m for m in MOVES}


def find_move(action: Action, state: State | None) -> Move:
    """The row for this action in this state; raises MoveNotAllowed when the table has none."""
    try:
        return TABLE[(action, state)]
    except KeyError:
        raise MoveNotAllowed(action=action, state=state) from None
